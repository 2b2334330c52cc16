"""Tails of the side test against draws, with its least effect, and with values not rounded."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from evidence_data import Input, labelled, read, shuffled_labels
from numba import njit

from tmeatlas.lr import MIN_FOLD, SideTest, assess_sides
from tmeatlas.lr._count_tail import expected_count
from tmeatlas.lr._mean_tail import _solve, mean_tail
from tmeatlas.lr._side_tables import LEVELS

GROUPS = ("T_CD8", "Macrophage_TAM", "B", "Treg", "DC")
HEIGHTS = np.arange(1.0, 6.0, 0.5)
"""Totals that are tested, in standard deviations of the draws."""
BINS = (1e-4, 1e-3, 1e-2, 0.05, 0.3)
FEWEST_HITS = 40
LIMITS = (0.05, 0.01, 1e-3, 1e-4)


@dataclass(frozen=True)
class Side:
    """One gene in one group; cells in the order of their strata."""

    x: np.ndarray
    stratum: np.ndarray
    cells: np.ndarray
    drawn: np.ndarray
    total: float
    """What the group has."""

    @property
    def points(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The values above 0, how often each is there, and its stratum."""
        at = np.flatnonzero(self.x > 0)
        return self.x[at], np.ones(len(at)), self.stratum[at]

    @property
    def zeros(self) -> np.ndarray:
        """Cells of each stratum without it."""
        return np.bincount(self.stratum[self.x == 0], minlength=len(self.cells)).astype(float)

    def expected(self, fold: float) -> float:
        """The total at which each stratum has `fold` times the mean of the others."""
        sums = np.bincount(self.stratum, self.x, minlength=len(self.cells))
        return float(
            (self.drawn * fold * sums / (fold * self.drawn + self.cells - self.drawn)).sum()
        )

    def tail(self, total: float, fold: float) -> float:
        """What the product makes of a total."""
        given = self.points, self.zeros, self.cells, self.drawn
        return float(mean_tail(*given, total * (1 - 1e-9), self.expected(fold)))

    def tilt(self, fold: float) -> float:
        """How strongly cells that show more are preferred by the draw."""
        if fold == 1.0:
            return 0.0
        within = np.clip(self.drawn / self.cells, 1e-9, 1 - 1e-9)
        u = np.log(within / (1 - within))
        given = self.points, self.zeros, self.cells, self.drawn, self.expected(fold), 0.0, u
        return float(_solve(*given)[0])


def main(given: argparse.Namespace) -> None:
    tumour = read(labelled("wu2021"))
    for fold in (1.0, MIN_FOLD):
        print_draws(tumour, fold, given.draws, given.genes)
    print_rounding(tumour)
    for how in ("share", "level"):
        print_otherwise(tumour, how, given.repeats)


def sides(tumour: Input, groups: Iterable[str], n_genes: int, levels: int | None) -> Iterator[Side]:
    """Genes of each group, chosen at random among those that are tested by their mean."""
    cells, rng = tumour.cells, np.random.default_rng(0)
    order = np.argsort(cells.strata.codes, kind="stable")
    stratum = cells.strata.codes[order].astype(np.int64)
    sizes = np.bincount(stratum)
    for name in groups:
        inside = cells.codes[order] == cells.labels.index(name)
        drawn = np.bincount(stratum[inside], minlength=len(sizes))
        found = 0
        for gene in rng.permutation(cells.expression.shape[1]):
            x = cells.expression[:, [gene]].toarray().ravel().astype(float)[order]
            shown = np.bincount(stratum[x > 0], minlength=len(sizes))
            if expected_count(shown, sizes, drawn, 1.0) < SideTest().few_expected:
                continue
            x /= x.max()
            if levels:
                x = np.where(x > 0, np.maximum(1, np.floor(x * levels + 0.5)) / levels, 0.0)
            yield Side(x, stratum, sizes, drawn, float(x[inside].sum()))
            found += 1
            if found == n_genes:
                break


def print_draws(tumour: Input, fold: float, n_draws: int, n_genes: int) -> None:
    rows = []
    for number, side in enumerate(sides(tumour, GROUPS, n_genes, LEVELS)):
        totals = draws(side, side.tilt(fold), n_draws, number)
        limits = totals.mean() + HEIGHTS * totals.std()
        for limit in limits:
            hits = (totals >= limit * (1 - 1e-9)).sum()
            rows.append((hits, hits / n_draws, side.tail(limit, fold)))
    table = pd.DataFrame(rows, columns=["hits", "drawn", "tail"])
    possible = table["tail"] >= 0
    print(f"\ntails against {n_draws:,} draws, factor {fold}: tail / drawn, by drawn p")
    print(
        f"no saddlepoint: {(~possible).sum()} of {len(table)}, drawn {table.hits[~possible].sum()}"
    )
    table = table[possible]
    enough = table[table.hits >= FEWEST_HITS]
    ratio = (enough["tail"] / enough["drawn"]).groupby(pd.cut(enough["drawn"], BINS), observed=True)
    print(ratio.describe(percentiles=[0.05, 0.5, 0.95])[["count", "5%", "50%", "95%"]].round(3))
    low = table[table["tail"] < BINS[0]]
    expected = float((low["tail"] * n_draws).sum())
    print(
        f"tail below {BINS[0]}: {expected:.1f} draws expected, {low.hits.sum()} there", flush=True
    )


