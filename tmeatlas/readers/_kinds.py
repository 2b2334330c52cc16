"""What kind of file a path is, told from its content."""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path

from tmeatlas._errors import InputError, in_one_line
from tmeatlas._files import check_input_file
from tmeatlas.readers._claims import check_hdf5
from tmeatlas.readers._foreign import refuse, refuse_hdf5
from tmeatlas.readers._spatial import MODALITIES, is_spatialdata, is_visium

HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
MUDATA = b"MuData"
TABLES = (".csv", ".tsv")


class Kind(Enum):
    """What can be read; the value is what it is called in messages."""

    H5AD = "an AnnData (.h5ad)"
    ZARR = "a zarr store of an AnnData (.zarr)"
    H5MU = "a MuData (.h5mu)"
    SPATIALDATA = "a zarr store of a SpatialData"
    VISIUM = "a folder of Space Ranger"
    H5 = "an .h5 file of Cell Ranger"
    MTX = "a matrix of 10x (matrix.mtx)"
    TABLE = "a table of samples"

    @property
    def label(self) -> str:
        return self.value


def kind_of(path: str | os.PathLike[str]) -> tuple[Path, Kind]:
    """The path of a file that exists, and what it is; anything else raises with the remedy."""
    file = _existing(path)
    if file.is_dir():
        return file, _kind_of_folder(file)
    try:
        with file.open("rb") as opened:
            start = opened.read(len(HDF5_SIGNATURE))
    except OSError as error:
        raise InputError(f"{str(file)!r} cannot be opened: {error.strerror}.") from error
    if not start:
        raise InputError(f"{file.name!r} is empty (0 bytes). Copy or download it again.")
    # MuData writes its name before the signature.
    if start == HDF5_SIGNATURE or start.startswith(MUDATA):
        _check_not_locked(file)
        return file, _kind_of_hdf5(file)
    if _is_matrix(file):
        return file, Kind.MTX
    if file.suffix.lower() in TABLES:
        return file, Kind.TABLE
    raise refuse(file)


def _existing(path: str | os.PathLike[str]) -> Path:
    if not isinstance(path, str | os.PathLike) or isinstance(path, bytes):
        raise InputError(f"Expected the path of a file, found {type(path).__name__}.")
    text = os.fspath(path)
    if not text.strip() or "\0" in text:
        raise InputError(f"Expected the path of a file, found {text!r}.")
    if "://" in text:
        raise InputError(f"Expected a file on this computer, found {text!r}. Download it first.")
    return check_input_file(text)


def _check_not_locked(file: Path) -> None:
    """Refuse a file that another program writes: it is not damaged, as HDF5's error may seem."""
    import h5py

    try:
        h5py.File(file, "r").close()
    except OSError as error:
        if "unable to lock file" in str(error):
            raise InputError(
                f"{file.name!r} is open for writing in another program, or lies where files cannot "
                "be locked. Close it there; or, if nobody writes it, set the environment variable "
                "HDF5_USE_FILE_LOCKING=FALSE before the start."
            ) from error


def _is_matrix(file: Path) -> bool:
    return file.name.lower().endswith((".mtx", ".mtx.gz"))


def _kind_of_hdf5(file: Path) -> Kind:
    import h5py

    try:
        with h5py.File(file, "r") as opened:
            names = set(opened)
            inner = {f"{name}/{each}" for name in names for each in _names(opened, name)}
            check_hdf5(file, opened)
    except (OSError, RuntimeError, KeyError) as error:
        raise InputError(
            f"{file.name!r} is damaged or cut short. Copy or download it again. The reason: "
            f"{in_one_line(error)}"
        ) from error
    if {"obs", "var"} <= names:
        return Kind.H5MU if MODALITIES in names else Kind.H5AD
    if "matrix/barcodes" in inner or any(f"{name}/gene_names" in inner for name in names):
        return Kind.H5
    raise refuse_hdf5(file, names)


def _names(opened: object, name: str) -> list[str]:
    """What a group holds; a data set, or a link to nothing, holds nothing."""
    import h5py

    item = opened.get(name) if isinstance(opened, h5py.Group) else None
    return list(item) if isinstance(item, h5py.Group) else []


def _kind_of_folder(folder: Path) -> Kind:
    if any((folder / name).is_file() for name in ("zarr.json", ".zgroup", ".zattrs")):
        if is_spatialdata(folder):
            return Kind.SPATIALDATA
        if not all((folder / name).is_dir() for name in ("obs", "var")):
            raise _no_cells(folder, "a zarr store without obs and var, so no AnnData")
        return Kind.ZARR
    if is_visium(folder):
        return Kind.VISIUM
    if any(_is_matrix(each) for each in folder.iterdir()):
        return Kind.MTX
    raise _no_cells(folder, "a folder without any of these" if any(folder.iterdir()) else "nothing")


def _no_cells(folder: Path, found: str) -> InputError:
    """Of a folder that holds no cells itself; names what in it does."""
    inside = [
        str(each.relative_to(folder))
        for pattern in ("*", "*/*", "*/*/*")
        for each in sorted(folder.glob(pattern))
        if each.suffix in (".h5ad", ".h5", ".zarr") or (each.is_dir() and _has_matrix(each))
    ]
    there = f" Pass what is in it: {', '.join(map(repr, inside[:5]))}." if inside else ""
    return InputError(
        "Expected a folder with matrix.mtx, barcodes.tsv and features.tsv or genes.tsv (each "
        f".gz or not), or a zarr store of an AnnData; found {found} in {str(folder)!r}.{there}"
    )


def _has_matrix(folder: Path) -> bool:
    try:
        return any(_is_matrix(each) for each in folder.iterdir())
    except OSError:  # a folder that is closed to us
        return False
