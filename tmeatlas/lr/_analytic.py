"""P-values of ligand-receptor scores from the moments of group means, without permutations.

The score adds two group means. Their mean, variance, skewness and covariance
under shuffled labels are known exactly (:mod:`tmeatlas.lr._moments`), as is the
chance that either is 0; what is approximate is the form of the distribution,
Pearson III. A complex is the smallest of its subunits: two subunits are taken to
correlate as they do in the cells, more of them one after the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.lr import _analytic_kernels as kernels
from tmeatlas.lr._engine import TIE_TOLERANCE, Rows
from tmeatlas.lr._match import MatchedInteractions, Partners
from tmeatlas.lr._moments import (
    Design,
    Moments,
    covariance_between,
    gene_sums,
    group_moments,
    in_threads,
    pair_moments,
    pair_sums,
    read_design,
)
from tmeatlas.lr._null import Null
from tmeatlas.lr._pearson import both_survive, pearson3_survival

FEWEST_SHOWN = 5.0
"""Where fewer cells that show a gene are expected in a group, its mean takes few values and its
distribution has steps. That, not the number of cells of the group, is what errors go with."""
CORRELATED = 0.1
"""From here on, subunits of a complex of three and more are not independent enough."""
LOWEST = 1e-12
"""The tails are not to be trusted further, and no p-value is 0."""
N_NODES = 128
"""Of the grids on which complexes are added up."""
TINY = 1e-30

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class AnalyticResult:
    """P-values of the rows, NaN where not testable, and which of them should be permuted."""

    pval: Floats
    weak: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Cells:
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


@dataclass(frozen=True, eq=False)
class _Scores:
    """Rows to be judged: both partners, both groups, and what their two means must reach."""

    ligand: Ints
    receptor: Ints
    source: Ints
    target: Ints
    limit: Floats

    def chosen(self, keep: NDArray[np.bool_]) -> _Scores:
        return _Scores(*(part[keep] for part in vars(self).values()))


def analytic_pvalues(
    values: sp.csc_matrix,
    codes: NDArray[np.int32],
    n_groups: int,
    matched: MatchedInteractions,
    rows: Rows,
    null: Null,
) -> AnalyticResult:
    """P-values of the rows under labels shuffled within the blocks of `null`."""
    design = read_design(codes, null.blocks, n_groups)
    sums = gene_sums(values, design)
    cells = _Cells(values, design, sums, group_moments(sums, design))
    partners = matched.partners
    scores = _Scores(
        ligand=matched.ligand[rows.interaction],
        receptor=matched.receptor[rows.interaction],
        source=rows.source,
        target=rows.target,
        limit=2.0 * rows.score * (1.0 - TIE_TOLERANCE),
    )
    simple = (scores.ligand < partners.n_genes) & (scores.receptor < partners.n_genes)
    subunits = _subunit_pairs(cells, partners)
    pval = np.empty(len(rows))
    pval[simple] = _genes(cells, scores.chosen(simple))
    if not simple.all():
        pval[~simple] = _complexes(cells, partners, subunits, scores.chosen(~simple))
    pval = np.clip(pval, LOWEST, 1.0)
    pval[~rows.testable] = np.nan
    few = _few_steps(cells, partners)
    correlated = _correlated(subunits, len(partners))
    weak = few[scores.ligand, rows.source] | few[scores.receptor, rows.target]
    weak |= correlated[scores.ligand] | correlated[scores.receptor]
    return AnalyticResult(pval=pval, weak=weak & rows.testable)


def _genes(cells: _Cells, scores: _Scores) -> Floats:
    """Rows of two genes: the moments of the sum of their means, where neither is 0."""
    ends = np.stack([scores.ligand, scores.receptor])
    (left, right), pair = np.unique(ends, axis=1, return_inverse=True)
    pair = pair.ravel()
    design, sums = cells.design, cells.sums
    products = pair_sums(cells.values, design, left, right)
    within, crossed = pair_moments(sums, products, left, right, design)
    between = covariance_between(sums, products, left, right, design)
    sent, received = (scores.ligand, scores.source), (scores.receptor, scores.target)
    same = scores.source == scores.target
    covariance = np.where(
        same, within[pair, scores.source], between(pair, scores.source, scores.target)
    )
    shown = where_shown(cells.moments)
    mean = shown.mean[sent] + shown.mean[received]
    variance = shown.variance[sent] + shown.variance[received] + 2 * covariance
    third = shown.third[sent] + shown.third[received]
    third = third + np.where(same, crossed[pair, scores.source], 0.0)
    varies = variance > TINY
    spread = np.sqrt(np.where(varies, variance, 1.0))
    tail = pearson3_survival((scores.limit - mean) / spread, third / spread**3)
    both = (1 - shown.zero[sent]) * (1 - shown.zero[received])
    # Means that cannot vary reach what they are.
    return both * np.where(varies, tail, scores.limit <= mean)


def where_shown(moments: Moments) -> Moments:
    """The moments of the means where they are not 0."""
    shown = np.maximum(1 - moments.zero, TINY)
    second = moments.variance + moments.mean**2
    third = moments.third + 3 * moments.mean * moments.variance + moments.mean**3
    mean, second, third = moments.mean / shown, second / shown, third / shown
    variance = np.maximum(second - mean**2, 0.0)
    return replace(
        moments, mean=mean, variance=variance, third=third - 3 * mean * second + 2 * mean**3
    )


@dataclass(frozen=True, eq=False)
class _SubunitPairs:
    """The pairs of subunits of all complexes, and how their means correlate."""

    partner: Ints
    """The complex of each pair."""
    is_neighbour: NDArray[np.bool_]
    """Whether the second is the next subunit after the first."""
    correlation: Floats
    """Pairs × groups."""


def _subunit_pairs(cells: _Cells, partners: Partners) -> _SubunitPairs:
    partner, left, right, neighbours = [], [], [], []
    for c, genes in enumerate(partners.subunits()):
        one, other = np.triu_indices(len(genes), 1)
        partner.append(np.full(len(one), partners.n_genes + c))
        left.append(genes[one])
        right.append(genes[other])
        neighbours.append(other == one + 1)
    nothing = np.empty(0, dtype=np.int64)
    left_genes, right_genes = (np.concatenate([nothing, *side]) for side in (left, right))
    return _SubunitPairs(
        partner=np.concatenate([nothing, *partner]),
        is_neighbour=np.concatenate([nothing.astype(bool), *neighbours]),
        correlation=cells.correlation(left_genes, right_genes),
    )


def _complexes(
    cells: _Cells, partners: Partners, subunits: _SubunitPairs, scores: _Scores
) -> Floats:
    """Rows with a complex: the two sides as if independent, each on a grid."""
    n_groups = cells.design.sizes.shape[1]
    needed, number = np.unique(
        np.concatenate(
            [
                scores.ligand * n_groups + scores.source,
                scores.receptor * n_groups + scores.target,
            ]
        ),
        return_inverse=True,
    )
    survival, low, step = _grids(cells, partners, subunits, needed)
    sent, received = np.split(number, 2)
    pval = np.empty(len(sent))

    def part(first: int, last: int) -> None:
        kernels.reach_sum(*(sent, received, scores.limit, survival, low, step, first, last, pval))

    in_threads(part, len(pval))
    return pval


def _grids(
    cells: _Cells, partners: Partners, subunits: _SubunitPairs, needed: Ints
) -> tuple[Floats, Floats, Floats]:
    """Survival of each needed partner in its group (``partner × groups + group``) on a grid."""
    shown = where_shown(cells.moments)
    members = _members(partners)
    survival = np.empty((len(needed), N_NODES))
    low, step = np.empty(len(needed)), np.empty(len(needed))
    of_partner, of_group = np.divmod(needed, cells.design.sizes.shape[1])
    for partner in np.unique(of_partner):
        rows = np.flatnonzero(of_partner == partner)
        genes, groups = members[partner], of_group[rows]
        at = np.ix_(genes, groups)
        mean, spread = shown.mean[at], np.sqrt(np.maximum(shown.variance[at], TINY))
        skewness = shown.third[at] / spread**3
        low[rows] = np.maximum((mean - 8 * spread).min(axis=0), 0.0)
        high = (mean + (8 + 4 * np.maximum(skewness, 0)) * spread).min(axis=0)
        step[rows] = np.maximum(high - low[rows], TINY) / (N_NODES - 1)
        nodes = low[rows, None] + np.arange(N_NODES) * step[rows, None]
        z = (nodes - mean[..., None]) / spread[..., None]
        alone = pearson3_survival(z, skewness[..., None])
        neighbours = np.flatnonzero((subunits.partner == partner) & subunits.is_neighbour)
        correlation = subunits.correlation[np.ix_(neighbours, groups)]
        survival[rows] = _smallest(alone, correlation[..., None])
        survival[rows] *= np.prod(1 - shown.zero[at], axis=0)[:, None]
    return survival, low, step


def _smallest(alone: Floats, correlation: Floats) -> Floats:
    """Survival of the smallest of the subunits (the first axis), each given the one before it."""
    survival = alone[0]
    for before, subunit, rho in zip(alone[:-1], alone[1:], correlation, strict=True):
        survival = survival * both_survive(before, subunit, rho) / np.maximum(before, TINY)
    return survival


def _members(partners: Partners) -> list[Ints]:
    """The genes of every partner."""
    genes = [np.array([gene], dtype=np.int64) for gene in range(partners.n_genes)]
    return [*genes, *(np.asarray(subunits) for subunits in partners.subunits())]


def _few_steps(cells: _Cells, partners: Partners) -> NDArray[np.bool_]:
    """Partners × groups: whether the mean, or that of a subunit, takes few values only."""
    share = cells.sums[..., 3] / cells.design.block_sizes[:, None]
    few = share.T @ cells.design.sizes < FEWEST_SHOWN
    return np.stack([few[genes].any(axis=0) for genes in _members(partners)])


def _correlated(subunits: _SubunitPairs, n_partners: int) -> NDArray[np.bool_]:
    """Partners of three and more subunits of which two go together."""
    n_pairs = np.bincount(subunits.partner, minlength=n_partners)
    strong = subunits.partner[(subunits.correlation > CORRELATED).any(axis=1)]
    return (n_pairs > 1) & (np.bincount(strong, minlength=n_partners) > 0)
