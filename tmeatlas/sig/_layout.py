"""Which columns of a table hold gene sets: by their names, or else by what they hold."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, listing
from tmeatlas.genes import ENSEMBL_ID, builtin_names
from tmeatlas.sig._repairs import Repairs, is_gap

SET_COLUMNS = (
    *("source", "geneset", "genesetname", "gsname", "set", "setname", "signature", "signatureid"),
    *("pathway", "term", "termname", "cellname", "celltype", "cellstate", "cluster", "group"),
)
GENE_COLUMNS = (
    *("target", "genesymbol", "officialgenesymbol", "symbol", "gene", "genes", "marker"),
    *("markers", "names", "genename", "feature"),
)
"""The most telling first: those of decoupler, msigdbr, clusterProfiler, PanglaoDB, CellMarker,
Seurat and scanpy. Compared without blanks, signs and capitals."""
WEIGHT_COLUMNS = ("weight", "mor")
"""`mor`, the mode of regulation, in the nets of the first decoupler."""
SIDE_COLUMN = "side"
EFFECT_COLUMNS = ("avglog2fc", "avglogfc", "avgdiff", "scores", "logfoldchanges", "log2fc", "logfc")
P_COLUMNS = ("pvaladj", "pvalsadj", "padj", "adjpval", "fdr")
"""Of tables of markers, as Seurat and scanpy write them."""
OF_INTERACTIONS = {"ligand", "receptor", "ligandcomplex", "receptorcomplex"}
EXPECTED = (
    "Expected one row per gene with the columns source, target and optionally weight (as in the "
    "nets of decoupler; set and gene will do), or one column of genes per signature"
)
LIST_SIGNS = re.compile(r"[,;|]")
"""Between the genes of one cell, in tables of cell types and of enrichment."""
GENES_KNOWN = 0.3
"""Share of names in a column of genes that are known to us; of labels, it is near 0."""


class Layout(NamedTuple):
    """Which columns of a long table hold the signature, the gene, and what is said of it.

    None where there is no such column; without `signature`, all rows are one list.
    """

    signature: int | None
    gene: int
    weight: int | None = None
    side: int | None = None
    effect: int | None = None
    p: int | None = None


@dataclass(frozen=True)
class Table:
    """A table of a file or a DataFrame.

    `stem` is what a list without a name is called; empty for none. `rows` are
    pairs of a place, such as "line 3", and the cells.
    """

    where: str
    stem: str
    header: list[str]
    rows: list[tuple[str, list[object]]]

    def column(self, at: int) -> list[object]:
        """The cells of a column."""
        return [cells[at] for _, cells in self.rows]

    def filled(self, at: int) -> list[object]:
        """The cells of a column that hold something."""
        return [cell for cell in self.column(at) if not is_gap(cell)]


def plain(name: str) -> str:
    """A heading without capitals, blanks and signs: "Gene.Symbol" becomes "genesymbol"."""
    return re.sub(r"[^a-z0-9]+", "", name.lower())


def find_layout(repairs: Repairs, table: Table) -> Layout | None:
    """The columns of a long table, or None where each column is a signature."""
    names = [plain(name) for name in table.header]
    if OF_INTERACTIONS & set(names):
        raise InputError(
            f"{table.where} is a table of interactions, not of gene sets: it has the columns "
            f"{listing(table.header)}. Pass it as {option('database')}"
            + remedy(python=" to tme.tl.crosstalk.", shell=" to 'tmeatlas crosstalk'.")
        )
    at_set, at_gene = _first_of(SET_COLUMNS, names, table), _first_of(GENE_COLUMNS, names, table)
    weight = _first_of(WEIGHT_COLUMNS, names, table)
    if at_set is not None and at_gene is not None:
        return _with_numbers(table, Layout(at_set, at_gene, weight))
    found = by_content(table, at_set, at_gene)
    if found is not None:
        columns = ", ".join(repr(table.header[at]) for at in (found[0], found[1]) if at is not None)
        repairs.note("the columns of signatures and genes were told by what they hold", columns)
        return _with_numbers(table, found._replace(weight=weight))
    alone = _one_list(table, at_gene, weight)
    if alone is not None:
        return _with_numbers(table, alone)
    certain = at_set is not None and gene_share(table.filled(at_set)) <= GENES_KNOWN
    if certain or at_gene is not None or weight is not None or _has_labels(table):
        one_list = (
            ""
            if at_gene is None
            else (
                f" If the column {table.header[at_gene]!r} is one list, name it: "
                "{'my_signature': [...]}."
            )
        )
        raise InputError(
            f"{table.where}: {EXPECTED}; found the columns {listing(table.header)}. Rename the "
            "column of the names of the signatures to `source`, and that of the genes to `target`."
            + one_list
        )
    names_first = gene_share(table.filled(0)) <= GENES_KNOWN
    if names_first and gene_share(table.header[1:]) > GENES_KNOWN:
        raise InputError(
            f"{table.where} has genes in its first line, {listing(table.header)}: one signature "
            "per line. Expected one per column, or a .gmt file: name, description and genes, tab "
            "separated."
        )
    return None


def by_content(table: Table, at_set: int | None, at_gene: int | None) -> Layout | None:
    """The one column of genes and the one of labels that come again, where there is one of each."""
    columns = range(len(table.header))
    if at_gene is None:
        genes = [
            at for at in columns if at != at_set and gene_share(table.filled(at)) > GENES_KNOWN
        ]
    else:
        genes = [at_gene]
    labels = [at for at in columns if at not in genes and _are_labels(table, at)]
    if at_set is not None:
        labels = [at_set]
    elif at_gene is not None and not labels:
        labels = [at for at in columns if at != at_gene and not _is_numeric(table, at)]
    return Layout(labels[0], genes[0]) if len(genes) == len(labels) == 1 else None


def _one_list(table: Table, at_gene: int | None, weight: int | None) -> Layout | None:
    """The column of genes beside numbers alone, as of the markers of one cluster."""
    columns = range(len(table.header))
    if at_gene is None and any(plain(name) in EFFECT_COLUMNS for name in table.header):
        genes = [at for at in columns if gene_share(table.filled(at)) > GENES_KNOWN]
        at_gene = genes[0] if len(genes) == 1 else None
    others = [at for at in columns if at not in (at_gene, weight) and table.header[at]]
    if at_gene is None or not table.stem or not all(_is_numeric(table, at) for at in others):
        return None
    if len(others) > 1 and all(_is_membership(table, at) for at in others):
        raise InputError(
            f"{table.where} says with 0 and 1 in {listing([table.header[at] for at in others])} "
            f"which genes belong to which signature. {EXPECTED}. Keep a row for each 1."
        )
    return Layout(None, at_gene, weight)


def _is_membership(table: Table, at: int) -> bool:
    return {as_number(cell) for cell in table.filled(at)} == {0.0, 1.0}


def gene_share(cells: Sequence[object]) -> float:
    """The share of cells that hold the name of a gene that we know."""
    return sum(map(is_gene, cells)) / len(cells) if cells else 0.0


def as_number(value: object) -> float:
    """`value` as a number, NaN where it is none."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return math.nan


