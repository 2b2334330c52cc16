"""Where the headings of a table are, and what to do where it has none."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from tmeatlas.sig._layout import (
    GENE_COLUMNS,
    GENES_KNOWN,
    SET_COLUMNS,
    Table,
    as_number,
    gene_share,
    is_gene,
    plain,
)
from tmeatlas.sig._repairs import Repairs

Rows = Sequence[tuple[str, list[str]]]
MOST_ABOVE = 10
"""Lines of a title above the headings, as in supplementary tables."""


def with_headings(repairs: Repairs, rows: Rows, stem: str) -> Table:
    """The table that the rows of a file are, every row as long as its headings."""
    at = next((i for i, (_, cells) in enumerate(rows[:MOST_ABOVE]) if are_headings(cells)), 0)
    if at:
        above = rows[at - 1][0]
        repairs.note("read as a title above the headings", f"all until {above}")
        rows = rows[at:]
    header, body = rows[0][1], rows[1:]
    if body and all(len(cells) == len(header) + 1 for _, cells in body):
        header = ["", *header]  # As R writes tables with names of rows.
    invented = _invented(header, [cells for _, cells in rows], stem)
    if invented is not None:
        repairs.note("has no headings, and was read as with these", ", ".join(map(repr, invented)))
        header, body = invented, rows
    width = len(header)
    return Table(repairs.where, stem, header, [(p, _fit(repairs, p, c, width)) for p, c in body])


def are_headings(cells: Sequence[str]) -> bool:
    """Whether a row names a column of signatures and one of genes."""
    names = {plain(cell) for cell in cells}
    return bool(names & set(SET_COLUMNS)) and bool(names & set(GENE_COLUMNS))


def _fit(repairs: Repairs, place: str, cells: list[str], width: int) -> list[object]:
    if any(cells[width:]):
        found = f"{place} ({len(cells)} for {width})"
        repairs.note("rows with more cells than headings were cut", found)
    return [*cells[:width], *[""] * (width - len(cells))]


def _invented(header: list[str], rows: list[list[str]], stem: str) -> list[str] | None:
    """Headings for a table whose first row has a gene and its signature, or genes alone."""
    names = [name for name in header if name]
    if names and all(map(is_gene, names)):
        return [stem] if len(header) == 1 else [f"{stem}_{i + 1}" for i in range(len(header))]
    columns = [[row[at] if at < len(row) else "" for row in rows] for at in range(len(header))]
    texts = [at for at, cells in enumerate(columns) if not _are_numbers(cells)]
    if len(header) == 2 and len(texts) == 1 and is_gene(header[texts[0]]):
        return ["target" if at in texts else "weight" for at in range(2)]
    if len(header) not in (2, 3) or len(texts) != 2 or are_headings(header):
        return None
    for signature, gene in permutations(texts):
        if _are_pairs(columns[signature], columns[gene]):
            found = {signature: "source", gene: "target"}
            return [found.get(at, "weight") for at in range(len(header))]
    return None


def _are_numbers(cells: list[str]) -> bool:
    return all(as_number(cell) == as_number(cell) for cell in cells if cell)


def _are_pairs(signatures: list[str], genes: list[str]) -> bool:
    """Whether the first row, like all others, has a signature and a gene of it."""
    if any(map(is_gene, set(signatures))):
        return False
    if is_gene(genes[0]) and gene_share(genes) > GENES_KNOWN:
        return True
    come_again = signatures[0] in signatures[1:] and 2 * len(set(signatures)) <= len(signatures) + 1
    return come_again and genes[0] not in genes[1:]
