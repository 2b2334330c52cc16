"""What all matrices of a data set hold, as one sum: whether they are as they were."""

from __future__ import annotations

from typing import Any

import numpy as np
from anndata import AnnData
from anndata.abc import CSCDataset, CSRDataset

from tmeatlas import _keys as keys
from tmeatlas._digest import Digest, UntoldError
from tmeatlas.matrix._on_record import said_of_logarithms
from tmeatlas.matrix._storage import is_graph


def digest_of_matrices(adata: AnnData) -> str:
    """X, layers and raw, and what is on record of how they are read.

    Each is read once, part after part, wherever it lies. Raises `UntoldError` for a task graph:
    it would have to be computed.
    """
    digest = Digest().add(keys.LOG1P in adata.uns).add(said_of_logarithms(adata))
    places = {"X": adata.X, **{str(n): adata.layers[n] for n in adata.layers if n is not None}}
    if adata.raw is not None:
        digest.add(adata.raw.var)
        places["raw.X"] = adata.raw.X
    for place in sorted(places):
        digest.add(place)
        _add(digest, places[place])
    return digest.text()


def _add(digest: Digest, matrix: Any) -> None:
    if is_graph(matrix):
        raise UntoldError("task graph")
    if isinstance(matrix, (CSRDataset, CSCDataset)):
        digest.add_sparse(matrix.group, matrix.format, matrix.shape)
    elif hasattr(matrix, "chunks") and not isinstance(matrix, np.ndarray):
        digest.add_array(matrix)  # in a file
    else:
        digest.add(matrix)
