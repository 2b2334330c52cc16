"""Files of other programs: what they are, and how they become one that can be read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from tmeatlas._errors import InputError

READABLE = (
    ".h5ad, .zarr, .h5mu, an .h5 of Cell Ranger, a folder with matrix.mtx or of Space Ranger, or a "
    ".csv or .tsv of samples"
)


def refuse(file: Path) -> InputError:
    """The error for a file that cannot be read, by its ending."""
    endings = [ending.lower() for ending in file.suffixes]
    ending = next((each for each in reversed(endings) if each in _REMEDIES), "")
    what, remedy = _REMEDIES.get(ending, ("", ""))
    name, target = file.name, f"{file.name.split('.')[0]}.h5ad"
    if not what:
        claimed = file.suffix.lower() in (".h5ad", ".h5", ".hdf5")
        found = f"{name!r}, which is no HDF5 file" if claimed else repr(name)
        again = " Copy or download it again." if claimed else ""
        return InputError(f"Expected {READABLE}; found {found}.{again}")
    return InputError(
        f"{name!r} is {what}; expected {READABLE}. {remedy.format(name=name, target=target)}"
    )


def refuse_hdf5(file: Path, names: Collection[str]) -> InputError:
    """The error for an HDF5 file of another kind, by the names of what is in it."""
    name, target = file.name, f"{file.stem}.h5ad"
    for marks, what, remedy in _HDF5:
        if marks <= set(names):
            return InputError(
                f"{name!r} is {what}; expected {READABLE}. "
                f"{remedy.format(name=name, target=target)}"
            )
    shown = ", ".join(sorted(names)[:5]) or "nothing"
    return InputError(
        f"{name!r} is an HDF5 file that holds no cells × genes; expected {READABLE}. "
        f"It holds: {shown}."
    )


_SEURAT = (
    "Convert it in R: for a Seurat object, zellkonverter::writeH5AD("
    "Seurat::as.SingleCellExperiment(readRDS({name!r})), {target!r}); for a "
    "SingleCellExperiment, leave out as.SingleCellExperiment."
)
_LOAD = (
    "Convert it in R: load({name!r}), then zellkonverter::writeH5AD("
    "Seurat::as.SingleCellExperiment(x), {target!r}) with the name of the object for x."
)
_TABLE = (
    "Convert it: python -c \"import scanpy as sc; sc.read_csv('table.csv').T.write_h5ad("
    '{target!r})" of a table of genes × cells, saved as .csv; without .T where rows are cells.'
)
_PACKED = "Unpack it and pass what is in it."
_REMEDIES = {
    ".rds": ("an object of R", _SEURAT),
    ".qs": ("an object of R", _SEURAT.replace("readRDS", "qs::qread")),
    ".rda": ("an image of R", _LOAD),
    ".rdata": ("an image of R", _LOAD),
    ".xlsx": ("a spreadsheet", _TABLE),
    ".xls": ("a spreadsheet", _TABLE),
    ".txt": ("a text file", _TABLE.replace("'table.csv'", "{name!r}, delimiter='\\t'")),
    ".parquet": ("a table of values", _TABLE),
    ".zip": ("an archive", _PACKED),
    ".tar": ("an archive", _PACKED),
    ".tgz": ("an archive", _PACKED),
    ".gz": ("a compressed file", _PACKED),
    ".bz2": ("a compressed file", _PACKED),
    ".xz": ("a compressed file", _PACKED),
}
"""By ending: what it is, and the way from it."""
_HDF5 = (
    (
        {"row_attrs", "col_attrs", "matrix"},
        "a loom file",
        'Convert it: python -c "import scanpy as sc; sc.read_loom({name!r}).write_h5ad({target!r})"'
        ", which needs loompy (python -m pip install loompy).",
    ),
    (
        {"assays", "meta.data"},
        "an h5Seurat file",
        "Convert it in R: SeuratDisk::Convert({name!r}, dest = 'h5ad')",
    ),
    (
        {"barcode_idx", "umi"},
        "the molecule_info.h5 of Cell Ranger",
        "Pass filtered_feature_bc_matrix.h5, which is beside it.",
    ),
)
"""By what is in the file: what it is, and the way from it."""
