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
N_NODES = 256
"""Of the grids on which complexes are added up."""
TINY = 1e-30

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class AnalyticResult:
    """P-values of the rows, NaN where not testable, and which of them should be permuted."""

    pval: Floats
    weak: NDArray[np.bool_]


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
    moments = group_moments(sums, design)
    ligand, receptor = matched.ligand[rows.interaction], matched.receptor[rows.interaction]
    limit = 2.0 * rows.score * (1.0 - TIE_TOLERANCE)
    n_genes = matched.partners.n_genes
    simple = (ligand < n_genes) & (receptor < n_genes)
    pval = np.empty(len(rows))
    pval[simple] = _genes(
        *(values, design, sums, moments),
        *(part[simple] for part in (ligand, receptor, rows.source, rows.target, limit)),
    )
    if not simple.all():
        sides = [part[~simple] for part in (ligand, receptor, rows.source, rows.target, limit)]
        pval[~simple] = _complexes(values, design, sums, moments, matched.partners, *sides)
    pval = np.clip(pval, LOWEST, 1.0)
    pval[~rows.testable] = np.nan
    few = _few_steps(sums, design, matched.partners)
    correlated = _correlated(values, design, sums, moments, matched.partners)
    weak = few[ligand, rows.source] | few[receptor, rows.target]
    weak |= correlated[ligand] | correlated[receptor]
    return AnalyticResult(pval=pval, weak=weak & rows.testable)


def _genes(
    values: sp.csc_matrix,
    design: Design,
    sums: Floats,
    moments: Moments,
    ligand: Ints,
    receptor: Ints,
    source: Ints,
    target: Ints,
    limit: Floats,
) -> Floats:
    """Rows of two genes: the moments of the sum of their means, where neither is 0."""
    (left, right), pair = np.unique(np.stack([ligand, receptor]), axis=1, return_inverse=True)
    pair = pair.ravel()
    products = pair_sums(values, design, left, right)
    within, crossed = pair_moments(sums, products, left, right, design)
    between = covariance_between(sums, products, left, right, design)
    same = source == target
    covariance = np.where(same, within[pair, source], between(pair, source, target))
    shown = where_shown(moments)
    mean = shown.mean[ligand, source] + shown.mean[receptor, target]
    variance = shown.variance[ligand, source] + shown.variance[receptor, target] + 2 * covariance
    third = shown.third[ligand, source] + shown.third[receptor, target]
    third = third + np.where(same, crossed[pair, source], 0.0)
    varies = variance > TINY
    spread = np.sqrt(np.where(varies, variance, 1.0))
    tail = pearson3_survival((limit - mean) / spread, third / spread**3)
    both = (1 - shown.zero[ligand, source]) * (1 - shown.zero[receptor, target])
    # Means that cannot vary reach what they are.
    return both * np.where(varies, tail, limit <= mean)


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


def _complexes(
    values: sp.csc_matrix,
    design: Design,
    sums: Floats,
    moments: Moments,
    partners: Partners,
    ligand: Ints,
    receptor: Ints,
    source: Ints,
    target: Ints,
    limit: Floats,
) -> Floats:
    """Rows with a complex: the two sides as if independent, each on a grid."""
    n_groups = design.sizes.shape[1]
    needed, number = np.unique(
        np.concatenate([ligand * n_groups + source, receptor * n_groups + target]),
        return_inverse=True,
    )
    survival, low, step = _grids(values, design, sums, moments, partners, needed)
    sent, received = number[: len(ligand)], number[len(ligand) :]
    pval = np.empty(len(ligand))

    def part(first: int, last: int) -> None:
        kernels.reach_sum(sent, received, limit, survival, low, step, first, last, pval)

    in_threads(part, len(pval))
    return pval


def _grids(
    values: sp.csc_matrix,
    design: Design,
    sums: Floats,
    moments: Moments,
    partners: Partners,
    needed: Ints,
) -> tuple[Floats, Floats, Floats]:
    """Survival of each needed partner in its group (``partner × groups + group``) on a grid."""
    shown = where_shown(moments)
    n_groups = design.sizes.shape[1]
    members = _members(partners)
    survival = np.empty((len(needed), N_NODES))
    low, step = np.empty(len(needed)), np.empty(len(needed))
    of_partner, of_group = np.divmod(needed, n_groups)
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
        correlation = _neighbours(values, design, sums, moments, genes)[:, groups, None]
        survival[rows] = _smallest(alone, correlation)
        survival[rows] *= np.prod(1 - shown.zero[at], axis=0)[:, None]
    return survival, low, step


def _smallest(alone: Floats, correlation: Floats) -> Floats:
    """Survival of the smallest of the subunits (the first axis), each given the one before it."""
    survival = alone[0]
    for before, subunit, rho in zip(alone[:-1], alone[1:], correlation, strict=True):
        survival = survival * both_survive(before, subunit, rho) / np.maximum(before, TINY)
    return survival


def _neighbours(
    values: sp.csc_matrix, design: Design, sums: Floats, moments: Moments, genes: Ints
) -> Floats:
    """Correlation of the means of each gene and the next: genes - 1 × groups."""
    left, right = genes[:-1], genes[1:]
    products = pair_sums(values, design, left, right)
    covariance = pair_moments(sums, products, left, right, design)[0]
    variance = moments.variance[left] * moments.variance[right]
    return covariance / np.sqrt(np.maximum(variance, TINY))


def _members(partners: Partners) -> list[Ints]:
    """The genes of every partner."""
    genes = [np.array([gene], dtype=np.int64) for gene in range(partners.n_genes)]
    return [*genes, *(np.asarray(subunits) for subunits in partners.subunits())]


def _few_steps(sums: Floats, design: Design, partners: Partners) -> NDArray[np.bool_]:
    """Partners × groups: whether the mean, or that of a subunit, takes few values only."""
    share = sums[..., 3] / design.block_sizes[:, None]
    few = share.T @ design.sizes < FEWEST_SHOWN
    return np.stack([few[genes].any(axis=0) for genes in _members(partners)])


def _correlated(
    values: sp.csc_matrix, design: Design, sums: Floats, moments: Moments, partners: Partners
) -> NDArray[np.bool_]:
    """Partners of three and more subunits of which two go together."""
    correlated = np.zeros(len(partners), dtype=np.bool_)
    for number, genes in enumerate(_members(partners)):
        if len(genes) > 2:
            left, right = (genes[part] for part in np.triu_indices(len(genes), 1))
            products = pair_sums(values, design, left, right)
            covariance = pair_moments(sums, products, left, right, design)[0]
            variance = moments.variance[left] * moments.variance[right]
            strength = covariance / np.sqrt(np.maximum(variance, TINY))
            correlated[number] = bool((strength > CORRELATED).any())
    return correlated
