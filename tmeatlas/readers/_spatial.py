"""Cells of a tissue, and one of several modalities, from what holds more than one AnnData."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tmeatlas._errors import DependencyError, InputError, listing
from tmeatlas._keys import SPATIAL
from tmeatlas._log import note
from tmeatlas.readers._mend import mend

if TYPE_CHECKING:
    import numpy as np
    from anndata import AnnData
    from numpy.typing import NDArray

TABLES, TABLE = "tables", "table"
"""Where a SpatialData store has its tables, and what one is called by custom."""
ATTRIBUTES = "spatialdata_attrs"
"""`uns[...]` of such a table: which rows are of which element."""
MODALITIES, GENES = "mod", "rna"
"""Where a MuData has its modalities, and what that of the genes is called by custom."""
COUNTS = "filtered_feature_bc_matrix.h5"
SCALES = "scalefactors_json.json"
INSTALL = "python -m pip install 'tmeatlas[spatial]'"


def is_spatialdata(folder: Path) -> bool:
    """Whether a zarr store is one of SpatialData, with a table."""
    return (folder / TABLES).is_dir()


def is_visium(folder: Path) -> bool:
    """Whether a folder is what Space Ranger writes of one slide."""
    return (folder / SPATIAL / SCALES).is_file() and any(folder.glob(f"*{COUNTS}"))


def read_visium(folder: Path) -> AnnData:
    """The spots of a slide with their places, its images and their scale, by squidpy."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from squidpy.read import visium
    except ImportError as error:
        raise DependencyError(
            f"The folder {folder.name!r} of Space Ranger is read by squidpy, which could not be "
            f"imported ({error}). Install it with: {INSTALL}"
        ) from error
    found = sorted(folder.glob(f"*{COUNTS}"))
    spots: AnnData = visium(folder, counts_file=found[0].name)
    return mend(spots)


def read_spatialdata(store: Path) -> AnnData:
    """The table of a SpatialData store, with the centres of what its rows are about."""
    import anndata

    tables = sorted(each.name for each in (store / TABLES).iterdir() if each.is_dir())
    name = _one_of(tables, TABLE, f"{store.name!r}", f"{store.name}/{TABLES}/")
    cells = mend(anndata.read_zarr(store / TABLES / name))
    if SPATIAL not in cells.obsm and ATTRIBUTES in cells.uns:
        places = _centres(store, cells)
        if places is not None:
            cells.obsm[SPATIAL] = places
    return cells


def read_modality(file: Path) -> AnnData:
    """The genes of a file of several modalities."""
    import h5py
    from anndata.io import read_elem

    with h5py.File(file, "r") as opened:
        held = opened[MODALITIES]
        name = _one_of(list(held), GENES, f"{file.name!r}", "")
        cells: AnnData = read_elem(held[name])
    note(f"read the modality {name!r}")
    return mend(cells)


def _one_of(names: Collection[str], usual: str, where: str, path: str) -> str:
    """The table to read: the one called as usual, or the only one."""
    if usual in names:
        return usual
    if len(names) == 1:
        return next(iter(names))
    if not names:
        raise InputError(f"{where} holds no table of cells.")
    one = next(iter(names))
    how = (
        f"Pass the path of one, such as {path + one!r}"
        if path
        else f'Take one out: python -c "import mudata; mudata.read_h5mu({where})[{one!r}]'
        f".write_h5ad('cells.h5ad')\""
    )
    raise InputError(f"{where} holds {listing(list(names))}, none of them called {usual!r}. {how}.")


def _centres(store: Path, cells: AnnData) -> NDArray[np.float64] | None:
    """Where what each row is about lies; None, with a line of log, without spatialdata."""
    import numpy as np

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import spatialdata
    except ImportError:
        note(f"places of the cells are not read, which needs spatialdata ({INSTALL})")
        return None
    attributes: Mapping[str, Any] = cells.uns[ATTRIBUTES]
    whole = spatialdata.read_zarr(store)
    places = np.full((cells.n_obs, 2), np.nan)
    of_rows = cells.obs[attributes["region_key"]].astype(str).to_numpy()
    for element in np.atleast_1d(attributes["region"]).tolist():
        centres = spatialdata.get_centroids(whole[element]).compute()
        rows = np.flatnonzero(of_rows == element)
        instances = cells.obs[attributes["instance_key"]].to_numpy()[rows]
        places[rows] = centres[["x", "y"]].reindex(instances).to_numpy()
    return places
