"""Molecules, reads of whole transcripts, or spots of many cells: what the values are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix

from tmeatlas.quality._measured import NAN, Judged, Measured
from tmeatlas.quality._remarks import (
    FULL_LENGTH,
    MOLECULES,
    SHARES,
    SINGLE_CELLS,
    SPOTS,
    Remark,
    forbidding,
)

MOLECULE, READ, SPOT, NOT_TOLD = "molecules", "reads", "spots", ""
"""What a platform counts; "" where the values do not tell."""
# Among molecules most genes of a cell are seen once, and whatever is made of the counts of a cell
# keeps these ties; lengths of transcripts and numbers of reads break them. Share of the values of
# the median cell that are its least one: 0.55 to 0.82 in seven sets of molecules (wu2021, kim2020
# as counts and as logarithms, kang2018, wu2020, moncada2020, andersson2021, the simulated tumours),
# 0.34 in one of 300 genes of which most are shown (zhao2021); 0.0005 and 0.0002 in two of
# full-length reads (puram2017, tirosh2016). Counts of reads of single cells were not at hand; in
# bulk they have 0.13 (guo2019), between the limits.
MOST_OF_READS = 0.1
LEAST_OF_MOLECULES = 0.3


def ties_with_least(
    block: csr_matrix | csr_array,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Values above 0 in each row of a block, and how many of these are the least of the row."""
    shown = block.data > 0
    rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))[shown]
    values = block.data[shown]
    n_shown = np.bincount(rows, minlength=block.shape[0])
    least = np.full(block.shape[0], np.inf)
    filled = np.flatnonzero(n_shown)
    starts = np.cumsum(n_shown) - n_shown
    if filled.size:
        least[filled] = np.minimum.reduceat(values, starts[filled])
    n_least = np.bincount(rows[values == least[rows]], minlength=block.shape[0])
    return n_shown.astype(np.int64), n_least.astype(np.int64)


def platform_of(share: float, *, spots: bool) -> str:
    """What was counted, from the share of values that are the least of their cell."""
    if spots:
        return SPOT
    if share < MOST_OF_READS:
        return READ
    return MOLECULE if share >= LEAST_OF_MOLECULES else NOT_TOLD


def judge_platform(
    n_shown: NDArray[np.integer],
    n_least: NDArray[np.integer],
    *,
    spots: bool,
    why_not: str = "",
) -> tuple[Judged, str]:
    """What the values of one sample are, and the platform as `judge_arms` takes it.

    Per cell, what `ties_with_least` counts, in any values that were not centred.
    `spots` is whether rows are spots; `why_not` why values do not tell.
    """
    read = n_shown > 0
    if why_not or not read.any():
        why_not, share, n = why_not or "no cell with a value", NAN, 0
    else:
        share, n = float(np.median(n_least[read] / n_shown[read])), int(read.sum())
    measured = Measured(
        "least_value", "Values that are the least of their cell", share, cells=n, note=why_not
    )
    platform = platform_of(share, spots=spots)
    if platform == SPOT:
        reason = "rows are spots of an array, each of several cells"
        remark = Remark(SPOTS, reason, forbidding(SINGLE_CELLS, SHARES))
    elif platform == READ:
        reason = (
            f"{share:.2%} of the values of the median cell are its least one, as where reads of "
            f"whole transcripts were counted, or values imputed (molecules: at least "
            f"{LEAST_OF_MOLECULES:.0%})"
        )
        remark = Remark(FULL_LENGTH, reason, MOLECULES)
    else:
        return Judged((measured,)), platform
    return Judged((measured,), (remark,)), platform
