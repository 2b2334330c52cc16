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
    mean, variance, third = _central(
        sums[..., 0] / cells, sums[..., 1] / cells, sums[..., 2] / cells
    )
    drawn = design.sizes.astype(np.float64)
    groups = design.group_sizes
    return Moments(
        mean=mean.T @ drawn / groups,
        variance=variance.T @ _variance_factor(drawn, cells) / groups**2,
        third=third.T @ _third_factor(drawn, cells) / groups**3,
        zero=np.exp(_log_all_zero(sums[..., 3], design)),
    )


def pair_moments(
    sums: Floats, products: Floats, left: Ints, right: Ints, design: Design
) -> tuple[Floats, Floats]:
    """Of pairs of genes: covariance and third moment that their sum adds to that of each by itself.

    Both are pairs × groups, of the two means in the same group. The covariance
    of means in two groups, which draw on the same cells, is in
    :func:`covariance_between`.
    """
    cells = design.block_sizes[:, None]
    drawn, groups = design.sizes.astype(np.float64), design.group_sizes
    x, y = sums[:, left], sums[:, right]
    covariance = _covariance(x, y, products, cells)
    summed = _central(
        (x[..., 0] + y[..., 0]) / cells,
        (x[..., 1] + 2 * products[..., 0] + y[..., 1]) / cells,
        (x[..., 2] + 3 * products[..., 1] + 3 * products[..., 2] + y[..., 2]) / cells,
    )[2]
    alone = [_central(*(of[..., k] / cells for k in range(3)))[2] for of in (x, y)]
    crossed = summed - alone[0] - alone[1]
    return (
        covariance.T @ _variance_factor(drawn, cells) / groups**2,
        crossed.T @ _third_factor(drawn, cells) / groups**3,
    )


def covariance_between(
    sums: Floats, products: Floats, left: Ints, right: Ints, design: Design
) -> Callable[[Ints, Ints, Ints], Floats]:
    """Covariance of the mean of a pair's first gene in one group with its second's in another."""
    cells = design.block_sizes[:, None]
    shared = -_covariance(sums[:, left], sums[:, right], products, cells) / np.maximum(cells - 1, 1)
    drawn, groups = design.sizes.astype(np.float64), design.group_sizes

    def of(pair: Ints, source: Ints, target: Ints) -> Floats:
        total = np.zeros(len(pair))
        for block, sizes in enumerate(drawn):
            total += shared[block, pair] * sizes[source] * sizes[target]
        return total / (groups[source] * groups[target])

    return of


def stored(
    values: sp.csc_matrix,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Column starts, rows and values in the types that the kernels are compiled for."""
    return (
        values.indptr.astype(np.int64, copy=False),
        values.indices.astype(np.int32, copy=False),
        values.data.astype(np.float32, copy=False),
    )


def in_threads(part: Callable[[int, int], None], n: int) -> None:
    """Call `part` with the first and last of each share of `n`; shares write apart."""
    edges = np.linspace(0, n, CHUNKS + 1).astype(int).tolist()
    with ThreadPoolExecutor(n_threads()) as pool:
        list(pool.map(part, edges[:-1], edges[1:]))


def _central(first: Floats, second: Floats, third: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, variance and third central moment from the means of the powers."""
    variance = np.maximum(second - first**2, 0.0)
    return first, variance, third - 3 * first * second + 2 * first**3


def _covariance(x: Floats, y: Floats, products: Floats, cells: Floats) -> Floats:
    return products[..., 0] / cells - (x[..., 0] / cells) * (y[..., 0] / cells)


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
