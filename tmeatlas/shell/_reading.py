"""What the commands read: cells, and the options that are checked before any work is done."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from tmeatlas._errors import InputError, listing
from tmeatlas._log import logger
from tmeatlas.shell._console import step

if TYPE_CHECKING:
    from anndata import AnnData

USUAL_GROUPBY = (
    "cell_type",
    "celltype",
    "CellType",
    "cell_types",
    "celltypes",
    "cell_type_major",
    "celltype_major",
    "annotation",
    "bulk_labels",
    "leiden",
    "louvain",
    "cluster",
    "clusters",
    "region",
)


def read_adata(path: str) -> AnnData:
    """Read a `.h5ad` file or a `.zarr` store."""
    import anndata

    from tmeatlas._files import check_input_file

    file = check_input_file(path)
    readers = {".h5ad": anndata.read_h5ad, ".zarr": anndata.read_zarr}
    if file.suffix.lower() not in readers:
        raise InputError(
            f"Expected an AnnData file (.h5ad or .zarr), found {file.name!r}. "
            "Convert it in Python with scanpy and adata.write_h5ad(...)."
        )
    with step(f"Reading {file.name}"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                adata = readers[file.suffix.lower()](file)
        except Exception as error:
            raise InputError(f"{file.name!r} cannot be read as an AnnData: {error}") from error
        logger.info("%s cells × %s genes", f"{adata.n_obs:,}", f"{adata.n_vars:,}")
    return adata


def choose_groupby(adata: AnnData, groupby: str | None) -> str:
    """The column the user names, or one that divides the cells.

    That is the first of the usual names for cell types, or the only column
    there is. One label for all cells, as in a sorted population, divides nothing.
    """
    from tmeatlas.cells import category_candidates

    if groupby is not None:
        return groupby
    candidates = category_candidates(adata, fewest=2)
    usual = [name for name in USUAL_GROUPBY if name in candidates]
    if usual or len(candidates) == 1:
        name = (usual or candidates)[0]
        logger.info("groups of cells: obs[%r] (choose another with --groupby)", name)
        return name
    raise InputError(
        "Which column of obs names the cell types? Pass it with --groupby. "
        + (f"Candidates: {listing(candidates)}." if candidates else "None has two or more groups.")
    )


def check_scoring(signatures: str, method: str) -> None:
    """Refuse unknown signatures and methods before any work is done."""
    from tmeatlas.methods import resolve
    from tmeatlas.sig import as_signatures

    as_signatures(signatures)
    resolve(method)
