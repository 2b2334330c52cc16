"""Drawing cells and their counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.datasets._design import CONDITIONS, POPULATIONS, SAMPLES

SAMPLE_CONCENTRATION = 25.0
"""Dirichlet concentration of the sizes of the samples."""
SHARE_CONCENTRATION = 250.0
"""Dirichlet concentration of the shares of the populations within a sample."""
MEDIAN_DEPTH = 2_100.0
DEPTH_SPREAD = 0.45
"""Standard deviation of the log counts per cell, within a population."""
SAMPLE_DEPTH_SPREAD = 0.15
SAMPLE_EFFECT = 0.1
"""Standard deviation of the log effect of a sample on a gene, in all its cells."""
TUMOUR_EFFECT = 0.8
"""The same, in the malignant cells of a patient, for a gene that differs between tumours."""
TUMOUR_GENES = 0.12
"""Fraction of genes that differ between tumours."""
AMBIENT = (0.02, 0.05)
"""Range of the share of ambient RNA in a sample."""
ACTIVITY = {"stress": (0.25, 0.25), "interferon": (0.75, 0.25)}
"""Programme that any cell can run → its mean activity in each of `CONDITIONS`."""
ACTIVITY_SPREAD = 0.3
"""Standard deviation of the activity, over the samples and over the cells of each."""
DISPERSION = 0.25
"""Median over genes of the negative-binomial dispersion, (variance - mean) / mean²."""
DISPERSION_SPREAD = 0.5
PSEUDOCOUNT = 0.2
"""Added before logarithms are mixed, in counts per 10,000: keeps genes that one state lacks."""
SMALLEST = 1e-3
"""Mean of a gene that no state of a cell expresses, in counts per 10,000."""
BLOCK = 16
"""Cells per block, small enough for the processor's cache. The draws run block by block."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """One row per cell, samples one after another."""

    sample: NDArray[np.intp]
    population: NDArray[np.intp]
    weights: Floats
    """Cells × states: the geometric mixture that each cell is."""
    activity: Floats
    """Cells × programmes, from 0 up; 1 is full activity."""
    depth: Floats
    """Expected counts of each cell."""


@dataclass(frozen=True)
class Means:
    """What the means of the cells are made of."""

    log_profiles: Floats
    """States × genes, with the pseudocount."""
    log_responses: Floats
    """Programmes × genes, log fold change at full activity."""
    sample_effect: Floats
    """Samples × genes, on the log scale, in every cell."""
    tumour_effect: Floats
    """Samples × genes, on the log scale, in malignant cells."""
    ambient: Floats
    """Samples × genes, summing to 1."""
    ambient_share: Floats
    """One number per sample."""


def draw_cells(n_cells: int, states: list[str], rng: np.random.Generator) -> Cells:
    """Draw sizes of samples, composition of each, and the mixture and depth of each cell."""
    populations = list(POPULATIONS.values())
    expected = np.array([population.shares for population in populations]).T
    sizes = rng.multinomial(n_cells, rng.dirichlet(np.full(len(SAMPLES), SAMPLE_CONCENTRATION)))
    sample = np.repeat(np.arange(len(SAMPLES)), sizes)
    population = np.concatenate(
        [
            rng.choice(
                len(populations),
                size=size,
                p=rng.dirichlet(SHARE_CONCENTRATION * expected[CONDITIONS.index(condition)]),
            )
            for size, condition in zip(sizes, SAMPLES.values(), strict=True)
        ]
    )
    return Cells(
        sample=sample,
        population=population,
        weights=draw_weights(population, states, rng),
        activity=draw_activity(sample, rng),
        depth=draw_depth(sample, population, np.full(len(SAMPLES), SAMPLE_DEPTH_SPREAD), rng),
    )


def draw_weights(
    population: NDArray[np.intp], states: list[str], rng: np.random.Generator
) -> Floats:
    """Draw the mixture of states that each cell is."""
    weights = np.zeros((len(population), len(states)))
    for code, kind in enumerate(POPULATIONS.values()):
        members = np.flatnonzero(population == code)
        columns = np.array([states.index(state) for state in kind.states])
        draws = rng.dirichlet(list(kind.states.values()), size=len(members))
        weights[np.ix_(members, columns)] = draws
    return weights


