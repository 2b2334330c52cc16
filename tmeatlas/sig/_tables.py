"""Tables of gene sets: one row per gene, or one column or one row per signature."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas._table_text import without_guard
from tmeatlas._text_files import MOST_CELLS, separator_of
from tmeatlas.sig._gene_sets import COMMENT, add_fields, of_plain, plain_stem
from tmeatlas.sig._headings import are_headings, with_headings
from tmeatlas.sig._layout import (
    EXPECTED,
    GENE_COLUMNS,
    GENES_KNOWN,
    SET_COLUMNS,
    Table,
    as_number,
    find_layout,
    gene_share,
    is_gene,
    plain,
)
from tmeatlas.sig._nets import add_rows
from tmeatlas.sig._repairs import Repairs, is_gap
from tmeatlas.sig._signature import Signature


def read_table(text: str, path: Path) -> list[Signature]:
    """A .csv or .tsv file; its header, or what it holds, tells which of the layouts it has."""
    rows = _rows_of(text, path)
    if not rows:
        return []
    repairs = Repairs(repr(path.name))
    if _are_lists(rows):
        for place, cells in rows:
            first = 1 if is_gene(cells[1]) else 2
            add_fields(repairs, [cells[0], "", *cells[first:]], place)
        return repairs.finish()
    if len(rows) == 1 and all(map(is_gene, filter(None, rows[0][1]))):
        repairs.note("read as one list, for its one row of genes", rows[0][0])
        add_fields(repairs, [plain_stem(path), "", *rows[0][1]], rows[0][0])
        return repairs.finish()
    table = with_headings(repairs, rows, plain_stem(path))
    add_table(repairs, table)
    return repairs.finish()


def from_frame(frame: pd.DataFrame) -> list[Signature]:
    """Signatures of a DataFrame, which has the same layouts as a file."""
    named = [str(name) for name in frame.index.names if name is not None]
    if any(plain(name) in (*SET_COLUMNS, *GENE_COLUMNS) for name in named):
        frame = frame.reset_index()
    repairs = Repairs("The DataFrame")
    columns = [frame.iloc[:, position].tolist() for position in range(frame.shape[1])]
    cells = (list(row) for row in zip(*columns, strict=True))
    rows = [(f"row {number}", row) for number, row in enumerate(cells)]
    header = [str(name) for name in frame.columns]
    add_table(repairs, Table("The DataFrame", "", header, rows))
    signatures = repairs.finish()
    if not signatures:
        raise InputError(f"The DataFrame: {EXPECTED}; found {listing(header) or 'no column'}.")
    return signatures


def add_table(repairs: Repairs, table: Table) -> None:
    """The signatures of a table, in whichever layout."""
    layout = find_layout(repairs, table)
    if layout is not None:
        add_rows(repairs, table, layout)
        return
    for column, name in enumerate(table.header):
        _add_column(repairs, table, column, "" if name.startswith("Unnamed: ") else name)


def _add_column(repairs: Repairs, table: Table, column: int, name: str) -> None:
    """One signature, called as the heading; columns may end at different rows."""
    genes = [cell for cell in table.column(column) if not _is_empty(cell)]
    while genes and is_gap(genes[-1]):  # R fills columns up with NA.
        genes.pop()
    is_numeric = bool(genes) and all(as_number(gene) == as_number(gene) for gene in genes)
    if not name and (not genes or is_numeric):
        return

    def make(key: str) -> Signature:
        if not name or is_numeric or not genes:
            lacks = "header" if not name else "gene names"
            raise InputError(f"{name!r} has no {lacks}. {EXPECTED}")
        return of_plain(repairs, key, repairs.genes(key, genes))

    repairs.add(name, make, place=f"column {column + 1}")


def _is_empty(cell: object) -> bool:
    return is_gap(cell) and (not isinstance(cell, str) or cell == "")


def _rows_of(text: str, path: Path) -> list[tuple[str, list[str]]]:
    """The rows that hold anything, without the comments above them."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter_of(text, path), strict=True)
    rows: list[tuple[str, list[str]]] = []
    n_cells = 0
    try:
        for row in reader:
            cells = [without_guard(cell.strip()) for cell in row]
            n_cells += len(cells)
            if n_cells > MOST_CELLS:
                raise InputError(
                    f"{path.name!r} holds more than {MOST_CELLS:,} cells. Expected a smaller table "
                    "of gene sets: is it the right one?"
                )
            is_comment = cells and cells[0].startswith(COMMENT) and not any(cells[1:])
            if any(cells) and not is_comment:
                rows.append((f"line {reader.line_num}", cells))
    except csv.Error as error:
        raise InputError(
            f"{path.name!r} cannot be read as a table, line {reader.line_num}: {error}"
        ) from error
    while rows and rows[0][1][0].startswith(COMMENT) and not are_headings(rows[0][1]):
        rows.pop(0)
    return rows


def delimiter_of(text: str, path: Path) -> str:
    """What parts the cells, by the first line that is no comment."""
    lines = (line for line in text.split("\n") if line.strip() and not line.startswith(COMMENT))
    return separator_of(next(lines, ""), path)


def _are_lists(rows: Sequence[tuple[str, list[str]]]) -> bool:
    """Whether each row is a name and its genes, as in a GMT file."""
    if max(len(cells) for _, cells in rows) < 4 or min(len(cells) for _, cells in rows) < 3:
        return False
    genes = [cell for _, cells in rows for cell in cells[2:] if cell]
    of_first = [cell for cell in rows[0][1][2:] if cell]
    are_known = min(gene_share(genes), gene_share(of_first)) > GENES_KNOWN
    return are_known and not any(is_gene(cells[0]) for _, cells in rows)
