"""Niches: rows that are surrounded alike, in all sections together. How many, and how sure."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas._guard import warn
from tmeatlas.spatial._graph import Graph
from tmeatlas.spatial._neighbourhood import Floats, mean_around
from tmeatlas.spatial._tissue import Tissue

FEWEST, MOST = 3, 12
"""Numbers of niches that are tried. Two, most often the tumour and the rest, come out alike in
nearly any tissue and say little: see `_choice`."""
REPRODUCED = 0.6
"""Where no number from `FEWEST` on reproduces itself this well, two niches are taken."""
SURE, BETTER = 0.92, 0.1
"""Two are also taken where they reproduce themselves this well, and better than all others by so
much."""
AS_GOOD = 0.05
"""The largest number is taken that reproduces itself nearly as well as the best one does. All these
are conventions, set on planted niches and tried on others: docs/tissue_regions.md."""
N_HALVES = 10
"""Pairs of halves for each number: the mean has a standard error of about 0.03."""
FEWEST_SECTIONS = 4
"""With fewer that have a row for each niche, halves are of cells, not of sections."""
N_DRAWN = 20_000
"""Rows that centres are found with; all others go to the centre nearest to them."""
N_DRAWN_OF_HALF = 3_000
FEWEST_OF_SECTION = 1_000
"""Sections are drawn from alike as far as the smaller half of them goes, but for this many."""
ROWS_OF_NICHE = 10
"""Fewer rows than this, times the number of niches, are not divided into so many."""


@dataclass(frozen=True, eq=False)
class FoundNiches:
    """The niche of each row, and the numbers of niches that were tried."""

    codes: NDArray[np.intp]
    """0 is the largest niche; -1 where nothing is known of the surroundings."""
    tried: pd.DataFrame
    """By number of niches: `k`, its `stability` (mean adjusted Rand index between niches that
    were found in one half and in the other), the `low`est of them, and whether it was `chosen`."""
    halves: str
    """What the halves are of: "sections", or "cells" or "spots" where sections are few."""

    @property
    def stability(self) -> float:
        """Of the number of niches that was chosen; NaN where there was nothing to divide."""
        return float(self.tried.loc[self.tried["chosen"], "stability"].iloc[0])


def find_niches(
    tissue: Tissue,
    graph: Graph,
    features: Floats,
    *,
    n_types: int,
    n_niches: int | None = None,
    seed: int = 0,
) -> FoundNiches:
    """Divide rows by what surrounds them: `features`, of which the first `n_types` are shares.

    The features are averaged once more over each row and its neighbours, as ten neighbours
    alone say too little of a share. Of shares the square root is taken, so that rare types
    have a say; scores are standardised within each section and together weigh as much as
    the types do. Centres are found by k-means on rows that are drawn from all sections
    alike. With `n_niches` ``None``, from each half of the sections niches are found for 2
    to 12 centres; taken is the largest number for which both halves divide the tissue
    nearly as alike as for the best one. The order of the rows does not matter.
    """
    described = np.asarray(np.isfinite(features).any(axis=1))
    # Rows in an order that is their own, and no accident of the file.
    order = np.lexsort((*tissue.coordinates.T, tissue.section))
    rows = order[described[order]]
    sections = np.split(np.arange(len(rows)), np.flatnonzero(np.diff(tissue.section[rows])) + 1)
    points = _comparable(mean_around(graph.edges, features)[rows], n_types, sections)
    codes = np.full(len(features), -1, dtype=np.intp)
    numbers = _numbers(points, n_niches)
    large = [each for each in sections if len(each) >= max(numbers)]
    halves = "sections" if len(large) >= FEWEST_SECTIONS else f"{tissue.rows}s"
    rng = np.random.default_rng(seed)
    with _one_thread():
        if numbers == [1]:
            stability = {1: np.array([np.nan])}
            codes[rows] = 0
            return FoundNiches(codes, _tried(stability, 1), halves)
        whole = halves == "sections"
        stability = _reproduced(points, large if whole else sections, numbers, rng, whole=whole)
        chosen = _choice({k: float(alike.mean()) for k, alike in stability.items()})
        drawn = _draw(sections, N_DRAWN, rng)
        found = _fitted(points[drawn], chosen, rng, n_starts=10).predict(points)
    sizes = np.bincount(found, minlength=chosen)
    if np.count_nonzero(sizes) < chosen:
        warn(
            f"Only {np.count_nonzero(sizes)} of {chosen} niches are found: there are no more "
            "different surroundings."
        )
    rank = np.empty(chosen, dtype=np.intp)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(chosen)
    codes[rows] = rank[found]
    return FoundNiches(codes, _tried(stability, chosen), halves)


def _comparable(
    features: Floats, n_types: int, sections: list[NDArray[np.intp]]
) -> NDArray[np.float32]:
    """Features on one scale: roots of shares, and standardised scores of the same weight."""
    shares = np.sqrt(features[:, :n_types].astype(np.float64))
    shares -= _column(np.nanmean, shares)
    scores = features[:, n_types:].astype(np.float64)
    for rows in sections:
        # Sections differ in depth and handling, and so in all scores: without this step three
        # niches of three sections are the three sections (docs/tissue_regions.md).
        scores[rows] -= _column(np.nanmean, scores[rows])
        spread = _column(np.nanstd, scores[rows])
        scores[rows] /= np.where(spread > 0, spread, 1)
    weight = float(_column(np.nanvar, shares).sum())
    if weight > 0 and scores.shape[1]:
        scores *= np.sqrt(weight / scores.shape[1])
    # What is not known is taken for the mean.
    return np.nan_to_num(np.hstack([shares, scores]).astype(np.float32))


def _column(statistic: Any, values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Of each column, without what is NaN; 0 where nothing else is there."""
    found = np.zeros(values.shape[1])
    known = np.isfinite(values).any(axis=0)
    if known.any():
        found[known] = statistic(values[:, known], axis=0)
    return found


