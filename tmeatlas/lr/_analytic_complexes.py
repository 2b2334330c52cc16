"""The analytic null of rows with a complex: the smallest of its subunits, on a grid."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tmeatlas._threads import n_threads
from tmeatlas.lr import _analytic_kernels as kernels
from tmeatlas.lr._analytic_cells import TINY, Cells, Scores, where_shown
from tmeatlas.lr._moments import Floats, Ints, Moments, in_threads
from tmeatlas.lr._partners import Partners
from tmeatlas.lr._pearson import both_survive, pearson3_survival

N_NODES = 128
"""Of the grids on which complexes are added up."""
LEAST_WIDTH = 1e-10
"""Of a mean that cannot vary, as a share of itself: below what counts as a tie."""
LEAST_SPREAD = 0.1
"""Of the sum of two sides, as a share of its variance without their covariance."""


@dataclass(frozen=True, eq=False)
class Members:
    """The genes of every partner, and how the subunits of a complex go together."""

    genes: list[Ints]
    """Subunits ordered by their sums, so that the order of the columns changes nothing."""
    correlation: list[Floats]
    """Of the means of subunits `i` < `j` of each partner: i × j × groups."""


def read_members(cells: Cells, partners: Partners) -> Members:
    """The subunits of all partners, with the products of all their pairs in one pass."""
    total = cells.sums.sum(axis=0)
    genes = [of if len(of) == 1 else of[np.lexsort(total[of].T)] for of in partners.genes()]
    places = [np.triu_indices(len(of), 1) for of in genes]
    left = np.concatenate([of[i] for of, (i, _) in zip(genes, places, strict=True)])
    right = np.concatenate([of[j] for of, (_, j) in zip(genes, places, strict=True)])
    of_pairs = cells.correlation(left, right)
    edges = np.cumsum([0, *(len(i) for i, _ in places)])
    correlation = []
    for of, place, (first, last) in zip(genes, places, pairwise(edges), strict=True):
        square = np.zeros((len(of), len(of), of_pairs.shape[1]))
        square[place] = of_pairs[first:last]
        correlation.append(square)
    return Members(genes=genes, correlation=correlation)


def complex_pvalues(cells: Cells, members: Members, scores: Scores) -> Floats:
    """Rows with a complex: the two sides as if independent, each on a grid; then covariance.

    The covariance of the sides is that of their weakest subunits.
    """
    moments = cells.moments
    apart = _reach_apart(where_shown(moments), members, scores)
    weakest = np.stack([of[moments.mean[of].argmin(axis=0)] for of in members.genes])
    left = weakest[scores.ligand, scores.source]
    right = weakest[scores.receptor, scores.target]
    variance = moments.variance[left, scores.source] + moments.variance[right, scores.target]
    covariance, _ = cells.joint_moments(scores, left, right)
    return _with_covariance(apart, variance, covariance)


def _reach_apart(shown: Moments, members: Members, scores: Scores) -> Floats:
    """Chance that the two sides reach the limit, were they independent."""
    n_groups = shown.mean.shape[1]
    sides = (
        scores.ligand * n_groups + scores.source,
        scores.receptor * n_groups + scores.target,
    )
    needed, number = np.unique(np.concatenate(sides), return_inverse=True)
    survival, low, step = _grids(shown, members, needed)
    sent, received = np.split(number, 2)
    pval = np.empty(len(sent))

    def part(first: int, last: int) -> None:
        kernels.reach_sum(*(sent, received, scores.limit, survival, low, step, first, last, pval))

    in_threads(part, len(pval))
    return pval


def _with_covariance(pval: Floats, variance: Floats, covariance: Floats) -> Floats:
    """Tails of sums of two sides, from those without their covariance.

    As a normal variable's tail changes with its spread; the skewness stays.
    """
    from scipy.special import ndtr, ndtri

    joint = np.maximum(variance + 2 * covariance, LEAST_SPREAD * variance)
    z = -ndtri(np.clip(pval, 1e-300, 1 - 1e-16))
    changed = ndtr(-z * np.sqrt(variance / np.maximum(joint, TINY)))
    return np.where(variance > TINY, changed, pval)


def _grids(shown: Moments, members: Members, needed: Ints) -> tuple[Floats, Floats, Floats]:
    """Survival of each needed partner in its group (``partner × groups + group``) on a grid."""
    survival = np.empty((len(needed), N_NODES))
    low, step = np.empty(len(needed)), np.empty(len(needed))
    of_partner, of_group = np.divmod(needed, shown.mean.shape[1])

    def fill(partner: int) -> None:
        rows = np.flatnonzero(of_partner == partner)
        genes, groups = members.genes[partner], of_group[rows]
        at = np.ix_(genes, groups)
        mean = shown.mean[at]
        spread = np.maximum(np.sqrt(shown.variance[at]), LEAST_WIDTH * mean)
        skewness = shown.third[at] / np.maximum(spread**3, TINY**2)
        low[rows] = np.maximum((mean - 8 * spread).min(axis=0), 0.0)
        high = (mean + (8 + 4 * np.maximum(skewness, 0)) * spread).min(axis=0)
        step[rows] = np.maximum(high - low[rows], TINY) / (N_NODES - 1)
        nodes = low[rows, None] + np.arange(N_NODES) * step[rows, None]
        z = (nodes - mean[..., None]) / spread[..., None]
        alone = pearson3_survival(z, skewness[..., None])
        survival[rows] = _smallest(alone, members.correlation[partner][..., groups])
        survival[rows] *= np.prod(1 - shown.zero[at], axis=0)[:, None]

    with ThreadPoolExecutor(n_threads()) as pool:
        list(pool.map(fill, np.unique(of_partner).tolist()))
    return survival, low, step


def _smallest(alone: Floats, correlation: Floats) -> Floats:
    """Survival of the smallest of the subunits (the first axis), each given the one before it."""
    survival = alone[0]
    for i, (before, subunit) in enumerate(pairwise(alone)):
        both = both_survive(before, subunit, correlation[i, i + 1][:, None])
        survival = survival * both / np.maximum(before, TINY)
    return survival
