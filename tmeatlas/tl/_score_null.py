"""Scores, with or without a comparison with random signatures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.methods import NullTest, ScoreMethod, check_signatures, null_test
from tmeatlas.sig import MatchedSignature

FEWEST_NULL = 19
"""Random signatures that can give a p-value of 0.05."""


def score_cells(
    scorer: ScoreMethod,
    matrix: ExpressionMatrix,
    signatures: Sequence[MatchedSignature],
    *,
    n_null: int,
    seed: int | None,
) -> tuple[NDArray[np.float32], NullTest | None]:
    """Scores, and how they compare with those of `n_null` random signatures, if there is a seed."""
    check_signatures(scorer, signatures)
    if seed is None:
        return scorer.score(matrix, signatures), None
    return null_test(scorer, matrix, signatures, n_null=int(n_null), seed=seed)