def is_gene(name: object) -> bool:
    """Whether this is a symbol that we know, of man or, by its letters, of mouse; or an id.

    So is a list of them in one cell.
    """
    if not isinstance(name, str):
        return False
    if LIST_SIGNS.search(name):
        return any(is_gene(part) for part in genes_of(name))
    symbols = builtin_names().symbols
    return name in symbols or name.upper() in symbols or bool(ENSEMBL_ID.match(name))


def genes_of(cell: str) -> list[str]:
    """The genes of a cell, which some tables give as a list."""
    if not LIST_SIGNS.search(cell):
        return [cell]
    parts = (part.strip(" []()") for part in LIST_SIGNS.split(cell))
    return [part for part in parts if not is_gap(part)]


def _first_of(wanted: Sequence[str], names: Sequence[str], table: Table) -> int | None:
    for name in wanted:
        if names.count(name) > 1:
            raise InputError(
                f"{table.where} has the column {name!r} twice. {EXPECTED}; found the columns "
                f"{listing(table.header)}. Keep one of them."
            )
        if name in names:
            return names.index(name)
    return None


def _with_numbers(table: Table, layout: Layout) -> Layout:
    names = [plain(name) for name in table.header]
    side = names.index(SIDE_COLUMN) if SIDE_COLUMN in names else None
    if layout.weight is not None and table.filled(layout.weight):
        return layout._replace(side=side)
    layout = layout._replace(weight=None)
    effect, p = (
        next((names.index(name) for name in wanted if name in names), None)
        for wanted in (EFFECT_COLUMNS, P_COLUMNS)
    )
    return layout._replace(side=side, effect=effect, p=p)


def _is_numeric(table: Table, at: int) -> bool:
    cells = table.filled(at)
    return not any(math.isnan(as_number(cell)) for cell in cells)


def _are_labels(table: Table, at: int) -> bool:
    """Whether a column has few texts that come again, none of them a gene."""
    cells = table.filled(at)
    texts = {str(cell) for cell in cells}
    comes_again = len(cells) > 1 and 2 * len(texts) <= len(cells)
    return comes_again and not _is_numeric(table, at) and not any(map(is_gene, texts))


def _has_labels(table: Table) -> bool:
    """Whether some columns hold genes and others labels, so that not each column is a signature."""
    columns = range(len(table.header))
    return any(gene_share(table.filled(at)) > GENES_KNOWN for at in columns) and any(
        _are_labels(table, at) for at in columns
    )
