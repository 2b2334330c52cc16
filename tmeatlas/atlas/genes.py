"""Genes that cells can be coloured by: those that the atlas names and those asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest
from typing import Any, NamedTuple, TypeGuard

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, unknown
from tmeatlas._text import clean
from tmeatlas._values import MatrixKind
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.maker import DEFLATED_UP_TO, FeatureMaker
from tmeatlas.genes import GeneIndex
from tmeatlas.matrix import ExpressionMatrix, open_matrix
from tmeatlas.results import Coverage

UNIT = "log-normalised expression"

SMALL_PAGE_BYTES, BYTES_PER_CELL = 250_000, 30
LARGE_PAGE_BYTES, BYTES_PER_CELL_LARGE = 600_000, 1.8
MOST_BYTES = 2_400_000
"""What values of genes that nobody asked for may take in a page: more where it is large anyhow,
550 kB at 10,000 cells. The means of all genes, of 0.3 to 0.6 MB, come on top, so that genes stay
below 1.2 MB at 10,000 cells and 3 MB at a million."""
BYTES_PER_GENE = 110
BYTES_PER_VALUE = 1.4
BYTES_PER_CODED_VALUE = 1.0
"""What a gene takes, and each cell that shows it: 1.2 to 1.6 in real tumours; in large pages, where
steps are coded by group and fewer, 1.0."""
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
    """Bytes that the values of genes may take in a page without being asked for.

    Rising fast up to some 12,000 cells, then slowly: there the cells take most of the page.
    """
    of_small = SMALL_PAGE_BYTES + BYTES_PER_CELL * n_cells
    of_large = LARGE_PAGE_BYTES + int(BYTES_PER_CELL_LARGE * n_cells)
    return min(of_small, of_large, MOST_BYTES)


def genes_named(
    panel: Iterable[str], of_groups: Iterable[str], of_panels: Iterable[str], coverage: Coverage
) -> list[str]:
    """Genes that the atlas names, in the order in which they get room.

    First the fixed `panel` of markers, so that every page has the same; then what
    sets the groups apart; then those that panels name, such as those of the
    listed interactions, and between them those of the core signatures: the first
    gene of each, then the second of each.
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
    rest = (gene for _, _, gene in sorted(places, key=lambda place: place[:2]))
    return list(dict.fromkeys([*panel, *of_groups, *rest]))


def gene_columns(
    matrix: ExpressionMatrix | None, named: Iterable[str], asked: Sequence[str]
) -> dict[str, int]:
    """Where genes worth a colour stand in the matrix, those that the user asked for first.

    The matrix need not have every one of `named`, but all that were asked for. A
    column that has two of these names has the first of them.
    """
    if not shows_expression(matrix):
        if asked:
            raise InputError(
                "Colouring by gene needs log-normalised expression, found "
                f"{f'{matrix.kind.label} in {matrix.name}' if matrix else 'no usable matrix'}. "
                + remedy(python="Call tme.pp.prepare(adata), or leave", shell="Leave")
                + f" out {option('genes')}."
            )
        return {}
    index = GeneIndex(matrix.names, [*asked, *(named := list(named))])
    for gene in asked:
        if index.find(gene) is None:
            raise unknown(
                "gene", gene, matrix.genes, remedy=f"{option('genes')} takes names of the data."
            )
    found: dict[int, str] = {}
    for gene in [*asked, *named]:
        column = index.find(gene)
        if column is not None:
            found.setdefault(column, gene)
    return {gene: column for column, gene in found.items()}


def shows_expression(matrix: ExpressionMatrix | None) -> TypeGuard[ExpressionMatrix]:
    """Whether there are values that genes can be shown by."""
    return matrix is not None and matrix.kind is MatrixKind.LOGNORM


def gene_features(
    matrix: ExpressionMatrix | None,
    columns: Mapping[str, int],
    n_asked: int,
    rows: NDArray[np.intp],
    maker: FeatureMaker,
) -> Iterator[Feature]:
    """One feature per gene of `columns` as far as there is room, in alphabetical order.

    The first `n_asked` of them have room in any case.
    """
    if matrix is None or not columns:
        return
    room = room_for_genes(len(rows))
    each = BYTES_PER_VALUE if len(rows) <= DEFLATED_UP_TO else BYTES_PER_CODED_VALUE
    most = int(room / (BYTES_PER_GENE + each * RAREST * len(rows)))
    wanted = list(islice(columns, n_asked + most))
    expression = matrix.columns(np.array([columns[gene] for gene in wanted], dtype=np.intp))
    shown = np.diff(expression.indptr)
    taken = np.cumsum(np.where(shown > 0, BYTES_PER_GENE + each * shown, 0))
    in_page = (shown > 0) & (taken <= room)
    in_page[:n_asked] = True
    for i in sorted(np.flatnonzero(in_page), key=lambda i: wanted[i]):
        values = expression[:, [i]].toarray().ravel()[rows]
        name = clean(wanted[i])
        described: dict[str, Any] = {"id": f"g:{name}", "kind": "gene", "name": name}
        yield maker.make(values, unit=UNIT, **described)
