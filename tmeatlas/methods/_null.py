"""Scores against those of random signatures, in the same pass over the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas._stats import benjamini_hochberg, permutation_pvalue
from tmeatlas.methods._protocol import BlockScorer, RowMethod, ScoreMethod, check_signatures
from tmeatlas.methods._random_sets import expression_bins, random_signatures
from tmeatlas.methods._rows import sparse_rows
from tmeatlas.methods._runner import checked, gene_means, work_through

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix, RowBlock
    from tmeatlas.sig import MatchedSignature

ALPHA = 0.05
Moments: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class NullTest:
    """How scores compare with those of random signatures."""

    ids: tuple[str, ...]
    """The signatures, in their order."""
    pvalues: NDArray[np.float32]
    """Cells × signatures: share of the random signatures that score as high."""
    spread_pvalue: NDArray[np.float64]
    """Per signature: share of the random signatures whose scores vary as much over the cells."""
    spread_padj: NDArray[np.float64]
    share_above: NDArray[np.float64]
    """Per signature: share of cells with a p-value of at most 0.05."""


def score_cells(
    method: ScoreMethod,
    matrix: ExpressionMatrix,
    signatures: Sequence[MatchedSignature],
    *,
    n_null: int,
    seed: int | None,
) -> tuple[NDArray[np.floating], NullTest | None]:
    """Scores by any method, and how they compare with random signatures, if there is a seed."""
    check_signatures(method, signatures)
    if seed is None:
        return method.score(matrix, signatures), None
    return null_test(method, matrix, signatures, n_null=n_null, seed=seed)


def null_test(
    method: ScoreMethod,
    matrix: ExpressionMatrix,
    signatures: Sequence[MatchedSignature],
    *,
    n_null: int,
    seed: int,
) -> tuple[NDArray[np.float32], NullTest]:
    """Score cells, and count how many of `n_null` random signatures score as high.

    Random signatures have as many genes in each of 25 bins by mean expression.
    They are scored with the signatures, row block by row block, and forgotten;
    blocks have fewer rows the more there are.
    """
    if not isinstance(method, RowMethod) or not method.scores_one_by_one:
        raise InputError(
            f"n_null compares signatures one by one with random ones, which {method.name!r} "
            "cannot: its scores depend on all signatures at once, or it has no `prepare`. "
            f"Leave out {option('n_null')}, or pass another method such as 'ucell'."
        )
    score_block = with_random(
        method, matrix, signatures, gene_means(matrix), n_null=n_null, seed=seed
    )
    n_own, n_all = len(signatures), len(signatures) * (1 + n_null)
    scores = np.empty((matrix.n_obs, n_own), dtype=np.float32)
    pvalues = np.empty((matrix.n_obs, n_own), dtype=np.float32)
    moments = []

    def work(block: RowBlock) -> tuple[NDArray[np.float32], NDArray[np.float32], Moments]:
        rows = sparse_rows(block)
        # As they are stored: equal scores must not differ by rounding.
        values = checked(score_block(rows), (rows.n_rows, n_all)).astype(np.float32)
        own = values[:, :n_own]
        random = values[:, n_own:].reshape(rows.n_rows, n_own, n_null)
        # A random score that is not defined counts as high.
        exceeding = n_null - (random < own[:, :, None]).sum(axis=2)
        return (
            own.copy(),
            permutation_pvalue(exceeding, n_null).astype(np.float32),
            _moments(values),
        )

    for part in work_through(matrix, work, n_columns=n_all):
        cells = slice(part.start, part.stop)
        scores[cells], pvalues[cells], of_block = part.found
        moments.append(of_block)
    pvalues[np.isnan(scores)] = np.nan
    spread = _variance(np.sum(moments, axis=0))
    spread_pvalue = _spread_pvalues(spread, n_own, n_null)
    test = NullTest(
        ids=tuple(signature.id for signature in signatures),
        pvalues=pvalues,
        spread_pvalue=spread_pvalue,
        spread_padj=benjamini_hochberg(spread_pvalue),
        share_above=(pvalues <= ALPHA).mean(axis=0),
    )
    return method.finish(scores), test


def with_random(
    method: RowMethod,
    matrix: ExpressionMatrix,
    signatures: Sequence[MatchedSignature],
    means: NDArray[np.float64],
    *,
    n_null: int,
    seed: int,
) -> BlockScorer:
    """Score rows by each signature, then by all random ones of the first, of the second, and so on.

    `means` has the mean of each gene, by which random genes are alike.
    """
    bins = expression_bins(means, matrix.genes)
    drawn = [
        random_set
        for signature in signatures
        for random_set in random_signatures(signature, bins, number=n_null, seed=seed)
    ]
    return method.prepare(matrix, [*signatures, *drawn])


def _moments(values: NDArray[np.float32]) -> Moments:
    """Number, sum and sum of squares of the scores that are defined."""
    known = np.nan_to_num(values.astype(np.float64))
    return np.stack([np.isfinite(values).sum(axis=0), known.sum(axis=0), (known**2).sum(axis=0)])


def _variance(moments: Moments) -> NDArray[np.float64]:
    number, total, squares = moments
    number = np.where(number > 0, number, np.nan)
    return squares / number - (total / number) ** 2


def _spread_pvalues(spread: NDArray[np.float64], n_own: int, n_null: int) -> NDArray[np.float64]:
    own, random = spread[:n_own], spread[n_own:].reshape(n_own, n_null)
    pvalues = permutation_pvalue(n_null - (random < own[:, None]).sum(axis=1), n_null)
    pvalues[np.isnan(own)] = np.nan
    return pvalues