def draw_activity(sample: NDArray[np.intp], rng: np.random.Generator) -> Floats:
    """Draw how far each cell runs each programme: by condition, by sample, by cell."""
    by_condition = np.array(list(ACTIVITY.values()))
    condition = [CONDITIONS.index(name) for name in SAMPLES.values()]
    level = by_condition[:, condition].T
    level = level + rng.normal(0, ACTIVITY_SPREAD / 2, level.shape)
    return np.maximum(
        level[sample] + rng.normal(0, ACTIVITY_SPREAD, (len(sample), len(ACTIVITY))), 0
    )


def draw_depth(
    sample: NDArray[np.intp],
    population: NDArray[np.intp],
    spreads: Floats,
    rng: np.random.Generator,
) -> Floats:
    """Draw the expected counts of each cell: log-normal, by population and sample.

    `spreads` are the standard deviations of the log depth of each sample.
    """
    relative = np.array([kind.depth for kind in POPULATIONS.values()])
    by_sample = np.exp(rng.normal(0, spreads))
    by_cell = np.exp(rng.normal(0, DEPTH_SPREAD, len(sample)))
    return MEDIAN_DEPTH * relative[population] * by_sample[sample] * by_cell


def draw_means(
    profiles: pd.DataFrame,
    responses: pd.DataFrame,
    cells: Cells,
    fixed: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Means:
    """Draw what differs between samples.

    Genes that are `fixed` neither differ between tumours nor answer to a programme.
    """
    shape = (len(SAMPLES), profiles.shape[1])
    differs = (rng.random(shape) < TUMOUR_GENES) & ~fixed
    ambient = np.array(
        [
            (cells.depth[inside, None] * cells.weights[inside]).sum(axis=0) @ profiles.to_numpy()
            for inside in (cells.sample == code for code in range(len(SAMPLES)))
        ]
    )
    return Means(
        log_profiles=np.log(profiles.to_numpy() + PSEUDOCOUNT),
        log_responses=np.where(fixed, 0.0, np.log(responses.loc[list(ACTIVITY)].to_numpy())),
        sample_effect=rng.normal(0, SAMPLE_EFFECT, shape),
        tumour_effect=np.where(differs, rng.normal(0, TUMOUR_EFFECT, shape), 0.0),
        ambient=ambient / ambient.sum(axis=1, keepdims=True).clip(min=1e-300),
        ambient_share=rng.uniform(*AMBIENT, len(SAMPLES)),
    )


def mean_counts(cells: Cells, means: Means, malignant: NDArray[np.bool_], rows: slice) -> Floats:
    """Expected counts of a block of cells, cells × genes."""
    sample = cells.sample[rows]
    mixture = np.exp(cells.weights[rows] @ means.log_profiles) - PSEUDOCOUNT
    log_effect = cells.activity[rows] @ means.log_responses + means.sample_effect[sample]
    log_effect[malignant[rows]] += means.tumour_effect[sample[malignant[rows]]]
    own = np.maximum(mixture, SMALLEST) * np.exp(log_effect)
    own /= own.sum(axis=1, keepdims=True)
    share = means.ambient_share[sample, None]
    return cells.depth[rows, None] * ((1 - share) * own + share * means.ambient[sample])


def draw_counts(
    cells: Cells, means: Means, malignant: NDArray[np.bool_], rng: np.random.Generator
) -> sp.csr_matrix:
    """Negative-binomial counts as a gamma mixture of Poissons, in blocks of cells."""
    n_cells, n_genes = len(cells.sample), means.log_profiles.shape[1]
    shape = 1 / (DISPERSION * np.exp(rng.normal(0, DISPERSION_SPREAD, n_genes)))
    values, columns, row_sizes = [], [], []
    for start in range(0, n_cells, BLOCK):
        mean = mean_counts(cells, means, malignant, slice(start, start + BLOCK))
        mean *= rng.standard_gamma(shape, size=mean.shape)
        mean /= shape
        counts = rng.poisson(mean)
        row, column = np.nonzero(counts)
        values.append(counts[row, column].astype(np.float32))
        columns.append(column.astype(np.int32))
        row_sizes.append(np.bincount(row, minlength=len(counts)))
    ends = np.concatenate([[0], np.cumsum(np.concatenate(row_sizes))])
    return sp.csr_matrix(
        (np.concatenate(values), np.concatenate(columns), ends), shape=(n_cells, n_genes)
    )
