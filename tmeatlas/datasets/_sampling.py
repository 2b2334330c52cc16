"""Drawing cells and their counts; on bare arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.datasets._design import CONDITIONS, POPULATIONS, SAMPLES

SAMPLE_CONCENTRATION = 25.0
"""Dirichlet concentration of the sizes of the samples."""
SHARE_CONCENTRATION = 120.0
"""Dirichlet concentration of the shares of the populations within a sample."""
MEDIAN_DEPTH = 2_100.0
DEPTH_SPREAD = 0.45
"""Standard deviation of the log counts per cell, within a population."""
SAMPLE_DEPTH_SPREAD = 0.15
SAMPLE_EFFECT = 0.1
"""Standard deviation of the log effect of a sample on a gene, in all its cells."""
TUMOUR_EFFECT = 1.0
"""The same, in the malignant cells of a patient, for a gene that differs between tumours."""
TUMOUR_GENES = 0.15
"""Fraction of genes that differ between tumours."""
AMBIENT = (0.02, 0.05)
"""Range of the share of ambient RNA in a sample."""
DISPERSION = 0.25
"""Median over genes of the negative-binomial dispersion, (variance - mean) / mean²."""
DISPERSION_SPREAD = 0.5
BLOCK = 256
"""Cells per block. Part of the result: the draws run block by block."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """One row per cell, samples one after another."""

    sample: NDArray[np.intp]
    population: NDArray[np.intp]
    weights: Floats
    """Cells × states: the geometric mixture that each cell is."""
    depth: Floats
    """Expected counts of each cell."""


@dataclass(frozen=True)
class Means:
    """What the means of the cells are made of."""

    log_profiles: Floats
    """States × genes."""
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
    weights = np.zeros((n_cells, len(states)))
    for code, kind in enumerate(populations):
        members = np.flatnonzero(population == code)
        columns = [states.index(state) for state in kind.states]
        draws = rng.dirichlet(list(kind.states.values()), size=len(members))
        weights[np.ix_(members, columns)] = draws
    sample_depth = np.exp(rng.normal(0, SAMPLE_DEPTH_SPREAD, len(SAMPLES)))
    relative = np.array([kind.depth for kind in populations])[population]
    spread = np.exp(rng.normal(0, DEPTH_SPREAD, n_cells))
    return Cells(
        sample, population, weights, MEDIAN_DEPTH * relative * sample_depth[sample] * spread
    )


def draw_means(
    profiles: Floats, cells: Cells, fixed: NDArray[np.bool_], rng: np.random.Generator
) -> Means:
    """Draw what differs between samples; genes that are `fixed` do not differ between tumours."""
    shape = (len(SAMPLES), profiles.shape[1])
    differs = (rng.random(shape) < TUMOUR_GENES) & ~fixed
    ambient = np.array(
        [
            (cells.depth[inside, None] * cells.weights[inside]).sum(axis=0) @ profiles
            for inside in (cells.sample == code for code in range(len(SAMPLES)))
        ]
    )
    return Means(
        log_profiles=np.log(profiles),
        sample_effect=rng.normal(0, SAMPLE_EFFECT, shape),
        tumour_effect=np.where(differs, rng.normal(0, TUMOUR_EFFECT, shape), 0.0),
        ambient=ambient / ambient.sum(axis=1, keepdims=True).clip(min=1e-300),
        ambient_share=rng.uniform(*AMBIENT, len(SAMPLES)),
    )


def mean_counts(
    cells: Cells, means: Means, malignant: NDArray[np.bool_], rows: slice
) -> Floats:
    """Expected counts of a block of cells, cells × genes."""
    sample = cells.sample[rows]
    log_mean = cells.weights[rows] @ means.log_profiles
    log_mean += means.sample_effect[sample]
    log_mean[malignant[rows]] += means.tumour_effect[sample[malignant[rows]]]
    own = np.exp(log_mean)
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
