"""Genes that cells can be coloured by: those that the atlas names and those asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from typing import Any, NamedTuple

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, unknown
from tmeatlas._text import clean
from tmeatlas._values import MatrixKind
from tmeatlas.atlas.cells import Category
from tmeatlas.atlas.features import Feature, make_feature
from tmeatlas.genes import GeneIndex
from tmeatlas.matrix import ExpressionMatrix, open_matrix
from tmeatlas.results import Coverage

UNIT = "log-normalised expression"

SMALL_PAGE_BYTES = 250_000
BYTES_PER_CELL = 10
LARGE_PAGE_BYTES = 3_000_000
"""What genes that nobody asked for may take in a page: more where it is large anyhow."""
BYTES_PER_GENE = 110
BYTES_PER_VALUE = 1.4
"""What a gene takes, and each cell that shows it: 1.2 to 1.6 in real tumours."""
RAREST = 0.02
"""Share of cells below which genes are not expected to lie on average."""
PANEL_GENES_PER_SIGNATURE_GENE = 3
"""Genes that panels name for one of the signatures, which show in a score as well."""


class Choice(NamedTuple):
    """The matrix that was asked for."""

    layer: str | None = None
    use_raw: bool | None = None


def open_expression(adata: AnnData, choice: Choice) -> ExpressionMatrix | None:
    """The expression matrix, where there is a usable one; one that was asked for must be."""
    try:
        matrix = open_matrix(adata, layer=choice.layer, use_raw=choice.use_raw)
        return matrix if matrix.kind else None
    except InputError:
        if choice.layer is not None or choice.use_raw:
            raise
        return None


def room_for_genes(n_cells: int) -> int:
    """Bytes that genes may take in a page without being asked for."""
    return min(SMALL_PAGE_BYTES + BYTES_PER_CELL * n_cells, LARGE_PAGE_BYTES)


def genes_named(of_panels: Iterable[str], coverage: Coverage) -> list[str]:
    """Genes that the atlas names, in the order in which they get room.

    Those that panels name come first, such as those of the listed interactions,
    and between them those of the core signatures: the first gene of each, then
    the second of each.
    """
    of_panels = list(dict.fromkeys(of_panels))
    core = [
        coverage.genes(name)
        for name in map(str, coverage.table.index)
        if coverage.text(name, "tier") in ("core", "")
    ]
    # A down gene ends in "-".
    in_rounds = (gene.removesuffix("-") for genes in zip_longest(*core) for gene in genes if gene)
    of_signatures = list(dict.fromkeys(in_rounds))
    n = PANEL_GENES_PER_SIGNATURE_GENE
    places = [(i // n, 0, gene) for i, gene in enumerate(of_panels)]
    places += [(i, 1, gene) for i, gene in enumerate(of_signatures)]
    return list(dict.fromkeys(gene for _, _, gene in sorted(places, key=lambda place: place[:2])))


def gene_features(
    adata: AnnData,
    matrix: ExpressionMatrix | None,
    genes: tuple[Iterable[str], Sequence[str]],
    rows: NDArray[np.intp],
    groups: Category,
) -> Iterator[Feature]:
    """One feature per gene, in alphabetical order.

    `genes` are those worth a colour, of which the matrix need not have every
    one, and those that the user asked for, which it must have.
    """
    named, asked = genes
    if matrix is None or matrix.kind is not MatrixKind.LOGNORM:
        if asked:
            raise InputError(
                "Colouring by gene needs log-normalised expression, found "
                f"{f'{matrix.kind.label} in {matrix.name}' if matrix else 'no usable matrix'}. "
                + remedy(python="Call tme.pp.prepare(adata), or leave", shell="Leave")
                + f" out {option('genes')}."
            )
        return
    index = GeneIndex(matrix.names, [*asked, *(named := list(named))])
    for gene in asked:
        if index.find(gene) is None:
            raise unknown(
                "gene", gene, matrix.genes, remedy=f"{option('genes')} takes names of the data."
            )
    room = room_for_genes(len(rows))
    most = int(room / (BYTES_PER_GENE + BYTES_PER_VALUE * RAREST * len(rows)))
    given = dict.fromkeys(asked)
    places = {gene: index.find(gene) for gene in [*given, *named]}
    column_of = {gene: column for gene, column in places.items() if column is not None}
    known = (gene for gene in column_of if gene not in given)
    wanted = [*given, *islice(known, most)]
    expression = matrix.columns(np.array([column_of[gene] for gene in wanted], dtype=np.intp))
    shown = np.diff(expression.indptr)
    taken = np.cumsum(np.where(shown > 0, BYTES_PER_GENE + BYTES_PER_VALUE * shown, 0))
    in_page = (shown > 0) & (taken <= room)
    in_page[: len(given)] = True
    for i in sorted(np.flatnonzero(in_page), key=lambda i: wanted[i]):
        values = expression[:, [i]].toarray().ravel()[rows]
        name = clean(wanted[i])
        described: dict[str, Any] = {"id": f"g:{name}", "kind": "gene", "name": name}
        yield make_feature(values, groups, is_gene=True, unit=UNIT, **described)
