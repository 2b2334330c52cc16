"""Neighbours of one section by squidpy, which takes places in no form but an AnnData."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._errors import DependencyError

KEY = "spatial"
LOG = "spatialdata._logging"
"""The log to which squidpy writes a line for each graph."""


def nearest(coordinates: NDArray[np.float64], n_neighbors: int) -> sp.csr_matrix:
    """Which rows are the `n_neighbors` nearest of each; all others where there are no more."""
    n = min(n_neighbors, len(coordinates) - 1)
    if n < 1:
        return sp.csr_matrix((len(coordinates),) * 2, dtype=np.float32)
    return _edges(coordinates, "spatial_neighbors_knn", n_neighs=n)


def within(coordinates: NDArray[np.float64], radius: float) -> sp.csr_matrix:
    """Which rows lie within `radius` of each."""
    return _edges(coordinates, "spatial_neighbors_radius", radius=float(radius))


def _edges(coordinates: NDArray[np.float64], builder: str, **options: Any) -> sp.csr_matrix:
    from anndata import AnnData

    cells = AnnData(obsm={KEY: coordinates})
    with warnings.catch_warnings():
        # Of squidpy's import and of what it does within, which no option of ours changes.
        warnings.simplefilter("ignore")
        build = getattr(_squidpy(), builder)
        with _quiet():
            edges: sp.csr_matrix = build(cells, spatial_key=KEY, copy=True, **options)[0]
    return edges


def _squidpy() -> Any:
    try:
        from squidpy import gr

        gr.spatial_neighbors_knn  # noqa: B018  # new in 1.8.2
    except (ImportError, AttributeError) as error:
        raise DependencyError(
            "Neighbours in the tissue are found by squidpy 1.8.2 or later, which could not be "
            f"imported ({error}). Install it with: python -m pip install 'tmeatlas[spatial]'"
        ) from error
    return gr


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the line that squidpy writes to its log for each graph. Its import sets that up."""
    log = logging.getLogger(LOG)
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(level)
