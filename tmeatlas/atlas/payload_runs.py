"""What was run on the data, as it is on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._provenance import versions
from tmeatlas._text import clean, clean_long, title_of


@dataclass(frozen=True)
class Run:
    """One step of the analysis: its options and what it recorded."""

    key: str
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
    return [
        Run(
            key=clean(key),
            params=_pairs(entry.get("params", {})),
            facts=_pairs(entry.get("provenance", {}), leave_out=packages),
        )
        for key, entry in recorded.items()
        if isinstance(entry, Mapping)
    ]


def _pairs(mapping: Any, leave_out: Iterable[str] = ()) -> list[tuple[str, str]]:
    if not isinstance(mapping, Mapping):
        return []
    skipped = set(leave_out)
    return [
        (clean(title_of(name)), _value_text(value))
        for name, value in mapping.items()
        if name not in skipped
    ]


def _value_text(value: Any) -> str:
    if isinstance(value, (list, tuple, np.ndarray)):
        return clean_long(", ".join(str(item) for item in np.asarray(value).ravel())) or "none"
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)):
        return f"{value:g}"
    if isinstance(value, (int, np.integer)):
        return f"{value:,}" if abs(int(value)) >= 10_000 else str(value)
    return clean_long(value) or "none"
