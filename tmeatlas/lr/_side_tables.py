"""The genes of a partner by stratum and group, as compiled loops."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEVELS = 255
"""Values are rounded to this many steps of the highest one, so that a gene has few different."""


class Values(NamedTuple):
    """Columns of a sparse matrix (genes), all values above 0."""

    indptr: Ints
    rows: NDArray[np.int32]
    data: NDArray[np.float32]


class Layout(NamedTuple):
    """Which cells are compared with which."""

    strata: NDArray[np.int32]
    groups: NDArray[np.int32]
    sizes: Ints
    """Strata × groups: cells."""
    log_factorial: Floats


class Table(NamedTuple):
    """Subunits × strata × groups of one partner: cells that show it, sums and squares of values."""

    shown: Ints
    total: Floats
    square: Floats
    highest: Floats
    """Per subunit, the value of the highest step."""


@njit(cache=True, nogil=True, error_model="numpy")
def _level(value: float, highest: float) -> int:
    return max(1, int(value / highest * LEVELS + 0.5))


@njit(cache=True, nogil=True, error_model="numpy")
def tabulate(values: Values, genes: Ints, layout: Layout) -> Table:
    n_strata, n_groups = layout.sizes.shape
    shape = (len(genes), n_strata, n_groups)
    table = Table(np.zeros(shape, np.int64), np.zeros(shape), np.zeros(shape), np.ones(len(genes)))
    for j in range(len(genes)):
        start, stop = values.indptr[genes[j]], values.indptr[genes[j] + 1]
        if start == stop:
            continue
        table.highest[j] = 0.0
        for i in range(start, stop):
            table.highest[j] = max(table.highest[j], values.data[i])
        for i in range(start, stop):
            b, g = layout.strata[values.rows[i]], layout.groups[values.rows[i]]
            x = _level(values.data[i], table.highest[j]) / LEVELS
            table.shown[j, b, g] += 1
            table.total[j, b, g] += x
            table.square[j, b, g] += x * x
    return table


@njit(cache=True, nogil=True, error_model="numpy")
def points_of(
    values: Values, gene: int, highest: float, layout: Layout, kept: Bools
) -> tuple[Floats, Floats, Ints]:
    """The values above 0 in the groups kept, how often each is there, and its stratum."""
    n_strata = layout.sizes.shape[0]
    start, stop = values.indptr[gene], values.indptr[gene + 1]
    if stop - start <= n_strata * LEVELS // 2:
        x, stratum, n = np.empty(stop - start), np.empty(stop - start, np.int64), 0
        for i in range(start, stop):
            if kept[layout.groups[values.rows[i]]]:
                x[n] = _level(values.data[i], highest) / LEVELS
                stratum[n] = layout.strata[values.rows[i]]
                n += 1
        return x[:n], np.ones(n), stratum[:n]
    often = np.zeros((n_strata, LEVELS + 1))
    for i in range(start, stop):
        if kept[layout.groups[values.rows[i]]]:
            often[layout.strata[values.rows[i]], _level(values.data[i], highest)] += 1.0
    stratum, level = np.nonzero(often)
    weight = np.empty(len(level))
    for i in range(len(level)):
        weight[i] = often[stratum[i], level[i]]
    return level / LEVELS, weight, stratum


@njit(cache=True, nogil=True, error_model="numpy")
def comparable(layout: Layout, kept: Bools, group: int) -> int:
    """How many cells of other groups that are kept share a stratum with the group."""
    n = 0
    for b in range(layout.sizes.shape[0]):
        if layout.sizes[b, group] > 0:
            for h in range(len(kept)):
                if kept[h] and h != group:
                    n += layout.sizes[b, h]
    return n


@njit(cache=True, nogil=True, error_model="numpy")
def sum_of_kept(of_groups: Ints, kept: Bools) -> int:
    """Over the groups kept; a loop, as it compiles in a tenth of the time of numpy's sums."""
    total = 0
    for g in range(len(kept)):
        if kept[g]:
            total += of_groups[g]
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def n_aside(kept: Bools) -> int:
    """How many groups were set aside."""
    n = 0
    for g in range(len(kept)):
        n += not kept[g]
    return n
