"""tmeatlas: the tumour microenvironment in single-cell data."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tmeatlas._compile_cache import find_folder
from tmeatlas._errors import TMEError, TMEWarning
from tmeatlas._guard import guarded
from tmeatlas._settings import settings

if TYPE_CHECKING:
    from tmeatlas import atlas, cellphonedb, datasets, enrichment, get, methods, pl, pp, sig, tl
    from tmeatlas._analyse import analyse
    from tmeatlas.readers import read

PARTS = (
    *("atlas", "cellphonedb", "datasets", "enrichment", "get", "methods"),
    *("pl", "pp", "sig", "tl"),
)
FUNCTIONS = {"analyse": "tmeatlas._analyse", "read": "tmeatlas.readers"}
"""Where the functions of this door are."""
__all__ = [
    "TMEError",
    "TMEWarning",
    "__version__",
    "analyse",
    "atlas",
    "cellphonedb",
    "datasets",
    "enrichment",
    "get",
    "methods",
    "pl",
    "pp",
    "read",
    "settings",
    "sig",
    "tl",
]


def __getattr__(name: str) -> Any:
    """Load a part when it is first asked for: the command line answers without anndata."""
    if name in PARTS:
        return import_module(f"tmeatlas.{name}")
    if name in FUNCTIONS:
        function = guarded(getattr(import_module(FUNCTIONS[name]), name), f"tmeatlas.{name}")
        globals()[name] = function
        return function
    if name == "__version__":
        from importlib.metadata import version

        return version("tmeatlas")
    raise AttributeError(f"module 'tmeatlas' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


find_folder()

if "anndata" in sys.modules:
    from tmeatlas._accessor import register

    register()
