"""What was run on the data, as it is on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import clean, clean_long, title_of
from tmeatlas.results import versions

STEPS = {
    keys.PREPARE: "Preparing: tme.pp.prepare",
    keys.SCORES: "Signature scores: tme.tl.score",
    keys.CONSENSUS: "Consensus of signatures: tme.tl.consensus",
    keys.CROSSTALK: "Crosstalk: tme.tl.crosstalk",
    keys.AXES: "Evidence per axis: tme.tl.axes",
}
"""What is on record under each key, in the order in which the steps build on each other."""
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
LEFT_OUT = ("obs", "obs_columns", "key", "key_added", "scores", "crosstalk")
"""Where results lie in the AnnData: nothing that a reader of the page can look up."""
MOST_ITEMS = 8


@dataclass(frozen=True)
class Run:
    """One step of the analysis: its options and what it recorded."""

    key: str
    title: str
    params: list[tuple[str, str]]
    facts: list[tuple[str, str]]


def simulated_text(adata: AnnData) -> str:
    """How the cells were simulated; empty for real ones."""
    stored = adata.uns.get(keys.SIMULATED, "")
    return clean_long(stored) if stored is not None else ""


def read_runs(adata: AnnData) -> list[Run]:
    """What `uns["tmeatlas"]` records, without the package versions that are listed once."""
    recorded = adata.uns.get(keys.META, {})
    if not isinstance(recorded, Mapping):
        return []
    packages = versions()
    found = {key: entry for key, entry in recorded.items() if isinstance(entry, Mapping)}
    in_order = [
        *(key for key in STEPS if key in found),
        *(key for key in found if key not in STEPS),
    ]
    return [
        Run(
            key=clean(key),
            title=STEPS.get(key, title_of(key)),
            params=_pairs(found[key].get("params", {})),
            facts=_pairs(found[key].get("provenance", {}), leave_out=packages),
        )
        for key in in_order
    ]


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
