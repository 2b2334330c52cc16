"""What was run, with which options and versions; free of times, so that results repeat."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError

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


def check_record(adata: AnnData, key: object) -> None:
    """Refuse what `record` could not write under: a key that is no text, a record not ours."""
    if not isinstance(key, str):
        raise InputError(f"Expected text as `key_added`, found {key!r}. Put it in quotes.")
    found = adata.uns.get(keys.META, {})
    if not isinstance(found, Mapping):
        raise InputError(
            f"Expected the records of tmeatlas as a dict in adata.uns[{keys.META!r}], found "
            f"{type(found).__name__}. Keep it under another name: "
            f"adata.uns['mine'] = adata.uns.pop({keys.META!r})."
        )


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
