"""What `tl.crosstalk` and `tl.axes` read of an AnnData: cells, counts, and who is shuffled."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas._values import MatrixKind
from tmeatlas.cells import Groups, read_categories
from tmeatlas.lr import Cells, MatchedInteractions, Null, fixed_groups
from tmeatlas.matrix import ExpressionMatrix, open_matrix


def read_cells(
    adata: AnnData, matrix: ExpressionMatrix, matched: MatchedInteractions, groups: Groups
) -> Cells:
    """The cells that have a group, on the genes of the interactions."""
    kept = groups.codes >= 0
    counts = _counts(adata, matrix)
    return Cells(
        expression=_columns(matrix, matched, kept),
        counts=None if counts is None else _columns(counts, matched, kept),
        codes=groups.codes[kept],
        labels=groups.labels,
    )


def _counts(adata: AnnData, matrix: ExpressionMatrix) -> ExpressionMatrix | None:
    """``layers["counts"]`` where it holds counts of the same genes."""
    if keys.COUNTS not in adata.layers or not matrix.genes.equals(adata.var_names):
        return None
    counts = open_matrix(adata, layer=keys.COUNTS)
    return counts if counts.kind is MatrixKind.COUNTS else None


def _columns(
    matrix: ExpressionMatrix, matched: MatchedInteractions, kept: np.ndarray
) -> sp.csc_matrix:
    values = matrix.columns(matched.columns)
    values = values if kept.all() else values[kept]
    values.sort_indices()
    return values


def sample_blocks(adata: AnnData, sample_key: str, groups: Groups) -> NDArray[np.int32]:
    """Sample of each cell that has a group, after making sure that shuffling can do something."""
    samples = read_categories(adata, sample_key, argument="sample_key")
    kept = groups.codes >= 0
    codes = np.asarray(samples.codes, dtype=np.int32)[kept]
    if (codes < 0).any():
        raise InputError(
            f"{int((codes < 0).sum())} cells have no sample in obs[{sample_key!r}]. Leave them out "
            f"first: adata = adata[adata.obs[{sample_key!r}].notna()].copy()."
        )
    if fixed_groups(groups.codes[kept], codes, len(groups.labels)).all():
        raise InputError(
            f"Every sample of obs[{sample_key!r}] holds cells of one group of "
            f"obs[{groups.key!r}] only, so shuffling within samples changes nothing. Pass "
            "`sample_key=None`, or the column with the patients or biopsies."
        )
    return codes


def named_samples(adata: AnnData, sample_key: str) -> list[str]:
    """The samples in order; a name is needed to tell their rows from those over all samples."""
    samples = list(read_categories(adata, sample_key, argument="sample_key").categories)
    if "" in samples:
        raise InputError(
            f"A sample of obs[{sample_key!r}] has the empty name, which stands for all samples. "
            "Give it another, or leave out `by_sample=`."
        )
    return samples


def not_moved(groups: Groups, null: Null) -> NDArray[np.bool_]:
    """Groups whose cells no shuffle gives another label."""
    if null.blocks is None:
        return np.zeros(len(groups.labels), dtype=np.bool_)
    return fixed_groups(groups.codes[groups.codes >= 0], null.blocks, len(groups.labels))


def detected_genes(matrix: ExpressionMatrix) -> NDArray[np.int64]:
    """Number of genes above 0 in each cell: its depth, whatever the values are."""
    return np.concatenate([np.diff(block.matrix.indptr) for block in matrix.blocks()])