def _numbers(points: Floats, n_niches: int | None) -> list[int]:
    """The numbers of niches to try; 1 alone where all rows are alike."""
    most = len(np.unique(points, axis=0)) if len(points) < 10 * MOST else len(points)
    if n_niches is not None:
        whole = isinstance(n_niches, (int, np.integer)) and not isinstance(n_niches, bool)
        if not whole or not 1 <= n_niches <= most:
            raise InputError(
                f"Expected a whole number of niches from 1 to {most} as {option('n_niches')}, "
                f"found {n_niches!r}. Leave it out to have one chosen."
            )
        return [int(n_niches)]
    most = min(most, len(points) // ROWS_OF_NICHE)
    if most < 2 or not np.ptp(points, axis=0).any():
        return [1]
    return list(range(2, min(most, MOST) + 1))


def _reproduced(
    points: Floats,
    sections: list[NDArray[np.intp]],
    numbers: list[int],
    rng: np.random.Generator,
    *,
    whole: bool,
) -> dict[int, NDArray[np.float64]]:
    """How alike the niches of two halves divide the tissue: for each number and pair of halves.

    NaN where a half has fewer rows than there are niches.
    All numbers have the same halves, so that they differ by their niches alone.
    """
    from sklearn.metrics import adjusted_rand_score

    judged = points[_draw(sections, 2 * N_DRAWN_OF_HALF, rng)]
    alike = {k: np.full(N_HALVES, np.nan) for k in numbers}
    for at, pair in enumerate(_halves(sections, rng, whole=whole)):
        drawn = [points[_draw(half, N_DRAWN_OF_HALF, rng)] for half in pair]
        for k in numbers:
            if k > min(map(len, drawn)):
                continue
            first, second = (_fitted(half, k, rng).predict(judged) for half in drawn)
            alike[k][at] = adjusted_rand_score(first, second)
    return alike


def _halves(
    sections: list[NDArray[np.intp]], rng: np.random.Generator, *, whole: bool
) -> Iterator[tuple[list[NDArray[np.intp]], list[NDArray[np.intp]]]]:
    """Each half of the sections if they stay `whole`, else of the rows of each."""
    for _ in range(N_HALVES):
        if whole:
            mixed = rng.permutation(len(sections))
            middle = len(sections) // 2
            yield [sections[i] for i in mixed[:middle]], [sections[i] for i in mixed[middle:]]
        else:
            cut = [np.array_split(rng.permutation(rows), 2) for rows in sections]
            yield [first for first, _ in cut], [second for _, second in cut]


def _draw(sections: list[NDArray[np.intp]], n: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """About `n` rows, of no section many more than of the others."""
    sizes = np.sort([len(rows) for rows in sections])
    even = max(int(sizes[(len(sizes) - 1) // 2]), FEWEST_OF_SECTION)
    most = max(1, min(n // len(sections), even))
    return np.concatenate(
        [rows if len(rows) <= most else rng.choice(rows, most, replace=False) for rows in sections]
    )


def _fitted(points: Floats, k: int, rng: np.random.Generator, *, n_starts: int = 3) -> Any:
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    seed = int(rng.integers(2**31))
    with warnings.catch_warnings():
        # Of fewer different points than centres; if that is so of all rows, it is told once.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(k, n_init=n_starts, random_state=seed).fit(points)


def _one_thread() -> Any:
    """Sums by several threads differ in their last digits from run to run, and so might niches."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1)


def _choice(stability: dict[int, float]) -> int:
    """The largest number that reproduces itself nearly as well as the best does."""
    if len(stability) == 1:
        return next(iter(stability))
    more = {k: alike for k, alike in stability.items() if k >= FEWEST and np.isfinite(alike)}
    two, best = stability[2], max(more.values(), default=0.0)
    if best < REPRODUCED or (two >= SURE and best < two - BETTER):
        return 2
    return max(k for k, alike in more.items() if alike >= best - AS_GOOD)


def _tried(stability: dict[int, NDArray[np.float64]], chosen: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "k": np.array(list(stability), dtype=np.int32),
            "stability": [float(alike.mean()) for alike in stability.values()],
            "low": [float(alike.min()) for alike in stability.values()],
            "chosen": [k == chosen for k in stability],
        }
    )
