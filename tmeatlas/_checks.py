"""Checks of what users hand in."""

from __future__ import annotations

from anndata import AnnData

from tmeatlas._errors import InputError


def check_adata(adata: object) -> AnnData:
    """`adata` itself, if it is an AnnData with cells and genes."""
    if not isinstance(adata, AnnData):
        raise InputError(
            f"Expected an AnnData, found {type(adata).__name__}. "
            "Read a file with scanpy.read_h5ad(path) first."
        )
    if adata.n_obs == 0 or adata.n_vars == 0:
        raise InputError(f"Expected cells and genes, found {adata.n_obs} × {adata.n_vars}.")
    if adata.isbacked and adata.is_view:
        raise InputError(
            "A part of a backed AnnData cannot hold results. Load the part first: "
            "adata = adata.to_memory()."
        )
    return adata


def check_in_memory(adata: AnnData) -> None:
    """Refuse backed data where a copy is asked for."""
    if adata.isbacked:
        raise InputError(
            "A backed AnnData cannot be copied in memory. Leave `copy=False`, or load it first: "
            "adata = adata.to_memory()."
        )
