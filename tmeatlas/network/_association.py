"""Whether cells that show a gene score higher than like cells that do not, on bare arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._stats import LEVEL

LEAST_SHOWING = 10
"""Cells that show the gene, and cells that do not, below which no difference is told: a mean of
fewer has no interval worth the name. A convention."""
LEAST_SAMPLES = 3
"""Samples from which on they are the replicates, as for crosstalk."""

Floats = NDArray[np.float64]
NAN = float("nan")
TINY = float(np.finfo(np.float64).tiny)
LEAST_FREE = 1e-6
"""Of a cell that its fit goes through, so that nothing is divided by 0; it carries nothing."""
LEAST_SHARE = 1e-9
"""Of the largest singular value, below which a column says what others say."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A difference in standard deviations of the score, with its 95 % interval."""

    value: float = NAN
    low: float = NAN
    high: float = NAN
    error: float = NAN
    pval: float = NAN

    @classmethod
    def of(cls, value: float, error: float, freedom: float) -> Effect:
        """From a standard error and its degrees of freedom (t)."""
        from scipy.special import stdtr, stdtrit

        half = float(stdtrit(freedom, (1 + LEVEL) / 2)) * error
        pval = float(2 * stdtr(freedom, -abs(value / error)))
        return cls(value, value - half, value + half, error, min(1.0, max(pval, TINY)))


def association(
    shows: NDArray[np.bool_], score: Floats, beside: Floats, strata: NDArray[np.integer]
) -> Effect:
    r"""How much higher the score is in cells that show a gene, in its standard deviations.

    Of cells of the same stratum, and with what stands `beside` (cells × numbers) held alike, by
    least squares. With :math:`y` and :math:`s` what is left of gene and score,

    .. math:: b = \frac{\sum y s}{\sum y^2}, \qquad
        \mathrm{var}(b) = \frac{\sum y^2 (e / (1 - h))^2}{(\sum y^2)^2},

    with residuals :math:`e` and the leverage :math:`h` of each cell in the whole fit (HC3): cells
    that show the gene may spread more than others. The degrees of freedom are those of the
    cells that carry the difference, :math:`(\sum y^2)^2 / \sum y^4 - 1`, or what the fit leaves
    where that is less. NaN where fewer than `LEAST_SHOWING` show the gene, or do not, or
    nothing varies within strata.
    """
    n_shows = int(shows.sum())
    spread = float(score.std())
    if min(n_shows, len(shows) - n_shows) < LEAST_SHOWING or not spread > 0:
        return Effect()
    strata = np.unique(strata, return_inverse=True)[1]
    sizes = np.bincount(strata)
    wanted = np.column_stack([shows.astype(np.float64), score / spread])
    centred, others = _within(wanted, strata, sizes), _within(beside, strata, sizes)
    basis = _basis(others)
    left = centred - basis @ (basis.T @ centred)
    y, s = left[:, 0], left[:, 1]
    total = float(y @ y)
    leverage = 1 / sizes[strata] + (basis**2).sum(axis=1) + y**2 / max(total, TINY)
    free = len(y) - len(sizes) - basis.shape[1] - 1
    freedom = min(free, total**2 / max(float((y**4).sum()), TINY) - 1)
    if total < 1 or freedom < 1:  # hardly a stratum has cells of both kinds
        return Effect()
    slope = float(y @ s) / total
    residual = (s - slope * y) / np.maximum(1 - leverage, LEAST_FREE)
    error = float(np.sqrt((y**2 * residual**2).sum())) / total
    return Effect.of(slope, error, freedom) if error > 0 else Effect()


def combined(effects: list[Effect]) -> Effect:
    r"""What samples say together: a mean of random effects, with a t interval over the samples.

    Weights :math:`1 / (e^2 + \tau^2)` with the variance :math:`\tau^2` between samples by
    DerSimonian and Laird; the variance of the mean by Hartung and Knapp, no smaller than
    :math:`1 / \sum w`.
    """
    value = np.array([effect.value for effect in effects])
    variance = np.array([effect.error for effect in effects]) ** 2
    free = len(value) - 1
    fixed = 1 / variance
    mean = (fixed @ value) / fixed.sum()
    excess = fixed @ (value - mean) ** 2 - free
    between = max(0.0, excess / (fixed.sum() - (fixed**2).sum() / fixed.sum()))
    weight = 1 / (variance + between)
    mean = float(weight @ value / weight.sum())
    spread = float(weight @ (value - mean) ** 2) / free
    return Effect.of(mean, float(np.sqrt(max(1.0, spread) / weight.sum())), free)


def _within(values: Floats, strata: NDArray[np.integer], sizes: NDArray[np.integer]) -> Floats:
    """Values less the mean of their stratum."""
    sums = np.zeros((len(sizes), values.shape[1]))
    np.add.at(sums, strata, values)
    centred: Floats = values - (sums / sizes[:, None])[strata]
    return centred


def _basis(values: Floats) -> Floats:
    """Orthonormal columns that span those of `values`; fewer where some say the same."""
    left, size, _ = np.linalg.svd(values, full_matrices=False)
    basis: Floats = left[:, size > LEAST_SHARE * max(float(size.max(initial=0.0)), TINY)]
    return basis
