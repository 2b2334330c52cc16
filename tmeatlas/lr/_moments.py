"""Moments of group means when the labels of the cells are shuffled, without a shuffle.

Shuffled labels make a group a draw of cells without replacement, from every
block by itself. Central moments of its sum follow from those of the cells
(finite-population formulas) and add up over the blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._threads import n_threads
from tmeatlas.lr import _analytic_kernels as kernels
from tmeatlas.lr._kernel_inputs import stored

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHUNKS = 16
"""Parts that the genes, the pairs and the rows are shared among threads in."""


@dataclass(frozen=True, eq=False)
class Design:
    """How many cells each block holds, and how many of them belong to each group."""

    blocks: NDArray[np.int32]
    """Block of each cell."""
    sizes: Ints
    """Cells, blocks × groups."""

    @property
    def block_sizes(self) -> Floats:
        """Cells of each block."""
        return self.sizes.sum(axis=1).astype(np.float64)

    @property
    def group_sizes(self) -> Floats:
        """Cells of each group."""
        return self.sizes.sum(axis=0).astype(np.float64)


@dataclass(frozen=True, eq=False)
class Moments:
    """Mean, variance and third central moment of group means, and how often these are 0."""

    mean: Floats
    variance: Floats
    third: Floats
    zero: Floats


def read_design(
    codes: NDArray[np.integer], blocks: NDArray[np.integer] | None, n_groups: int
) -> Design:
    """The design of shuffling within `blocks`, or among all cells."""
    if blocks is None:
        blocks = np.zeros(len(codes), dtype=np.int32)
    number = np.unique(blocks, return_inverse=True)[1].astype(np.int32)
    n_blocks = int(number.max()) + 1
    sizes = np.bincount(number * n_groups + codes, minlength=n_blocks * n_groups)
    return Design(blocks=number, sizes=sizes.reshape(n_blocks, n_groups).astype(np.int64))


def gene_sums(values: sp.csc_matrix, design: Design) -> Floats:
    """Sums of x, x² and x³, and cells above 0: block × gene × 4."""
    sums = np.zeros((len(design.sizes), values.shape[1], 4))

    def part(first: int, last: int) -> None:
        kernels.sum_powers(*stored(values), design.blocks, first, last, sums)

    in_threads(part, values.shape[1])
    return sums


def pair_sums(values: sp.csc_matrix, design: Design, left: Ints, right: Ints) -> Floats:
    """Sums of x y, x² y and x y² of pairs of genes: block × pair × 3."""
    sums = np.zeros((len(design.sizes), len(left), 3))

    def part(first: int, last: int) -> None:
        kernels.sum_products(*stored(values), design.blocks, left, right, first, last, sums)

    in_threads(part, len(left))
    return sums


def group_moments(sums: Floats, design: Design) -> Moments:
    """Of the mean of each gene in each group (genes × groups)."""
    cells = design.block_sizes[:, None]
    mean, variance, third = _central(*(sums[..., power] / cells for power in range(3)))
    drawn = design.sizes.astype(np.float64)
    groups = design.group_sizes
    return Moments(
        mean=over_blocks(mean, drawn) / groups,
        variance=over_blocks(variance, _variance_factor(drawn, cells)) / groups**2,
        third=over_blocks(third, _third_factor(drawn, cells)) / groups**3,
        zero=np.exp(_log_all_zero(sums[..., 3], design)),
    )


def pair_moments(
    sums: Floats, products: Floats, left: Ints, right: Ints, design: Design
) -> tuple[Floats, Floats]:
    """Of pairs of genes: covariance and third moment that their sum adds to that of each by itself.

    Both are pairs × groups, of the two means in the same group. Those of means
    in two groups, which draw on the same cells, are in :func:`moments_between`.
    """
    cells = design.block_sizes[:, None]
    drawn, groups = design.sizes.astype(np.float64), design.group_sizes
    covariance, left_twice, right_twice = _mixed(sums[:, left], sums[:, right], products, cells)
    return (
        over_blocks(covariance, _variance_factor(drawn, cells)) / groups**2,
        over_blocks(3 * (left_twice + right_twice), _third_factor(drawn, cells)) / groups**3,
    )


def moments_between(
    sums: Floats, products: Floats, left: Ints, right: Ints, design: Design
) -> Callable[[Ints, Ints, Ints], tuple[Floats, Floats]]:
    """The same for the mean of a pair's first gene in one group and its second's in another.

    No cell is drawn for both groups, so what one draws the other lacks: of
    centred x and y, with n and m cells drawn from N, E[Sx Sy] is
    -n m cov / (N - 1), and E[Sx² Sy] is -n m (N - 2n) E[x² y] / ((N - 1)(N - 2)).
    """
    cells = design.block_sizes
    covariance, left_twice, right_twice = _mixed(
        sums[:, left], sums[:, right], products, cells[:, None]
    )
    drawn, groups = design.sizes.astype(np.float64), design.group_sizes

    def of(pair: Ints, source: Ints, target: Ints) -> tuple[Floats, Floats]:
        second, third = np.zeros(len(pair)), np.zeros(len(pair))
        for block, n_cells in enumerate(cells):
            n, m = drawn[block, source], drawn[block, target]
            second -= n * m / max(n_cells - 1, 1) * covariance[block, pair]
            skewed = (n_cells - 2 * n) * left_twice[block, pair] / groups[source]
            skewed += (n_cells - 2 * m) * right_twice[block, pair] / groups[target]
            third -= 3 * n * m / max((n_cells - 1) * (n_cells - 2), 1) * skewed
        scale = groups[source] * groups[target]
        return second / scale, third / scale

    return of


def in_threads(part: Callable[[int, int], None], n: int) -> None:
    """Call `part` with the first and last of each share of `n`; shares write apart."""
    edges = np.linspace(0, n, CHUNKS + 1).astype(int).tolist()
    with ThreadPoolExecutor(n_threads()) as pool:
        list(pool.map(part, edges[:-1], edges[1:]))


def _central(first: Floats, second: Floats, third: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and third central moment from the means of the powers."""
    variance = np.maximum(second - first**2, 0.0)
    return first, variance, third - 3 * first * second + 2 * first**3


