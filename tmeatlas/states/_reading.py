"""From scores to states, on arrays: what chance gives, and which state a cell shows most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._stats import permutation_pvalue

FEWEST_CELLS = 10
"""With fewer cells, no spread of scores can be told from chance."""
LARGEST_PVALUE = 0.05
"""Of the spread of the scores, with which a state is read."""
BY_CHANCE = 0.05
"""Share of cells that random lists lift above the threshold."""
TOO_FEW_CELLS = "too few cells"
CONSTANT = "scores do not vary"
AS_CHANCE = "varies no more than random genes do"


@dataclass(frozen=True, eq=False)
class Reading:
    """The scores of a list within its lineage, in standard deviations of random lists."""

    scores: NDArray[np.float32]
    """By cell; 0 is the mean of the lower of two groups, NaN where it was not to be read."""
    threshold: float
    """Score that one in twenty cells has by a random list; NaN where nothing could be told."""
    pvalue: float
    """Of the spread of the scores, against those of random lists."""
    why_not: str
    """Why no cell is called by it; empty where cells can be."""


def read_list(
    above: NDArray[np.float32],
    random: NDArray[np.float32],
    sampled: NDArray[np.intp],
    allowed: NDArray[np.bool_],
) -> Reading:
    """Put the scores of one list on the scale of chance.

    `above` and `allowed` are by cell, `random` by sampled cell and random list. Scores and
    random scores are both taken from the lower of the two groups into which they
    fall best, so that a state that most cells have is as far from 0 as a rare one.
    """
    unread = np.full(len(above), np.nan, dtype=np.float32)
    if allowed.sum() < FEWEST_CELLS:
        return Reading(unread, np.nan, np.nan, TOO_FEW_CELLS)
    used = allowed[sampled]
    by_chance = random[used].astype(np.float64)
    by_chance -= by_chance.mean(axis=0)
    unit = np.sqrt(np.mean(by_chance**2))
    own = above[allowed].astype(np.float64)
    if unit == 0 or np.ptp(own) == 0:
        return Reading(unread, np.nan, np.nan, CONSTANT)
    spread = np.var(above[sampled[used]].astype(np.float64))
    wider = np.count_nonzero(by_chance.var(axis=0) >= spread)
    pvalue = float(permutation_pvalue(wider, random.shape[1]))
    by_chance = (by_chance - lower_mean(by_chance)) / unit
    scores = unread
    scores[allowed] = (own - lower_mean(own[:, None])) / unit
    threshold = float(np.quantile(by_chance, 1 - BY_CHANCE))
    return Reading(scores, threshold, pvalue, "" if pvalue <= LARGEST_PVALUE else AS_CHANCE)


def lower_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of the lower of the two groups into which each column falls best (Otsu)."""
    n = len(values)
    sums = np.cumsum(np.sort(values, axis=0), axis=0)
    sizes = np.arange(1, n)[:, None]
    apart = (sums[-1] * sizes / n - sums[:-1]) ** 2 / (sizes * (n - sizes))
    split = apart.argmax(axis=0)
    return sums[split, np.arange(values.shape[1])] / (split + 1)


def best_state(
    readings: Sequence[Reading], n_cells: int, *, min_margin: float
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The state of each cell, -1 where none stands out, and its margin.

    A state stands by how far its score is above its threshold. The margin is how far the
    best stands above the next one, or above its threshold where no other reaches its own.
    NaN where no state can be called.
    """
    called = [k for k, reading in enumerate(readings) if not reading.why_not]
    none = np.full(n_cells, -1, dtype=np.intp), np.full(n_cells, np.nan, dtype=np.float32)
    if not called:
        return none
    beyond = np.stack([readings[k].scores - readings[k].threshold for k in called], axis=1)
    beyond = np.where(np.isnan(beyond), -np.inf, beyond)
    # Chance stands at 0; a column of nothing, as a lineage can have one state only.
    ascending = np.sort(np.hstack([beyond, np.full((n_cells, 1), -np.inf)]), axis=1)
    margin = ascending[:, -1] - np.maximum(ascending[:, -2], 0)
    margin = np.where(np.isinf(margin), np.nan, margin)
    state = np.asarray(called)[beyond.argmax(axis=1)]
    return np.where(margin >= min_margin, state, -1), margin.astype(np.float32)


def balance(high: NDArray[np.float32], low: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much further a cell is towards one pole than towards the other, from the mean cell."""
    read = np.isfinite(high) & np.isfinite(low)
    found = np.full(len(high), np.nan, dtype=np.float32)
    if read.any():
        towards = high[read].astype(np.float64) - low[read]
        found[read] = towards - towards.mean()
    return found
