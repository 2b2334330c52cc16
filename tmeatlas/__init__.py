"""tmeatlas: the tumour microenvironment in single-cell data."""

from importlib.metadata import version

from tmeatlas import atlas, datasets, get, methods, pl, pp, sig, tl
from tmeatlas._accessor import register as _register

__version__ = version("tmeatlas")
_register()

__all__ = ["__version__", "atlas", "datasets", "get", "methods", "pl", "pp", "sig", "tl"]
