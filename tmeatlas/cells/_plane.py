"""Where cells lie on a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, unknown
from tmeatlas._text import clean
from tmeatlas.results import records

BASIS_NAMES = {
    keys.UMAP: "UMAP",
    "X_tsne": "t-SNE",
    keys.SPATIAL: "Position in the tissue",
    keys.PCA: "PCA",
}
"""Embeddings in the order of preference."""


@dataclass(frozen=True, eq=False)
class Plane:
    """Two coordinates per cell."""

    key: str
    """Key in `obsm`."""
    name: str
    """Name for people."""
    coordinates: NDArray[np.float64]
    """Cells × 2."""
    drawn: NDArray[np.bool_]
    """Which cells have both coordinates."""
    n_dimensions: int
    """Dimensions of the embedding, of which the first two are the coordinates."""


def choose_basis(adata: AnnData, basis: str | None) -> str:
    """The key in `obsm` of the embedding to draw."""
    candidates = embedding_keys(adata)
    if basis is not None:
        for key in (basis, f"X_{basis}"):
            if key in candidates:
                return key
        raise unknown(
            "embedding in obsm called",
            basis,
            candidates,
            remedy=f"Pass one of these as {option('basis')}"
            + remedy(python=", or call tme.pp.prepare(adata) to compute UMAP.", shell="."),
        )
    preferred = [key for key in BASIS_NAMES if key in candidates]
    planar = [key for key in candidates if _width(adata.obsm[key]) in (2, 3)]
    if not (preferred or planar):
        raise InputError(
            "obsm holds no embedding, so there is nowhere to draw the cells. "
            + remedy(
                python="Call tme.pp.prepare(adata) first: it computes UMAP and keeps what is "
                "there.",
                shell="`tmeatlas atlas` computes one.",
            )
        )
    return (preferred or planar)[0]


def embedding_keys(adata: AnnData) -> list[str]:
    """Entries of `obsm` that can be coordinates: two columns or more, and no result of ours."""
    ours = {key for key, _ in records(adata)}
    return [
        str(key)
        for key, values in adata.obsm.items()
        if _width(values) >= 2 and key not in ours and not str(key).startswith(keys.OBS_PREFIX)
    ]


def expression_map(adata: AnnData) -> str | None:
    """The user's own map of expression in two or three dimensions, if there is one."""
    for key in embedding_keys(adata):
        if key != keys.SPATIAL and _width(adata.obsm[key]) in (2, 3):
            return key
    return None


def _width(values: Any) -> int:
    shape: tuple[int, ...] = getattr(values, "shape", ())
    return int(shape[1]) if len(shape) == 2 else 0


def other_planes(adata: AnnData, main: str) -> list[str]:
    """The other embeddings of two or three dimensions, the best known first."""
    planar = [key for key in embedding_keys(adata) if _width(adata.obsm[key]) in (2, 3)]
    known = [key for key in BASIS_NAMES if key in planar]
    return [key for key in dict.fromkeys([*known, *planar]) if key != main]


def read_plane(adata: AnnData, basis: str | None) -> Plane:
    """The first two dimensions of an embedding."""
    key = choose_basis(adata, basis)
    stored: Any = adata.obsm[key]
    plane: Any = stored.iloc[:, :2] if isinstance(stored, pd.DataFrame) else stored[:, :2]
    if hasattr(plane, "toarray"):
        plane = plane.toarray()
    try:
        coordinates = np.array(plane, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"obsm[{key!r}] does not hold numbers: {error}.") from error
    if key == keys.SPATIAL:
        coordinates[:, 1] *= -1  # images count rows from the top
    drawn = np.asarray(np.isfinite(coordinates).all(axis=1))
    if not drawn.any():
        raise InputError(
            f"obsm[{key!r}] has no cell with finite coordinates. "
            + remedy(python="Remove it and call tme.pp.prepare(adata), or name", shell="Name")
            + f" another embedding with {option('basis')}."
        )
    name = BASIS_NAMES.get(key, clean(key.removeprefix("X_").replace("_", " ")))
    return Plane(key, name, coordinates, drawn, n_dimensions=_width(stored))
