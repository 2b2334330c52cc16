"""Stores of zarr: which folders are any."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

STORE = ".zarr"
OF_A_STORE = ("zarr.json", ".zgroup", ".zarray", ".zattrs")
"""Files by which a folder is part of a store."""
ROOTS = {"zarr.json": "attributes", ".zattrs": ""}
"""Files with the attributes of a store, in versions 3 and 2, and where they are in it."""


def holds_cells(folder: Path) -> bool:
    """Whether a folder is an AnnData, by the attributes of its root."""
    for name, place in ROOTS.items():
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, ValueError):
            found = json.loads((folder / name).read_bytes())
            if place and isinstance(found, dict):
                found = found.get(place)
            return isinstance(found, dict) and bool(found.get("encoding-type") == "anndata")
    return False
