"""Cells that were selected in an atlas, back in Python."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._checks import check_adata, check_input_file
from tmeatlas._errors import InputError, listing

BY_NAME, BY_ROW = "cell", "row"
"""First column of the file: names of cells, or their rows where the atlas has very many."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def selection(adata: AnnData, path: str | Path) -> pd.DataFrame:
    """Read the cell list that the button "Cell list" of an atlas saves.

    Parameters
    ----------
    adata
        The cells × genes of which the atlas was made.
    path
        The CSV file, ``<title>-selection.csv``.

    Returns
    -------
    DataFrame
        One row per selected cell, in the order of `adata`, with the names of
        the cells as index and the other columns of the file: group, sample,
        condition and position. ``adata[selection.index]`` are the cells.

    Raises
    ------
    MissingKeyError
        No such file; names similar ones.
    InputError
        Not a cell list of an atlas, or cells that `adata` does not have.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> with open("atlas-selection.csv", "w") as file:
    ...     _ = file.write("cell,Cell type\\nsample1_0002,CAF\\n")
    >>> tme.get.selection(adata, "atlas-selection.csv").index.to_list()
    ['sample1_0002']
    """
    check_adata(adata)
    file = check_input_file(path)
    table = _read(file)
    rows = _rows(adata, table[table.columns[0]], file)
    order = np.argsort(rows, kind="stable")
    others = table.drop(columns=table.columns[0]).iloc[order]
    others.index = adata.obs_names[rows[order]]
    return others


def _read(file: Path) -> pd.DataFrame:
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), [])
        if header and header[0] in (BY_NAME, BY_ROW):
            return pd.read_csv(
                file, encoding="utf-8-sig", dtype={header[0]: str}, keep_default_na=False
            )
    except (UnicodeDecodeError, pd.errors.ParserError) as error:
        raise InputError(f"{file} is not a table: {error}.") from error
    raise InputError(
        f"{file} is not a cell list of an atlas: expected {BY_NAME!r} or {BY_ROW!r} as its first "
        f"column, found {listing(header) or 'nothing'}. Save one with the button “Cell list”."
    )


def _rows(adata: AnnData, cells: pd.Series[str], file: Path) -> NDArray[np.intp]:
    """Row of each listed cell in `adata`."""
    if cells.name == BY_ROW:
        rows = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64)
        unknown = ~((rows >= 0) & (rows < adata.n_obs) & (rows == np.floor(rows)))
        rows = np.where(unknown, -1, rows).astype(np.intp)
    else:
        rows = adata.obs_names.get_indexer(pd.Index(cells.map(_without_guard)))
        unknown = rows < 0
    if unknown.any():
        raise InputError(
            f"{int(unknown.sum()):,} of the {len(cells):,} cells of {file} are not in the data: "
            f"{listing(cells[unknown].tolist(), limit=3)}. Pass the AnnData of which the atlas was "
            "made."
        )
    return rows


def _without_guard(name: str) -> str:
    """The name without the apostrophe that keeps spreadsheets from running it as a formula."""
    return name[1:] if name.startswith("'") and name[1:].startswith(FORMULA_SIGNS) else name
