"""Which cells run a programme that `tl.quality` counts: above random signatures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._text import counted
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.methods import ScoreMethod, score_cells
from tmeatlas.quality import CYCLING_LISTS, STRESS_LIST
from tmeatlas.sig import MatchedSignature, load, match_signatures
from tmeatlas.tl._score_coverage import is_covered

MIN_COVERAGE = 0.5
N_NULL = 99
"""Random signatures with which a score is compared, as for the shares of `tl.phenotype`."""
HIGH = 0.05


@dataclass(frozen=True, eq=False)
class Programmes:
    """By cell, whether it runs them; None where a list cannot be read, and why."""

    stressed: NDArray[np.bool_] | None
    cycling: NDArray[np.bool_] | None
    why_not: tuple[str, str]


def read_programmes(matrix: ExpressionMatrix, scorer: ScoreMethod, seed: int) -> Programmes:
    """Cells whose score exceeds that of random signatures, in one pass for all lists."""
    lists = (STRESS_LIST, *CYCLING_LISTS)
    library = load("all")
    matched = match_signatures([library[name] for name in lists], matrix.genes)
    found = [each for each in matched if is_covered(each, MIN_COVERAGE)]
    high: dict[str, NDArray[np.bool_]] = {}
    if found:
        _, null = score_cells(scorer, matrix, found, n_null=N_NULL, seed=seed)
        if null is not None:
            high = {name: null.pvalues[:, k] <= HIGH for k, name in enumerate(null.ids)}
    cycling = [high[name] for name in CYCLING_LISTS if name in high]
    return Programmes(
        stressed=high.get(STRESS_LIST),
        cycling=np.any(cycling, axis=0) if cycling else None,
        why_not=(
            _why_not([each for each in matched if each.id == STRESS_LIST]),
            _why_not([each for each in matched if each.id != STRESS_LIST]),
        ),
    )


def _why_not(matched: list[MatchedSignature]) -> str:
    """Why none of the lists can be read."""
    return "; ".join(
        f"{each.n_found} of {counted(each.n_genes, 'gene')} of {each.id} are in the data"
        for each in matched
    )
