"""Folders of 10x: a matrix, its barcodes and its features, of any version and with any prefix."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, in_one_line, listing
from tmeatlas._log import note
from tmeatlas._text import counted
from tmeatlas._text_files import read_bytes
from tmeatlas.readers._claims import check_mtx

if TYPE_CHECKING:
    import pandas as pd
    from anndata import AnnData

MATRIX = re.compile(r"(?P<prefix>.*?)(matrix|sparse|counts?)?\.mtx(\.gz)?", re.IGNORECASE)
COMPANION = r"[._-]?{what}\.(tsv|txt)(\.gz)?"
BARCODES = "(barcodes|cells)"
FEATURES = "(features|genes)"
MOST_BYTES = 1_000_000_000
"""Of barcodes or features, unpacked; the raw ones of 16 samples in one run are a third of it."""


@dataclass(frozen=True)
class Files:
    """The three files of one sample."""

    name: str
    """What stands before ``matrix.mtx``; "" for nothing."""
    matrix: Path
    barcodes: Path
    features: Path


def find_samples(path: Path) -> list[Files]:
    """The samples of a folder, or the one whose matrix `path` is."""
    folder = path if path.is_dir() else path.parent
    names = sorted(each.name for each in folder.iterdir() if each.is_file())
    matrices = _without_copies([name for name in names if MATRIX.fullmatch(name)])
    if path != folder:
        matrices = [path.name]
    found = [_with_companions(folder, name, names) for name in matrices]
    return sorted(found, key=lambda files: files.name)


def _without_copies(names: list[str]) -> list[str]:
    """Of a file and its compressed copy, the file."""
    return [name for name in names if name.removesuffix(".gz") not in names or name[-3:] != ".gz"]


def _with_companions(folder: Path, matrix: str, names: list[str]) -> Files:
    matched = MATRIX.fullmatch(matrix)
    prefix = matched["prefix"] if matched else ""
    sample = prefix.strip("._- ")
    return Files(
        sample,
        folder / matrix,
        folder / _companion(BARCODES, "barcodes.tsv", matrix, prefix, names),
        folder / _companion(FEATURES, "features.tsv or genes.tsv", matrix, prefix, names),
    )


def _companion(what: str, called: str, matrix: str, prefix: str, names: list[str]) -> str:
    """The file beside a matrix with its prefix; else the only one of its kind in the folder."""
    ending = COMPANION.format(what=what)
    own = _without_copies(
        [name for name in names if re.fullmatch(re.escape(prefix) + ending, name, re.IGNORECASE)]
    )
    kin = _without_copies(
        [name for name in names if re.fullmatch(f".*?{ending}", name, re.IGNORECASE)]
    )
    found = own or (kin if len(kin) == 1 else [])
    if not found:
        beside = f" Found there: {listing(kin)}." if kin else ""
        raise InputError(
            f"Expected {prefix}{called} (.gz or not) beside {matrix!r}, found none.{beside} "
            "The three files of a sample begin alike."
        )
    return found[0]


def read_mtx(files: Files) -> AnnData:
    """Cells × genes, with symbols as names and ids and types of features beside them."""
    import scipy.io
    from anndata import AnnData

    n_rows, n_columns, n_entries, form, *_ = scipy.io.mminfo(files.matrix)
    shape = (n_rows, n_columns)
    most = max(shape) + 2  # a header, and one more that tells that there are too many
    barcodes, features = _read_lines(files.barcodes, most), _read_lines(files.features, most)
    features, barcodes = _without_header(features, barcodes, shape)
    sizes = (len(features), len(barcodes))
    if shape not in (sizes, sizes[::-1]):
        raise InputError(
            f"{files.matrix.name!r} has {counted(n_rows, 'row')} and "
            f"{counted(n_columns, 'column')}; expected those "
            f"of {files.features.name!r} ({sizes[0]:,}) and {files.barcodes.name!r} "
            f"({sizes[1]:,}). They are of different samples, or one was cut short."
        )
    check_mtx(files.matrix, n_entries, form)
    values = scipy.io.mmread(files.matrix, spmatrix=True)
    if shape == sizes:
        values = values.T
    else:
        note(f"{files.matrix.name} has cells as rows")
    adata = AnnData(_as_float(values))
    adata.obs_names = barcodes[0].to_numpy()
    _name_features(adata, features)
    return adata


def _as_float(values: object) -> object:
    """Rows of cells, as scanpy has them."""
    import numpy as np
    import scipy.sparse as sp

    return sp.csr_matrix(values, dtype=np.float32)


def _read_lines(file: Path, most: int) -> pd.DataFrame:
    """The first lines of a table without header, all of it text."""
    import pandas as pd

    lines = io.BytesIO(read_bytes(file, MOST_BYTES))
    try:
        return pd.read_csv(
            lines, sep="\t", header=None, dtype=str, keep_default_na=False, nrows=most
        )
    except pd.errors.EmptyDataError as error:
        raise InputError(f"{file.name!r} is empty. Copy or download it again.") from error
    except ValueError as error:
        raise InputError(
            f"{file.name!r} is damaged, cut short or no text; expected one line per barcode or "
            f"feature. Copy or download it again. The reason: {in_one_line(error)}"
        ) from error


def _without_header(
    features: pd.DataFrame, barcodes: pd.DataFrame, shape: tuple[int, int]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Without the first line where it is one too many: a header, as some depositors add."""
    smaller, larger = sorted(shape)
    sizes = {smaller, larger}

    def cut(table: pd.DataFrame) -> pd.DataFrame:
        is_header = len(table) not in sizes and len(table) - 1 in sizes
        return table.iloc[1:].reset_index(drop=True) if is_header else table

    return cut(features), cut(barcodes)


def _name_features(adata: AnnData, features: pd.DataFrame) -> None:
    """Symbols as names where there are any; a lone column is the names."""
    ids = features[0]
    symbols = features[1].where(features[1] != "", ids) if features.shape[1] > 1 else ids
    adata.var_names = symbols.to_numpy()
    if features.shape[1] > 1:
        adata.var[keys.GENE_IDS] = ids.to_numpy()
    if features.shape[1] > 2:
        adata.var[keys.FEATURE_TYPES] = features[2].to_numpy()
