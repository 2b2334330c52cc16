"""What was run on the data, as it is on record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import clean, clean_long, title_of
from tmeatlas.matrix import LOGGED
from tmeatlas.results import KINDS, Record, records, versions

TITLES = {
    keys.PREPARE: "Preparing: tme.pp.prepare",
    **{kind.kind: f"{kind.title}: {kind.call.partition('(')[0]}" for kind in KINDS},
}
"""What is on record by its kind, in the order in which the steps build on each other."""
LABELS = {
    "groupby": "Groups by",
    "n_perms": "Permutations",
    "n_null": "Random signatures",
    "min_cells": "Fewest cells of a group",
    "min_fraction": "Least share of cells",
    "min_coverage": "Least share of genes found",
    "cancer": "Type of cancer",
    "cancer_said_by": "Type of cancer by",
    "sample_key": "Samples by",
    "by_sample": "Each sample apart",
    "microenvironments": "Groups that can meet",
    "tissue": "Only groups that touch in the tissue",
    "neighbours": "Neighbours in the tissue",
    "n_neighbors": "Nearest neighbours",
    "pairs_apart": "Groups that do not touch",
    "spots": "What spots do not say",
    "min_fold": "More than other cells of like depth by a factor of",
    "depth_strata": "Classes of depth",
    "threshold": "p that a side had to reach",
    "verdict_by_samples": "Verdict from samples",
    "n_interactions_not_detected": "Interactions of which no cell shows a side",
    "n_interactions_untestable": "Interactions with missing genes",
    "n_rows_not_seen": "Rows with a side that no cell of the group shows",
    "groups_not_comparable": "Groups without cells of like depth to compare with",
    "axes_without_core_pairs": "Axes of which the database has no core pair",
    "axes_not_testable": "Axes without a core pair in the data",
    "axes_half_covered": "Axes with less than half of their core pairs",
    "matrix": "Expression from",
    "values": "Kind of values",
    keys.NORMALISED: "What was done",
    "map_cells": "Cells to learn the map from",
    keys.MAP_LEARNT_FROM: "Cells that the map was learnt from",
}
LEFT_OUT = (
    *("obs", "obs_columns", "key", "key_added", "scores", "crosstalk"),
    *("unit", "citation", "depends_on", keys.COMPUTED),
    *(keys.DONE, keys.X_IS_LOGGED, keys.X_KIND, keys.X_FACTOR, keys.X_GENES),
)
"""Where results and values lie, which changes no number, and what the page says elsewhere."""
MOST_ITEMS = 8


@dataclass(frozen=True)
class Run:
    """One step of the analysis: its options and what it recorded."""

    key: str
    title: str
    params: list[tuple[str, str]]
    facts: list[tuple[str, str]]


def read_runs(adata: AnnData) -> list[Run]:
    """Every record, without the package versions that are listed once."""
    packages = versions()
    places = list(TITLES)

    def place(found: tuple[str, Record]) -> int:
        step = _step(*found)
        return places.index(step) if step in places else len(places)

    return [
        Run(
            key=clean(key),
            title=_title(key, record),
            params=_pairs(record.params),
            facts=_pairs(record.facts, leave_out=packages),
        )
        for key, record in sorted(records(adata), key=place)
    ]


def _title(key: str, record: Record) -> str:
    """The step by its name and, where there are several of it, what was compared."""
    title = TITLES.get(_step(key, record), title_of(key))
    what = record.params.get("what", "")
    return f"{title} ({clean(what)})" if isinstance(what, str) and what else title


def _step(key: str, record: Record) -> str:
    """What kind of step is on record; preparing has no result, and is known by its key."""
    return record.kind or key


def _pairs(mapping: Any, leave_out: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Names and values for people, of those that say something."""
    if not isinstance(mapping, Mapping):
        return []
    skipped = {*leave_out, *LEFT_OUT}
    pairs = [
        (_label(name), WRITTEN.get(name, _value_text)(value))
        for name, value in sorted(mapping.items())  # files sort them, too
        if name not in skipped
    ]
    return [(label, text) for label, text in pairs if text]


def _places_text(value: Any) -> str:
    """Microenvironments, which are on record as JSON: each with its groups."""
    try:
        places = json.loads(value).items()
        return clean_long("; ".join(f"{name}: {', '.join(groups)}" for name, groups in places))
    except (ValueError, TypeError, AttributeError):
        return clean_long(value)  # none, or a record that was changed by hand


def _label(name: str) -> str:
    """`n_rows_tested` as `Rows tested`: a number needs no word that says so."""
    return LABELS.get(name) or title_of(name.removeprefix("n_"))


def _value_text(value: Any) -> str:
    """A recorded value; empty for what was not given."""
    if isinstance(value, (list, tuple, np.ndarray)):
        items = [str(item) for item in np.asarray(value).ravel()]
        rest = f" and {len(items) - MOST_ITEMS} more" if len(items) > MOST_ITEMS else ""
        return clean_long(", ".join(items[:MOST_ITEMS]) + rest) or "none"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)):
        return f"{value:g}"
    if isinstance(value, (int, np.integer)):
        return f"{value:,}" if abs(int(value)) >= 10_000 else str(value)
    return clean_long(value)


def _matrix_text(value: Any) -> str:
    """Which matrix was read: that its logarithms were, of one in a file, is said of preparing."""
    return _value_text(value).removeprefix(LOGGED)


WRITTEN: Mapping[str, Callable[[Any], str]] = {
    "microenvironments": _places_text,
    "matrix": _matrix_text,
}
"""How values are told that are not on record as people read them."""