def draws(side: Side, tilt: float, n: int, seed: int) -> np.ndarray:
    """Totals of groups drawn from the strata, a cell being drawn in proportion to exp(tilt x)."""
    starts = np.concatenate([[0], np.cumsum(side.cells)])
    return _exchanges(side.x, starts, side.drawn, tilt, n, np.random.default_rng(seed))


@njit
def _exchanges(x, starts, drawn, tilt, n, rng):
    """Metropolis: a cell of the group and another one of its stratum change places."""
    order = np.arange(len(x))
    mixed = [b for b in range(len(drawn)) if 0 < drawn[b] < starts[b + 1] - starts[b]]
    chance = np.cumsum(np.array([float(drawn[b]) for b in mixed]))
    total = 0.0
    for b in range(len(drawn)):
        order[starts[b] : starts[b + 1]] = starts[b] + rng.permutation(starts[b + 1] - starts[b])
        for i in range(starts[b], starts[b] + drawn[b]):
            total += x[order[i]]
    size = drawn.sum()
    gap, totals = max(8, size // 2), np.empty(n)
    for k in range(-40, n):
        for _ in range(gap):
            b = mixed[np.searchsorted(chance, rng.random() * chance[-1])]
            i = starts[b] + rng.integers(0, drawn[b])
            j = rng.integers(starts[b] + drawn[b], starts[b + 1])
            more = x[order[j]] - x[order[i]]
            if rng.random() < np.exp(tilt * more):
                order[i], order[j] = order[j], order[i]
                total += more
        if k >= 0:
            totals[k] = total
    return totals


def print_rounding(tumour: Input) -> None:
    """How far rounding to `LEVELS` steps moves the p-values of the real groups."""
    given = tumour, tumour.cells.labels, tumour.cells.expression.shape[1]
    both = zip(sides(*given, LEVELS), sides(*given, None), strict=True)
    found = np.array([(a.tail(a.total, MIN_FOLD), b.tail(b.total, MIN_FOLD)) for a, b in both])
    found = found[((found > 0) & (found < 1)).all(axis=1)]
    change = np.abs(np.log10(found[:, 0] / found[:, 1])) / np.maximum(1, -np.log10(found[:, 1]))
    print(f"\nrounding to {LEVELS} steps, {len(found)} sides: change of log10 p, relative to it")
    print(f"median {np.median(change):.5f}, 99 % {np.quantile(change, 0.99):.4f}", end=" ")
    crossed = [(found <= limit).sum(axis=1) == 1 for limit in (0.05, 1e-3)]
    print("on another side of 0.05, 0.001:", *(int(c.sum()) for c in crossed), flush=True)


def print_otherwise(tumour: Input, how: str, repeats: int) -> None:
    """The least effect reached by other means than a tilt: the other cells are lowered.

    Of a share of them the value is taken away, or all their values are divided.
    """
    rng, kept = np.random.default_rng(1), {"mean": [], "count": []}
    genes = list(np.arange(tumour.cells.expression.shape[1])[:, None])
    for _ in range(repeats):
        for name in GROUPS:
            group = tumour.cells.labels.index(name)
            cells = shuffled_labels(tumour, rng).cells
            values = cells.expression.copy()
            others = cells.codes[values.indices] != group
            if how == "share":
                values.data[others & (rng.random(len(others)) > 1 / MIN_FOLD)] = 0
                values.eliminate_zeros()
            else:
                values.data[others] /= MIN_FOLD
            pval = assess_sides(values, cells.codes, cells.strata, genes).pval[:, group]
            often = expected_cells(values, cells.strata.codes, cells.codes == group)
            kept["mean"].append(pval[often >= SideTest().few_expected])
            kept["count"].append(pval[often < SideTest().few_expected])
    print(f"\nfactor {MIN_FOLD} by {how}: sides with p up to", *LIMITS)
    for test, parts in kept.items():
        print(f"  by {test:5}", share_below(np.concatenate(parts)), flush=True)


def expected_cells(values, strata: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Cells of the group that are expected to show each gene, whoever they are."""
    part = (np.bincount(strata[inside], minlength=strata.max() + 1) / np.bincount(strata))[strata]
    return np.asarray((values > 0).astype(float).T @ part).ravel()


def share_below(pval: np.ndarray) -> str:
    pval = pval[np.isfinite(pval)]
    shares = "  ".join(f"{100 * (pval <= limit).mean():.4g} %" for limit in LIMITS)
    return f"{len(pval):>9,} sides: {shares}"
