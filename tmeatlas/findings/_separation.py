"""Whether cells of a group have higher values than others of the same samples. On arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FEWEST = 5
"""Cells of either side that a sample must have to say anything (a convention)."""


@dataclass(frozen=True)
class Separation:
    """How far a group lies above other cells, sample by sample."""

    auc: float
    """Of two cells of one sample, how often that of the group is the higher one."""
    z: float
    """The same in standard deviations of chance, over all samples (van Elteren)."""
    n_samples: int
    """Samples with enough cells of both."""
    n_higher: int
    """Of these, samples in which the group is higher."""


def separate(
    values: NDArray[np.float64], inside: NDArray[np.bool_], samples: NDArray[np.integer]
) -> Separation | None:
    """Cells of a group against the others of each sample; None where no sample has enough."""
    from scipy.stats import rankdata

    excess = variance = pairs = 0.0
    n_samples = n_higher = 0
    for sample in np.unique(samples):
        here = samples == sample
        m, n = int((here & inside).sum()), int((here & ~inside).sum())
        if min(m, n) < FEWEST:
            continue
        ranks = rankdata(values[here])
        u = float(ranks[inside[here]].sum()) - m * (m + 1) / 2
        n_samples += 1
        n_higher += u > m * n / 2
        excess += u - m * n / 2
        variance += m * n * (m + n + 1) / 12
        pairs += m * n
    if not n_samples:
        return None
    return Separation(
        auc=0.5 + excess / pairs,
        z=excess / np.sqrt(variance),
        n_samples=n_samples,
        n_higher=n_higher,
    )
