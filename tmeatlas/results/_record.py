"""What was run, on which cells, with which options and versions; no times, so results repeat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import remedy
from tmeatlas._errors import InputError
from tmeatlas._text import bare_name
from tmeatlas.results._cells import Fingerprint

PACKAGES = ("tmeatlas", "anndata", "numba", "numpy", "pandas", "scanpy", "scipy")
KIND, CELLS, PARAMS, PROVENANCE = "kind", "cells", "params", "provenance"


@cache
def versions(packages: tuple[str, ...] = PACKAGES) -> Mapping[str, str]:
    """Installed versions; an empty string where a package is not installed."""
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = ""
    return found


@dataclass(frozen=True, eq=False)
class Record:
    """One entry of ``uns["tmeatlas"]``."""

    kind: str
    """Which class of result it is of; empty in files of earlier versions."""
    cells: Fingerprint
    params: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What the run found, and the versions it ran with."""

    @classmethod
    def find(cls, adata: AnnData, key: str) -> Record | None:
        """The record under `key`; None where there is none."""
        entry = _entries(adata).get(key)
        if not isinstance(entry, Mapping):
            return None
        parts = [entry.get(part, {}) for part in (CELLS, PARAMS, PROVENANCE)]
        cells, params, facts = (part if isinstance(part, Mapping) else {} for part in parts)
        return cls(str(entry.get(KIND, "")), Fingerprint.read(cells), params, facts)

    def write(self, adata: AnnData, key: str) -> None:
        """Write ``uns["tmeatlas"][key]``."""
        entries = dict(_entries(adata))
        entries[keys.SCHEMA] = keys.SCHEMA_VERSION
        entries[key] = {
            KIND: self.kind,
            CELLS: self.cells.stored(),
            PARAMS: {name: _storable(value) for name, value in self.params.items()},
            PROVENANCE: {
                **versions(),
                **{name: _storable(value) for name, value in self.facts.items()},
            },
        }
        adata.uns[keys.META] = entries

    def param(self, name: str) -> str:
        """An option as text; empty where it was not given or is not on record."""
        return str(self.params.get(name, ""))


def records(adata: AnnData) -> Iterator[tuple[str, Record]]:
    """Every record with its key, in one order, whether a file has sorted them or not."""
    for key in sorted(map(str, _entries(adata)), key=_place):
        found = Record.find(adata, key)
        if found is not None:
            yield key, found


def _place(key: str) -> tuple[int, str]:
    """Comparisons come last, in the order of what they build on."""
    compared = [keys.compare(what) for what in keys.COMPARED]
    return compared.index(key) if key in compared else -1, key


def simulated(adata: AnnData) -> str:
    """How the cells were simulated; empty for real ones."""
    stored = adata.uns.get(keys.SIMULATED)
    return "" if stored is None else str(stored)


def source_name(adata: AnnData) -> str:
    """The name of the file that the cells were read from; empty where nobody knows."""
    if adata.filename is not None:
        return bare_name(adata.filename)
    stored = adata.uns.get(keys.FILE)
    return stored if isinstance(stored, str) else ""


def check_records(adata: AnnData) -> None:
    """Refuse records under our name that are not ours, or of a later version."""
    found = adata.uns.get(keys.META, {})
    if not isinstance(found, Mapping):
        raise InputError(
            f"Expected the records of tmeatlas as a dict in uns[{keys.META!r}], found "
            f"{type(found).__name__}. Keep it under another name"
            + remedy(python=f": adata.uns['mine'] = adata.uns.pop({keys.META!r})")
            + "."
        )
    written = found.get(keys.SCHEMA, keys.SCHEMA_VERSION)
    if isinstance(written, (int, np.integer)) and written > keys.SCHEMA_VERSION:
        raise InputError(
            f"The results in uns were written by a later version of tmeatlas (schema "
            f"{written}, this one reads {keys.SCHEMA_VERSION}). Update it: "
            "python -m pip install --upgrade tmeatlas."
        )


def _entries(adata: AnnData) -> Mapping[str, Any]:
    found: Any = adata.uns.get(keys.META, {})
    return found if isinstance(found, Mapping) else {}


def _storable(value: Any) -> Any:
    """`value` as something that every AnnData file format keeps."""
    if value is None:
        return ""
    if isinstance(value, (bool, int, float, str, np.bool_, np.integer, np.floating)):
        return value
    if isinstance(value, (list, tuple, np.ndarray)):
        return np.asarray([str(item) for item in value], dtype=object)
    return str(value)


def table_in(adata: AnnData, key: str) -> pd.DataFrame:
    """A table of `uns`; empty after joining data, which loses it."""
    stored = adata.uns.get(key)
    return stored if isinstance(stored, pd.DataFrame) else pd.DataFrame()
