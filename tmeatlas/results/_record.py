"""What was run, with which options and versions; free of times, so that results repeat."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys

PACKAGES = ("tmeatlas", "anndata", "numba", "numpy", "pandas", "scanpy", "scipy")


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


def _storable(value: Any) -> Any:
    """`value` as something that every AnnData file format keeps."""
    if value is None:
        return ""
    if isinstance(value, (bool, int, float, str, np.bool_, np.integer, np.floating)):
        return value
    if isinstance(value, (list, tuple)):
        return np.asarray([str(item) for item in value], dtype=object)
    return str(value)


def record(
    adata: AnnData,
    key: str,
    params: Mapping[str, Any],
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Write `uns["tmeatlas"][key]`: the options of a run, the facts it found, the versions."""
    meta = dict(adata.uns.get(keys.META, {}))
    meta[keys.SCHEMA] = keys.SCHEMA_VERSION
    meta[key] = {
        "params": {name: _storable(value) for name, value in params.items()},
        "provenance": {
            **versions(),
            **{name: _storable(value) for name, value in (facts or {}).items()},
        },
    }
    adata.uns[keys.META] = meta


def recorded(adata: AnnData, key: str) -> Mapping[str, Any]:
    """The options of a run, as `record` wrote them; empty where there is no record."""
    entry: Any = adata.uns.get(keys.META, {})
    for name in (key, "params"):
        entry = entry.get(name, {}) if isinstance(entry, Mapping) else {}
    return entry if isinstance(entry, Mapping) else {}
