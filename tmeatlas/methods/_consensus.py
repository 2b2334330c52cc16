"""One score out of several for the same cells, on bare arrays: cells × signatures."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MAX_ROUNDS = 20
CLOSE_ENOUGH = 1e-3
NO_GAP = 1e-9
"""Sums that differ by less do so by rounding; no split lies between them."""


class Combined(NamedTuple):
    """The combined score, and what it rests on."""

    score: Floats
    weights: Floats
    """One per signature; they sum to 1."""
    correlations: Floats
    """Spearman correlation of each pair of signatures; NaN where one is constant."""
    with_consensus: Floats
    """Spearman correlation of each signature with the combined score."""


def combine(scores: Floats) -> Combined:
    """Weigh the signatures against each other, and average their exponential scores."""
    from scipy.stats import rankdata

    ranks = rankdata(scores, axis=0)
    weights = agreement_weights(scores)
    score = _weighted_sum(exponential_scores(ranks), weights)
    correlations = spearman(np.column_stack([ranks, rankdata(score)]))
    return Combined(score, weights, correlations[:-1, :-1], correlations[:-1, -1])


def exponential_scores(ranks: Floats) -> Floats:
    """``-log(1 - u)`` of ranks, where ``u = (rank - 1/2) / n``.

    Their mean is 1. The lower half of the cells lies close together and the top
    ones far apart, as the cells of one compartment are mostly a minority.
    """
    return -np.log1p(-(ranks - 0.5) / len(ranks))


def agreement_weights(scores: Floats) -> Floats:
    """Weigh each signature by how well it finds the cells that the others find.

    The consensus of the other signatures splits the cells in two; a signature
    that tells the two apart with the AUROC `a` has the power ``max(0, 2 a - 1)``.
    Its weight is its power where all others count alike, times that where the
    others count by their weights; repeated until the weights stay. The first
    factor makes it harder for a few signatures that agree with each other alone
    to take over. Scores below 0 count as 0: among cells without the programme,
    signatures agree on the depth of the cells rather than on anything else.
    """
    from scipy.stats import rankdata

    n_signatures = scores.shape[1]
    weights = np.full(n_signatures, 1 / n_signatures)
    if n_signatures < 3:
        return weights
    ranks = rankdata(np.maximum(scores, 0.0), axis=0)
    values = exponential_scores(ranks)
    among_equals = _power(ranks, values, weights)
    power = among_equals
    for _ in range(MAX_ROUNDS):
        found = among_equals * power
        if not found.any():
            break
        before, weights = weights, found / found.sum()
        if np.abs(weights - before).max() < CLOSE_ENOUGH:
            break
        power = _power(ranks, values, weights)
    return weights


def _power(ranks: Floats, values: Floats, weights: Floats) -> Floats:
    """``max(0, 2 a - 1)`` of each signature against the weighted sum of the others."""
    everyone = _weighted_sum(values, weights)
    power = np.zeros(len(weights))
    for k, weight in enumerate(weights):
        others = everyone - weight * values[:, k]
        power[k] = max(0.0, 2 * _auroc(ranks[:, k], others > split_point(others)) - 1)
    return power


def split_point(values: Floats) -> float:
    """The largest value of the lower of two groups, chosen to lie as far apart as possible.

    The split with the largest variance between the groups (Otsu); infinity
    where all values are equal, but for rounding.
    """
    ascending = np.sort(values)
    n = len(ascending)
    may_split = np.flatnonzero(np.diff(ascending) > NO_GAP)
    if len(may_split) == 0:
        return np.inf
    sums = np.cumsum(ascending)
    lower = may_split + 1
    upper = n - lower
    distance = sums[may_split] / lower - (sums[-1] - sums[may_split]) / upper
    return float(ascending[may_split[np.argmax(lower * upper * distance**2)]])


def spearman(ranks: Floats) -> Floats:
    """Correlation of each pair of columns of ranks."""
    centred = ranks - ranks.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    unit = centred / np.where(length > 0, length, np.nan)
    return np.clip(unit.T @ unit, -1, 1)


def _auroc(ranks: Floats, positive: NDArray[np.bool_]) -> float:
    n_positive = int(positive.sum())
    n_negative = len(positive) - n_positive
    if n_positive == 0 or n_negative == 0:
        return 0.5
    above = ranks[positive].sum() - n_positive * (n_positive + 1) / 2
    return float(above / (n_positive * n_negative))


def _weighted_sum(values: Floats, weights: Floats) -> Floats:
    """Column after column, so that equal rows give equal sums wherever they stand."""
    total = np.zeros(len(values))
    for column, weight in zip(values.T, weights, strict=True):
        total += weight * column
    return total
