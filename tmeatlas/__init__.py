"""tmeatlas: the tumour microenvironment in single-cell data."""

from importlib.metadata import version

from tmeatlas import atlas, datasets, get, methods, pl, pp, sig, tl

__version__ = version("tmeatlas")

__all__ = ["__version__", "atlas", "datasets", "get", "methods", "pl", "pp", "sig", "tl"]
