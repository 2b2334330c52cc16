"""Tables in files: nets as decoupler has them, or one column per signature."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from tmeatlas._errors import InputError, listing
from tmeatlas._table_text import without_guard
from tmeatlas.genes import ENSEMBL_ID, builtin_names
from tmeatlas.sig._marks import from_marked
from tmeatlas.sig._nets import EXPECTED, Row, find_layout, from_rows, refuse_unnamed_weights
from tmeatlas.sig._signature import Signature


def read_table(text: str, path: Path) -> list[Signature]:
    """A .csv or .tsv file; its header tells which of the two layouts it has."""
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text, path), strict=True)
    try:
        rows = [(reader.line_num, [without_guard(cell.strip()) for cell in row]) for row in reader]
    except csv.Error as error:
        raise InputError(
            f"{path.name!r} cannot be read as {path.suffix}, line {reader.line_num}: {error}"
        ) from error
    rows = [(number, row) for number, row in rows if any(row)]
    if not rows:
        return []
    (_, header), *body = rows
    _refuse_long_rows(header, body, path)
    padded = [(number, row + [""] * (len(header) - len(row))) for number, row in body]
    layout = find_layout(header, repr(path.name))
    if layout is None:
        return _from_columns(header, [row for _, row in padded], path)
    refuse_unnamed_weights(header, [row for _, row in padded], layout, repr(path.name))
    return from_rows(Row.of(row, layout, f"{path.name!r} line {number}") for number, row in padded)


def _from_columns(header: list[str], rows: list[list[str]], path: Path) -> list[Signature]:
    """One signature per column, called as its header; columns may end at different rows."""
    _refuse_genes_as_header(header, path)
    signatures = []
    for column, name in enumerate(header):
        genes = [row[column] for row in rows if row[column]]
        if not name and not genes:
            continue
        if not name or name in genes or all(_is_number(gene) for gene in genes):
            problem = "no header" if not name or name in genes else "no gene names"
            raise InputError(
                f"{path.name!r}: {EXPECTED}; column {column + 1} ({name!r}) has {problem}. "
                "Write the first row as the header, and no row numbers."
            )
        twice = sorted(gene for gene, count in Counter(genes).items() if count > 1)
        if twice:
            raise InputError(
                f"{path.name!r}: signature {name!r} gives genes twice: {listing(twice)}. "
                f"Give each gene once. {EXPECTED}."
            )
        signatures.append(from_marked(name, genes))
    return signatures


def _refuse_genes_as_header(header: list[str], path: Path) -> None:
    """Refuse a table whose first row has genes alone: the first of each list would be its name."""
    names = [name for name in header if name]
    symbols = builtin_names().symbols
    if names and all(name in symbols or ENSEMBL_ID.match(name) for name in names):
        raise InputError(
            f"{path.name!r} has no header: its first row holds genes, {listing(names)}. Write the "
            "names of the signatures as the first row. For signatures that are called as genes "
            "are, write one row per gene with the columns source and target."
        )


def _delimiter(text: str, path: Path) -> str:
    """Comma or tab by the ending; semicolon where a spreadsheet has written it instead."""
    header = text.lstrip("\n").split("\n", 1)[0]
    usual = "\t" if path.suffix.lower() == ".tsv" else ","
    if usual in header:
        return usual
    return next((other for other in ("\t", ";") if other in header), usual)


def _refuse_long_rows(header: list[str], body: list[tuple[int, list[str]]], path: Path) -> None:
    for number, row in body:
        if any(row[len(header) :]):
            raise InputError(
                f"{path.name!r} line {number}: expected {len(header)} columns as in the header "
                f"({listing(header)}), found {len(row)}."
            )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
