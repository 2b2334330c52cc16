"""Cells that were selected in an atlas, back in Python."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError, in_one_line, listing
from tmeatlas._files import check_input_file
from tmeatlas._table_text import without_guard
from tmeatlas._text import counted
from tmeatlas._text_files import read_text
from tmeatlas.cells import (
    NAME_HEADING,
    SOURCE_WORDS,
    Places,
    cells_in_order,
    order_checksum,
    read_groups,
    read_heading,
    read_plane,
)

BUTTON = "“Download cells for Python”"
REMEDY = "Pass the AnnData of which the atlas was made."


def selection(adata: AnnData, path: str | Path) -> pd.DataFrame:
    r"""Read the list of selected cells that an atlas saves.

    The button is "Download cells for Python", or "Download spots for Python". Of more
    than 200,000 cells, a list does not hold the names but the places in the order of the
    atlas, which is found again from its groups and its map.

    Parameters
    ----------
    adata
        The cells × genes of which the atlas was made.
    path
        The CSV file, ``<title>-selection-<number>-cells.csv``.

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
    ...     _ = file.write("cell,Cell type\nsample1_0002,CAF\n")
    >>> tme.get.selection(adata, "atlas-selection.csv").index.to_list()
    ['sample1_0002']
    """
    check_adata(adata)
    file = check_input_file(path)
    table = _read(file)
    rows = _rows(adata, table, file)
    order = np.argsort(rows, kind="stable")
    others = table.drop(columns=[table.columns[0], *_sources(table)]).iloc[order]
    others.index = adata.obs_names[rows[order]]
    return others


def _read(file: Path) -> pd.DataFrame:
    text = read_text(file, remedy=f"Save the list again, with the button {BUTTON}.")
    try:
        header = next(csv.reader(io.StringIO(text)), [])
        if header and (header[0] == NAME_HEADING or read_heading(header[0])):
            return pd.read_csv(io.StringIO(text), dtype={header[0]: str}, keep_default_na=False)
    except (csv.Error, pd.errors.ParserError) as error:
        raise InputError(f"{file} is not a table: {in_one_line(error)}.") from error
    raise InputError(
        f"{file} is not a cell list of an atlas: expected {NAME_HEADING!r} or 'place of ...' as "
        f"its first column, found {listing(header) or 'nothing'}. Save one with the button "
        f"{BUTTON}."
    )


def _sources(table: pd.DataFrame) -> list[str]:
    """The last column, which is empty: its heading says what the file is of."""
    return [name for name in table.columns[-1:] if str(name).endswith(SOURCE_WORDS)]


def _rows(adata: AnnData, table: pd.DataFrame, file: Path) -> NDArray[np.intp]:
    """Row of each listed cell in `adata`."""
    cells = table[table.columns[0]]
    places = read_heading(str(cells.name))
    if places is None:
        if not adata.obs_names.is_unique:
            raise InputError(
                f"Names are given twice in obs_names, so those in {file} do not tell cells apart. "
                "Call adata.obs_names_make_unique() before the atlas is made."
            )
        rows = adata.obs_names.get_indexer(pd.Index(cells.map(without_guard)))
    else:
        rows = _rows_of_places(adata, cells, places, file)
    unknown = rows < 0
    if unknown.any():
        raise InputError(
            f"{int(unknown.sum()):,} of the {counted(len(cells), 'cell')} of {file} are not in "
            "the data: "
            f"{listing(cells[unknown].tolist(), limit=3)}. {REMEDY}"
        )
    return rows


def _rows_of_places(
    adata: AnnData, cells: pd.Series[str], places: Places, file: Path
) -> NDArray[np.intp]:
    """Rows of cells that are listed by their place in the order of the atlas; -1 for no place."""
    plane = read_plane(adata, places.basis)
    order = cells_in_order(plane, read_groups(adata, places.groupby).codes)
    if len(order) != places.n_cells or order_checksum(order) != places.checksum:
        raise InputError(
            f"{file} is of an atlas of {counted(places.n_cells, 'cell')}, by "
            f"obs[{places.groupby!r}] on "
            f"obsm[{places.basis!r}]; with those of `adata`, its {counted(len(order), 'cell')} "
            "stand in "
            f"another order. {REMEDY}"
        )
    at = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64)
    known = (at >= 0) & (at < len(order)) & (at == np.floor(at))
    return np.where(known, order[np.where(known, at, 0).astype(np.intp)], -1)
