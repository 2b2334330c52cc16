"""Drawing the cells of a cohort, and the counts of these."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.datasets._cohort_design import TYPE_OF
from tmeatlas.datasets._cohort_levels import CohortLevels, Singles
from tmeatlas.datasets._design import POPULATIONS
from tmeatlas.datasets._sampling import (
    ACTIVITY,
    AMBIENT,
    DISPERSION,
    DISPERSION_SPREAD,
    PSEUDOCOUNT,
    SMALLEST,
    Cells,
    Floats,
    draw_depth,
    draw_weights,
)

DEPTH_SPREAD = 0.25
"""Standard deviation of the log depth of the samples."""
BLOCK = 32
"""Cells per block, small enough for the processor's cache."""
LARGE = 16.0
"""Counts with a larger mean are drawn as a gamma mixture of Poissons, others by inversion."""


def draw_cohort_cells(
    levels: CohortLevels,
    sizes: NDArray[np.integer],
    states: list[str],
    rng: np.random.Generator,
) -> Cells:
    """The cells of each sample: what they are, how far they run each programme, their depth."""
    sample = np.repeat(np.arange(len(sizes)), sizes)
    population = np.concatenate(
        [
            rng.choice(len(POPULATIONS), size=size, p=shares)
            for size, shares in zip(sizes, levels.shares, strict=True)
        ]
    )
    level = levels.activity[sample, TYPE_OF[population]]
    return Cells(
        sample=sample,
        population=population,
        weights=draw_weights(population, states, rng),
        activity=np.maximum(level + rng.normal(0, levels.cell_spread, level.shape), 0),
        depth=draw_depth(sample, population, np.full(len(sizes), DEPTH_SPREAD), rng),
    )


def draw_cohort_counts(
    cells: Cells,
    levels: CohortLevels,
    profiles: pd.DataFrame,
    responses: pd.DataFrame,
    fixed: NDArray[np.bool_],
    rng: np.random.Generator,
    log_effects: sp.csr_matrix | None = None,
) -> sp.csr_matrix:
    """Negative-binomial counts of every cell, with ambient RNA, in blocks of cells.

    `log_effects` are cells × genes: what a cell has beyond its type and sample.
    """
    n_cells, n_genes = len(cells.sample), profiles.shape[1]
    log_profiles = np.log(profiles.to_numpy() + PSEUDOCOUNT).astype(np.float32)
    log_responses = log_fold_changes(responses, fixed).astype(np.float32)
    ambient = draw_ambient(cells, profiles, len(levels.shares), rng)
    shape = 1 / (DISPERSION * np.exp(rng.normal(0, DISPERSION_SPREAD, n_genes)))
    # Sparse products: a cell is a mixture of few states, and small dense ones wait for threads.
    weights = sp.csr_matrix(cells.weights, dtype=np.float32)
    activity = sp.csr_matrix(cells.activity, dtype=np.float32)
    types = TYPE_OF[cells.population]
    depth = cells.depth.astype(np.float32)[:, None]
    parts = []
    for start in range(0, n_cells, BLOCK):
        rows = slice(start, start + BLOCK)
        sample = cells.sample[rows]
        own = np.exp(weights[rows] @ log_profiles)
        own -= np.float32(PSEUDOCOUNT)
        np.maximum(own, np.float32(SMALLEST), out=own)
        log_effect = activity[rows] @ log_responses
        log_effect += levels.log_effect[sample, types[rows]]
        if log_effects is not None:
            log_effect += log_effects[rows].toarray()
        own *= np.exp(log_effect, out=log_effect)
        own *= depth[rows] / own.sum(axis=1, keepdims=True)
        own += depth[rows] * ambient[sample]
        parts.append(draw_negative_binomial(own, shape, rng))
    return sp.vstack(parts, format="csr", dtype=np.float32)


def log_fold_changes(responses: pd.DataFrame, fixed: NDArray[np.bool_]) -> Floats:
    """Programmes × genes, at full activity; genes that are `fixed` do not answer."""
    return np.where(fixed, 0.0, np.log(responses.loc[list(ACTIVITY)].to_numpy()))


def draw_ambient(
    cells: Cells, profiles: pd.DataFrame, n_samples: int, rng: np.random.Generator
) -> Singles:
    """Samples × genes: ambient RNA over the cells' own, from all cells of the sample."""
    own = sp.csr_matrix(
        (cells.depth, (cells.sample, np.arange(len(cells.sample)))),
        shape=(n_samples, len(cells.sample)),
    )
    ambient = (own @ cells.weights) @ profiles.to_numpy()
    share = rng.uniform(*AMBIENT, (n_samples, 1))
    total = ambient.sum(axis=1, keepdims=True)
    return np.asarray(share / (1 - share) * ambient / total, dtype=np.float32)


def draw_negative_binomial(mean: Singles, shape: Floats, rng: np.random.Generator) -> sp.csr_matrix:
    """Counts with these means (rows × genes), and variance mean + mean² / shape.

    Most are 0. Where an exponential draw exceeds -log P(0) the count is 0; elsewhere
    the same draw is a uniform one above P(0), at which the distribution is inverted.
    """
    single = shape.astype(np.float32)
    log_zero = np.log1p(mean / single)
    log_zero *= single
    drawn = rng.standard_exponential(mean.shape, dtype=np.float32)
    row, column = np.nonzero((drawn < log_zero) | (mean > LARGE))
    means, shapes = mean[row, column].astype(float), shape[column]
    counts = np.empty(len(row))
    large = means > LARGE
    counts[large] = rng.poisson(means[large] / shapes[large] * rng.standard_gamma(shapes[large]))
    uniform = np.exp(-drawn[row, column][~large].astype(float))
    counts[~large] = invert_negative_binomial(uniform, means[~large], shapes[~large])
    kept = counts > 0
    at = (row[kept], column[kept])
    return sp.csr_matrix((counts[kept].astype(np.float32), at), shape=mean.shape)


def invert_negative_binomial(uniform: Floats, mean: Floats, shape: Floats) -> Floats:
    """The smallest count of 1 or more whose cumulative probability reaches `uniform`."""
    counts = np.zeros(len(uniform))
    at = np.arange(len(uniform))
    probability = (shape / (shape + mean)) ** shape
    below = probability.copy()
    odds = mean / (shape + mean)
    count = 0
    while len(at):
        probability = probability * odds * (shape + count) / (count + 1)
        below = below + probability
        count += 1
        counts[at] = count
        # Where the probability no longer adds anything, the tail is beyond what a float tells.
        goes_on = (below < uniform) & (probability > 1e-15 * below)
        at, probability, below = at[goes_on], probability[goes_on], below[goes_on]
        uniform, odds, shape = uniform[goes_on], odds[goes_on], shape[goes_on]
    return counts
