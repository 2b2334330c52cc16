"""What the values of an expression matrix are: counts, log-normalised, linear or scaled."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._values import MatrixKind
from tmeatlas.matrix._steps import LOGARITHMS, UNDO, Steps, find_steps

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
MIN_TOP_OVER_MIDDLE = 6.0
"""The highest count is further above a usual one than logarithms are."""
MAX_SPREAD_WITHOUT_ZEROS = 6.0
"""Totals of the genes left of normalised cells that show all of them differ by less."""
FIRST_LOOK = 10_000
"""Values that are not whole numbers show it among so many."""
SIZES = (1e4, 1e5, 1e6)
"""Totals to which cells are normalised."""
MAX_ROUNDED_OFF = 0.05
"""What rounding takes from or adds to such a total."""
FEWEST_ROUNDED = 10
"""Cells, whose depths are not all so near such a total."""
FEWEST_ONES = 500
"""So many counts are not all 1."""
FEWEST_SHARES = 200
"""So many logged values are not all below 1."""
MAX_BELOW_ZERO = 0.1
"""Of all that is expressed, what lies below 0 where cells were corrected. Scaled values add up to
0, so that half of it does."""


def judge(sample: sp.csr_matrix, *, said_logged: bool = False) -> tuple[MatrixKind, Steps | None]:
    """Judge the kind of values from a sample of rows.

    `said_logged`: the data say that they are log-transformed. Believed of values
    up to 25 that are no whole numbers, where values alone can mislead.

    Negative values mean scaled, or corrected where they are few and small; whole
    numbers mean counts, or rounded TPM where their totals are near a usual one. Of
    the others, most were counts once, and show the scale on which they are
    multiples of one molecule (:mod:`tmeatlas.matrix._steps`). Where they do not,
    totals that are equal to 0.1 % tell the scale. Else values above 25 are linear
    TPM or CPM if the totals of the cells are alike or do not rise with the number of
    genes shown, and counts with decimals (ambient RNA subtracted, or fractional
    alignments) if they differ as sequencing depth does. Values up to 25 are
    log-transformed, unless values above 14 come with totals that differ much less as
    they are than after undoing the logarithm (counts with decimals), or all are below
    1 (linear shares).

    The steps come along where they were looked for.
    """
    # NaN and infinite values tell nothing; they are refused once the rows are read.
    usable = np.isfinite(sample.data)
    finite = sample.data if usable.all() else sample.data[usable]
    if finite.size == 0:
        return MatrixKind.COUNTS, None
    if finite.min() < 0:
        return _below_zero(finite), None
    if are_whole(finite):
        only_ones = finite.size >= FEWEST_ONES and finite.max() <= 1
        if _are_rounded(sample):
            return MatrixKind.LINEAR, None
        return MatrixKind.BINARY if only_ones else MatrixKind.COUNTS, None
    steps = find_steps(sample)
    return _of_scale(sample, finite, steps, said_logged=said_logged), steps


def _of_scale(
    sample: sp.csr_matrix, values: NDArray[np.floating], steps: Steps, *, said_logged: bool
) -> MatrixKind:
    """The kind of values above 0 that are no whole numbers."""
    if steps.scale in LOGARITHMS:
        return MatrixKind.LOGNORM
    if steps.scale == "sqrt":
        return MatrixKind.ROOTED
    totals = _totals(sample)
    is_equal = totals.size > 2 and _variation(totals) < MAX_VARIATION_SHARES
    if steps.scale == "linear":
        has_depth = steps.is_one_unit and not is_equal
        return MatrixKind.FRACTIONAL if has_depth else MatrixKind.LINEAR
    if said_logged and values.max() <= MAX_LOG_VALUE:
        return MatrixKind.LOGNORM
    if is_equal:
        return MatrixKind.LINEAR
    if values.max() > MAX_LOG_VALUE:
        return _unlogged(sample, totals)
    return _small(sample, values, totals)


def factor_of(sample: sp.csr_matrix) -> float:
    """What brings linear values to 10,000 per cell where they are shares; else 1."""
    if sample.nnz and sample.data.max() <= 1:
        return 1e4
    totals = _totals(sample)
    are_per_cent = totals.size > 0 and np.abs(totals / 100 - 1).max() < MAX_VARIATION_SHARES
    return 100.0 if are_per_cent else 1.0


def _below_zero(values: NDArray[np.floating]) -> MatrixKind:
    below = -float(values[values < 0].sum(dtype=np.float64))
    above = float(values[values > 0].sum(dtype=np.float64))
    return MatrixKind.CORRECTED if below < MAX_BELOW_ZERO * above else MatrixKind.SCALED


def _unlogged(sample: sp.csr_matrix, totals: NDArray[np.float64]) -> MatrixKind:
    """Values too large for logarithms, without steps and equal totals."""
    if totals.size < 3:
        return MatrixKind.LINEAR
    if _variation(_undone(sample, "sqrt")) < MAX_VARIATION_SHARES:
        return MatrixKind.ROOTED
    if _spread(totals) <= MAX_SPREAD_NORMALISED:
        return MatrixKind.LINEAR
    return MatrixKind.FRACTIONAL if _rises_with_depth(sample) else MatrixKind.LINEAR


def _small(
    sample: sp.csr_matrix, values: NDArray[np.floating], totals: NDArray[np.float64]
) -> MatrixKind:
    """Values that may be logarithms, without steps and equal totals."""
    if values.max() <= 1 and values.size >= FEWEST_SHARES:
        return MatrixKind.LINEAR
    if values.max() < MIN_TOP_COUNT or totals.size < 3:
        return MatrixKind.LOGNORM
    variation = _variation(totals)
    unlogged = min(_variation(_undone(sample, scale)) for scale in ("ln", "log2"))
    is_skewed = MIN_TOP_OVER_MIDDLE * np.median(values) < values.max()
    has_depth = is_skewed and variation > MIN_DEPTH_VARIATION and unlogged > 1.5 * variation
    return MatrixKind.FRACTIONAL if has_depth else MatrixKind.LOGNORM


def are_whole(values: NDArray[np.floating]) -> bool:
    """Whether all are whole numbers."""
    return all(
        np.array_equal(part, np.round(part)) for part in (values[:FIRST_LOOK], values[FIRST_LOOK:])
    )


def _are_rounded(sample: sp.csr_matrix) -> bool:
    """Whether whole numbers are TPM, CPM or the like, rounded.

    Their totals are near a usual one, while those of counts drawn to one depth are the same.
    """
    totals = _totals(sample)
    if totals.size < FEWEST_ROUNDED:
        return False
    size = 10.0 ** np.round(np.log10(np.median(totals)))
    if size not in SIZES or np.abs(totals / size - 1).max() > MAX_ROUNDED_OFF:
        return False
    return 2 * int(np.unique(totals, return_counts=True)[1].max()) < totals.size


def _undone(sample: sp.csr_matrix, scale: str) -> NDArray[np.float64]:
    """Totals of the values on the scale from before a transformation."""
    values = UNDO[scale](sample.data.astype(np.float64))
    return _totals(sp.csr_matrix((values, sample.indices, sample.indptr), shape=sample.shape))


def _totals(sample: sp.csr_matrix) -> NDArray[np.float64]:
    """Sums of the rows that have any value, and none that is not finite."""
    totals = np.asarray(sample.sum(axis=1, dtype=np.float64)).ravel()
    return totals[np.isfinite(totals) & (totals > 0)]


def _variation(totals: NDArray[np.float64]) -> float:
    """Coefficient of variation."""
    return float(totals.std() / totals.mean())


def _spread(totals: NDArray[np.float64]) -> float:
    """How many times the 95th percentile is the 5th."""
    low, high = np.quantile(totals, [0.05, 0.95])
    return float(high / low)


def _rises_with_depth(sample: sp.csr_matrix) -> bool:
    """Whether cells that show more genes have higher values, as in counts.

    Where cells were normalised, more genes share the same total.
    """
    sizes = np.diff(sample.indptr)
    totals = np.asarray(sample.sum(axis=1, dtype=np.float64)).ravel()
    known = np.isfinite(totals) & (totals > 0)
    genes, means = np.log(sizes[known]), np.log(totals[known] / sizes[known])
    if np.ptp(genes) == 0 or np.ptp(means) == 0:
        return _spread(totals[known]) > MAX_SPREAD_WITHOUT_ZEROS
    return bool(np.corrcoef(genes, means)[0, 1] > 0)
