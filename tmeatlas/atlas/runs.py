"""What was run on the data, as it is on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import clean, clean_long, title_of
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
    "null": "p-values by",
    "min_cells": "Fewest cells of a group",
    "min_fraction": "Least share of cells",
    "min_coverage": "Least share of genes found",
    "by_sample": "Each sample apart",
    "matrix": "Expression from",
    "values": "Kind of values",
    "done": "What was done",
}
LEFT_OUT = (
    *("obs", "obs_columns", "key", "key_added", "scores", "crosstalk"),
    *("unit", "citation", "depends_on"),
)
"""Where results lie in the AnnData, and what the page says elsewhere."""
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
            title=TITLES.get(_step(key, record), title_of(key)),
            params=_pairs(record.params),
            facts=_pairs(record.facts, leave_out=packages),
        )
        for key, record in sorted(records(adata), key=place)
    ]


def _step(key: str, record: Record) -> str:
    """What kind of step is on record; preparing has no result, and is known by its key."""
    return record.kind or key


def _pairs(mapping: Any, leave_out: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Names and values for people, of those that say something."""
    if not isinstance(mapping, Mapping):
        return []
    skipped = {*leave_out, *LEFT_OUT}
    pairs = [
        (_label(name), _value_text(value)) for name, value in mapping.items() if name not in skipped
    ]
    return [(label, text) for label, text in pairs if text]


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
