"""Reading cells from whatever a pipeline or a repository hands out."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, TMEError
from tmeatlas._guard import warn
from tmeatlas._log import note, say
from tmeatlas._text import bare_name, clean_long
from tmeatlas.readers._in_place import read_in_place
from tmeatlas.readers._kinds import Kind, kind_of
from tmeatlas.readers._samples import read_samples, size_of
from tmeatlas.readers._spatial import read_modality, read_spatialdata, read_visium

if TYPE_CHECKING:
    from pathlib import Path

    from anndata import AnnData


def read(path: str | os.PathLike[str]) -> AnnData:
    """Read cells from a file, a folder, or a table of several samples.

    What a file is, is told from its content:

    - ``.h5ad`` and ``.zarr``, as anndata, CELLxGENE, zellkonverter and SeuratDisk write them;
    - ``.zarr`` of SpatialData: its table (``"table"``, or the only one; of several pass
      the path of one), with the centres of cells or spots in ``obsm["spatial"]``; and
      ``.h5mu`` of MuData: its modality ``"rna"``, or the only one;
    - a folder of Space Ranger with ``filtered_feature_bc_matrix.h5`` and ``spatial``
      beside it, which squidpy reads: places of spots, images and their scale;
    - ``.h5`` of Cell Ranger, version 2 or later, and of what writes like it, such as CellBender;
    - a folder with ``matrix.mtx``, ``barcodes.tsv`` and ``features.tsv`` or ``genes.tsv``, each
      compressed or not. Before these names may stand a prefix, as in files of GEO
      (``GSM5354515_P1_matrix.mtx.gz``): where a folder has several, each is a sample;
      one of them is read by the path of its matrix;
    - a table (``.csv``, ``.tsv``) with the columns ``sample`` and ``path``, one row per
      sample. Paths are relative to the table, each to any of the above.
      All other columns, such as ``patient`` and ``condition``, go to `obs`.

    Several samples have those genes that all of them have, since a gene that was left out of one
    is not known to be 0 there; a warning says how many are lost. Genes are
    the same by Ensembl id where all samples have ids, else by name. Names of cells end in that of
    their sample (``AAACCTGAGAAACCAT-1-P1``). Embeddings of single samples
    share no axes, and are left out; layers and `raw` are kept where all have them.

    Genes keep the names of the file: those of 10x are symbols, with ``var["gene_ids"]`` and
    ``var["feature_types"]`` beside them.

    Parameters
    ----------
    path
        A file, a folder, or a table of samples.

    Returns
    -------
    AnnData
        In memory. With several samples, ``obs["sample"]`` names them.
        ``uns["tme_file"]`` is the name of `path`, without folders and ending: the title
        of an atlas, unless another is given.

    Raises
    ------
    MissingKeyError
        There is no such file; names the nearest. A table without the columns.
    InputError
        A file that is empty, damaged or of another kind; says how to convert it.

    Warns
    -----
    TMEWarning
        Genes that not all samples have, most barcodes are empty, or a column of the table
        replaces another of the file.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.datasets.simulated(300).write_h5ad("tumour.h5ad")
    >>> tme.read("tumour.h5ad").shape
    (300, 7503)
    """
    return _read(path, may_stay=False)


def read_streaming(path: str | os.PathLike[str]) -> AnnData:
    """The same, but that the matrices of large files stay there and are read in blocks."""
    return _read(path, may_stay=True)


def _read(path: str | os.PathLike[str], *, may_stay: bool) -> AnnData:
    file, kind = kind_of(path)
    stays = _tried(partial(_read_in_place, kind), file, kind) if may_stay else None
    if stays is not None:
        adata = stays
    elif kind is Kind.TABLE:
        from tmeatlas.readers._table import read_table

        adata = read_samples(read_table(file), read_one)
    elif kind is Kind.MTX:
        adata = _read_folder(file)
    else:
        adata = read_one(file, kind)
    adata.uns[keys.FILE] = bare_name(file)
    stay = "" if stays is None else "; matrices stay in the file and are read in blocks"
    say(f"{size_of(adata)}{stay}", read=repr(file.name))
    return adata


def read_one(file: Path, kind: Kind) -> AnnData:
    """The cells of one file or folder that is no table."""
    if kind is Kind.ZARR:
        _tried(_check_chunks, file, kind)
    adata = _tried(_READERS[kind], file, kind)
    if kind in (Kind.H5, Kind.MTX):
        _warn_of_empty(adata, file.name)
    return adata


def _tried(read_it: Callable[[Path], Any], file: Path, kind: Kind) -> Any:
    """What `read_it` gives; whatever else it raises is said of the file."""
    try:
        with warnings.catch_warnings():
            # Of names given twice and of old formats; both are dealt with here.
            warnings.simplefilter("ignore")
            return read_it(file)
    except (TMEError, MemoryError):
        raise
    except Exception as error:
        raise InputError(f"{file.name!r} {_why(error, kind)}") from error


def _why(error: Exception, kind: Kind) -> str:
    """What may be wrong with a file that was begun and could not be read."""
    said = clean_long(" ".join(str(error).split()))[:300]
    if "IORegistry" in type(error).__name__ or "No read method registered" in said:
        return (
            "was written by a newer version of anndata than is installed "
            f"(python -m pip install -U anndata). It says: {said}"
        )
    return (
        f"cannot be read as {kind.label}; it may be damaged or cut short. Copy it again, or write "
        f"it anew. The reason: {said or type(error).__name__}"
    )


def _warn_of_empty(adata: AnnData, name: str) -> None:
    """Raw matrices of Cell Ranger hold all barcodes there are; most have met no cell."""
    import numpy as np
    import scipy.sparse as sp

    if not sp.issparse(adata.X) or adata.n_obs == 0:
        return
    empty = int((np.diff(sp.csr_matrix(adata.X).indptr) == 0).sum())
    if empty > adata.n_obs / 2:
        warn(
            f"{empty:,} of the {adata.n_obs:,} barcodes of {name!r} have no molecule, so most are "
            "no cells. Read the filtered matrix of Cell Ranger instead of the raw one."
        )


def _read_folder(file: Path) -> AnnData:
    from tmeatlas.readers._mtx import find_samples
    from tmeatlas.readers._table import Sample

    found = find_samples(file)
    if len(found) == 1:
        return read_one(file, Kind.MTX)
    note("samples are named by what stands before matrix.mtx")
    return read_samples([Sample(each.name, each.matrix, Kind.MTX, {}) for each in found], read_one)


def _read_in_place(kind: Kind, file: Path) -> AnnData | None:
    from tmeatlas.readers._mend import mend, restore_factors

    adata = read_in_place(file, kind)
    if adata is not None:
        mend(adata)
        if kind is Kind.ZARR:
            _check_chunks(file)
        if kind is Kind.H5AD:
            restore_factors(adata, file)
    return adata


def _check_chunks(file: Path) -> None:
    from tmeatlas.readers._chunks import check_chunks

    check_chunks(file)


def _read_h5ad(file: Path) -> AnnData:
    import anndata

    from tmeatlas.readers._mend import mend, restore_factors

    adata = mend(anndata.read_h5ad(file))
    restore_factors(adata, file)
    return adata


def _read_zarr(file: Path) -> AnnData:
    import anndata

    from tmeatlas.readers._mend import mend

    return mend(anndata.read_zarr(file))


def _read_h5(file: Path) -> AnnData:
    from tmeatlas.readers._h5 import read_h5

    return read_h5(file)


def _read_mtx(file: Path) -> AnnData:
    from tmeatlas.readers._mtx import find_samples, read_mtx

    return read_mtx(find_samples(file)[0])


_READERS = {
    **{Kind.H5AD: _read_h5ad, Kind.ZARR: _read_zarr, Kind.H5: _read_h5, Kind.MTX: _read_mtx},
    **{Kind.H5MU: read_modality, Kind.SPATIALDATA: read_spatialdata, Kind.VISIUM: read_visium},
}
