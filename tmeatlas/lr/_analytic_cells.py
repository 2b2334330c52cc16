"""What the analytic null knows of the cells, and the rows that it judges."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.lr._moments import (
    Design,
    Floats,
    Ints,
    Moments,
    moments_between,
    pair_moments,
    pair_sums,
)

TINY = 1e-30


@dataclass(frozen=True, eq=False)
class Scores:
    """Rows to be judged: both partners, both groups, and what their two means must reach."""

    ligand: Ints
    receptor: Ints
    source: Ints
    target: Ints
    limit: Floats

    def chosen(self, keep: NDArray[np.bool_]) -> Scores:
        """Some of the rows."""
        return Scores(*(part[keep] for part in vars(self).values()))


@dataclass(frozen=True, eq=False)
class Cells:
    """What is known of the cells: their sums, and the moments of group means."""

    values: sp.csc_matrix
    design: Design
    sums: Floats
    moments: Moments

    def correlation(self, left: Ints, right: Ints) -> Floats:
        """Of the means of pairs of genes in the same group: pairs × groups."""
        products = pair_sums(self.values, self.design, left, right)
        covariance = pair_moments(self.sums, products, left, right, self.design)[0]
        variance = self.moments.variance[left] * self.moments.variance[right]
        return covariance / np.sqrt(np.maximum(variance, TINY))

    def joint_moments(self, scores: Scores, left: Ints, right: Ints) -> tuple[Floats, Floats]:
        """Of a gene on either side of each row: covariance, and what they add to the third moment.

        `left` is a gene in the source of a row, `right` one in its target.
        """
        n_genes = self.sums.shape[1]
        pairs, pair = np.unique(left * n_genes + right, return_inverse=True)
        first, second = np.divmod(pairs, n_genes)
        products = pair_sums(self.values, self.design, first, second)
        within = pair_moments(self.sums, products, first, second, self.design)
        between = moments_between(self.sums, products, first, second, self.design)
        apart = between(pair, scores.source, scores.target)
        same, source = scores.source == scores.target, scores.source
        return (
            np.where(same, within[0][pair, source], apart[0]),
            np.where(same, within[1][pair, source], apart[1]),
        )


def where_shown(moments: Moments) -> Moments:
    """The moments of the means where they are not 0."""
    shown = np.maximum(1 - moments.zero, TINY)
    second = moments.variance + moments.mean**2
    third = moments.third + 3 * moments.mean * moments.variance + moments.mean**3
    mean, second, third = moments.mean / shown, second / shown, third / shown
    # Of a mean that cannot vary, rounding would leave a spread and a wild skewness.
    varies = moments.variance > 0
    return replace(
        moments,
        mean=np.where(varies, mean, moments.mean),
        variance=np.where(varies, np.maximum(second - mean**2, 0.0), 0.0),
        third=np.where(varies, third - 3 * mean * second + 2 * mean**3, 0.0),
    )
