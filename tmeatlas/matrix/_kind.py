"""What the values of an expression matrix are: counts, log-normalised, linear or scaled."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from tmeatlas._values import MatrixKind

MAX_LOG_VALUE = 25.0
"""No log-transformed expression is larger: 2**25 is above every molecule count of a cell."""
MAX_SPREAD_NORMALISED = 3.0
"""Totals of normalised cells differ by less, even where some genes were left out."""
MIN_TOP_COUNT = 14.0
"""log1p of a million: below it, values are taken for logged without a further look."""
MIN_DEPTH_VARIATION = 0.3
"""Depth of sequencing varies by more between the cells of a sample."""
MAX_VARIATION_SHARES = 0.001
"""Linear shares of all genes of a cell add up to the same; logged ones hardly do."""
FIRST_LOOK = 10_000
"""Values that are not whole numbers show it among so many."""


def guess_kind(sample: sp.csr_matrix, *, said_logged: bool = False) -> MatrixKind:
    """Judge the kind of values from a sample of rows.

    `said_logged`: the data say that they are log-transformed. Believed of values
    up to 25 that are no whole numbers, where values alone can mislead.

    Negative values mean scaled; whole numbers mean counts. Of the others, those
    above 25 are linear TPM or CPM if the totals of the cells are alike, and
    counts with decimals (ambient RNA subtracted, or fractional alignments) if
    they differ as sequencing depth does. Values up to 25 are log-transformed,
    unless the totals are equal to 0.1 % (linear shares), or values above 14 come
    with totals that differ much less as they are than after undoing the
    logarithm (counts with decimals).
    """
    # NaN and infinite values tell nothing; they are refused once the rows are read.
    usable = np.isfinite(sample.data)
    finite = sample.data if usable.all() else sample.data[usable]
    if finite.size == 0:
        return MatrixKind.COUNTS
    if finite.min() < 0:
        return MatrixKind.SCALED
    if _are_whole(finite):
        return MatrixKind.COUNTS
    if said_logged and finite.max() <= MAX_LOG_VALUE:
        return MatrixKind.LOGNORM
    totals = _totals(sample)
    if finite.max() > MAX_LOG_VALUE:
        is_normalised = totals.size < 3 or _spread(totals) <= MAX_SPREAD_NORMALISED
        return MatrixKind.LINEAR if is_normalised else MatrixKind.COUNTS
    if totals.size < 3:
        return MatrixKind.LOGNORM
    variation = _variation(totals)
    if variation < MAX_VARIATION_SHARES:
        return MatrixKind.LINEAR
    if finite.max() < MIN_TOP_COUNT:
        return MatrixKind.LOGNORM
    unlogged = min(
        _variation(_totals(_with_values(sample, undo(sample.data.astype(np.float64)))))
        for undo in (np.expm1, _exp2m1)
    )
    has_depth = variation > MIN_DEPTH_VARIATION and unlogged > 1.5 * variation
    return MatrixKind.COUNTS if has_depth else MatrixKind.LOGNORM


def _are_whole(values: np.ndarray) -> bool:
    """Whether all are whole numbers."""
    return all(
        np.array_equal(part, np.round(part)) for part in (values[:FIRST_LOOK], values[FIRST_LOOK:])
    )


def _with_values(sample: sp.csr_matrix, values: np.ndarray) -> sp.csr_matrix:
    return sp.csr_matrix((values, sample.indices, sample.indptr), shape=sample.shape)


def _exp2m1(values: np.ndarray) -> np.ndarray:
    return np.exp2(values) - 1


def _totals(sample: sp.csr_matrix) -> np.ndarray:
    """Sums of the rows that have any value, and none that is not finite."""
    totals = np.asarray(sample.sum(axis=1, dtype=np.float64)).ravel()
    return totals[np.isfinite(totals) & (totals > 0)]


def _variation(totals: np.ndarray) -> float:
    """Coefficient of variation."""
    return float(totals.std() / totals.mean())


def _spread(totals: np.ndarray) -> float:
    """How many times the 95th percentile is the 5th."""
    low, high = np.quantile(totals, [0.05, 0.95])
    return float(high / low)