def _mixed(x: Floats, y: Floats, products: Floats, cells: Floats) -> tuple[Floats, Floats, Floats]:
    """Central moments of two genes together: E[x y], E[x² y] and E[x y²], each blocks × pairs."""
    x1, x2, y1, y2 = (of[..., power] / cells for of in (x, y) for power in (0, 1))
    xy, xxy, xyy = (products[..., k] / cells for k in range(3))
    return (
        xy - x1 * y1,
        xxy - 2 * x1 * xy - x2 * y1 + 2 * x1**2 * y1,
        xyy - 2 * y1 * xy - y2 * x1 + 2 * y1**2 * x1,
    )


def over_blocks(of_cells: Floats, factor: Floats) -> Floats:
    """Sum over blocks of genes (or pairs) times groups, block by block: BLAS may round by place."""
    total = np.zeros((of_cells.shape[1], factor.shape[1]))
    for each, by in zip(of_cells, factor, strict=True):
        total += np.multiply.outer(each, by)
    return total


def _variance_factor(drawn: Floats, cells: Floats) -> Floats:
    """What the variance of the cells is multiplied by for that of a sum of those drawn."""
    return drawn * (cells - drawn) / np.maximum(cells - 1, 1)


def _third_factor(drawn: Floats, cells: Floats) -> Floats:
    """The same for third central moments."""
    rest = np.maximum((cells - 1) * (cells - 2), 1)
    return drawn * (cells - drawn) * (cells - 2 * drawn) / rest


def _log_all_zero(n_seen: Floats, design: Design) -> Floats:
    """Log of the chance that a group draws no cell that shows the gene; -inf where it must."""
    from scipy.special import gammaln

    total = np.zeros((n_seen.shape[1], design.sizes.shape[1]))
    for seen, cells, drawn in zip(n_seen, design.block_sizes, design.sizes, strict=True):
        zeros = (cells - seen)[:, None]
        rest = np.maximum(zeros - drawn, 0.0)
        chance = (
            gammaln(zeros + 1) - gammaln(rest + 1) + gammaln(cells - drawn + 1) - gammaln(cells + 1)
        )
        total += np.where(zeros >= drawn, chance, -np.inf)
    return total
