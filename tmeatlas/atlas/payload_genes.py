"""Genes that cells can be coloured by: those that the atlas names and those asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, unknown
from tmeatlas._matrix import ExpressionMatrix, open_matrix
from tmeatlas._matrix_kind import MatrixKind
from tmeatlas._text import clean
from tmeatlas.atlas.payload_crosstalk import Crosstalk
from tmeatlas.atlas.payload_features import Feature, coverage_text, make_feature, split_genes

MOST_GENES = 60
FEWEST_GENES = 12
MOST_GENE_VALUES = 6_000_000
"""Genes × cells up to which genes are chosen unasked: they are most of what a large page holds."""


def open_expression(adata: AnnData) -> ExpressionMatrix | None:
    """The expression matrix, where there is a usable one."""
    try:
        return open_matrix(adata)
    except InputError:
        return None


def n_genes_unasked(n_cells: int) -> int:
    """How many genes a page holds without being asked: fewer where there are many cells."""
    return int(np.clip(MOST_GENE_VALUES // max(1, n_cells), FEWEST_GENES, MOST_GENES))


def genes_named(
    crosstalk: Crosstalk | None, coverage: pd.DataFrame, n_cells: int
) -> tuple[list[str], int]:
    """Genes that the atlas names and that it has room for, and how many it names in all.

    Half of the room is for the strongest active interactions; the rest is for
    the core signatures: the first gene of each, then the second of each.
    """
    room = n_genes_unasked(n_cells)
    of_crosstalk = list(dict.fromkeys(crosstalk.gene_names() if crosstalk else ()))
    core = [
        split_genes(coverage_text(coverage, str(name), "genes"))
        for name in coverage.index
        if coverage_text(coverage, str(name), "tier") in ("core", "")
    ]
    of_signatures = [gene for round_of in zip_longest(*core) for gene in round_of if gene]
    chosen = dict.fromkeys([*of_crosstalk[: room // 2], *of_signatures])
    return list(chosen)[:room], len({*of_crosstalk, *of_signatures})


def gene_features(
    adata: AnnData,
    matrix: ExpressionMatrix | None,
    genes: tuple[Iterable[str], Sequence[str]],
    rows: NDArray[np.intp],
    groups: tuple[NDArray[np.uint8], int],
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
                f"{matrix.kind.label if matrix else 'no usable matrix'}. Call "
                "tme.pp.prepare(adata), or leave out `genes=`."
            )
        return
    column_of = _columns(adata, matrix)
    for gene in asked:
        if gene not in column_of:
            raise unknown("gene", gene, column_of, remedy="`genes=` takes names of the data.")
    found = sorted({*asked, *(gene for gene in named if gene in column_of)})
    expression = matrix.columns(np.array([column_of[gene] for gene in found], dtype=np.intp))
    for i, gene in enumerate(found):
        values = expression[:, [i]].toarray().ravel()[rows]
        if values.any() or gene in asked:
            described: dict[str, Any] = {"id": f"g:{gene}", "kind": "gene", "name": clean(gene)}
            yield make_feature(values, *groups, is_gene=True, **described)


def _columns(adata: AnnData, matrix: ExpressionMatrix) -> dict[str, int]:
    """Columns by name, and by symbol where another name has not taken it."""
    column_of = {str(name): i for i, name in reversed(list(enumerate(matrix.genes)))}
    if keys.SYMBOL in adata.var and matrix.genes.equals(adata.var_names):
        for i, symbol in reversed(list(enumerate(adata.var[keys.SYMBOL].astype(str)))):
            column_of.setdefault(symbol, i)
    return column_of
