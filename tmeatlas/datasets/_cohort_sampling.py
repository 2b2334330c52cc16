"""Drawing the patients of a cohort, their cells and the counts of these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.stats import norm

from tmeatlas.datasets._cohort_design import CELL_TYPES, TYPE_OF, CohortDesign
from tmeatlas.datasets._cohort_effects import CohortEffects
from tmeatlas.datasets._design import POPULATIONS
from tmeatlas.datasets._sampling import (
    ACTIVITY,
    ACTIVITY_SPREAD,
    AMBIENT,
    DISPERSION,
    DISPERSION_SPREAD,
    PSEUDOCOUNT,
    SMALLEST,
    TUMOUR_EFFECT,
    TUMOUR_GENES,
    Cells,
    Floats,
    draw_depth,
    draw_weights,
)

OF_PATIENT = 0.75
"""Share of the differences between samples that is the patient's; the rest is the sample's own."""
OF_ALL_TYPES = 0.5
"""Share of the differences in activity that all cell types of a patient have in common."""
CONCENTRATION = 60.0
"""Dirichlet concentration of the composition of samples of different patients."""
DEPTH_SPREAD = 0.25
"""Standard deviation of the log depth of the samples."""
BATCH_EFFECT = 0.2
"""Standard deviation of the log effect of a batch on a gene, in all its cells."""
BLOCK = 32
"""Cells per block, small enough for the processor's cache."""
LARGE = 16.0
"""Counts with a larger mean are drawn as a gamma mixture of Poissons, others by inversion."""

Singles = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class CohortLevels:
    """What is true of each sample, before any cell is drawn."""

    shares: Floats
    """Samples × populations."""
    activity: Floats
    """Samples × cell types × programmes: mean over cells, before negative ones become 0."""
    log_effect: Singles
    """Samples × cell types × genes."""
    cell_spread: float
    """Standard deviation of the activity among the cells of a type and sample."""

    def mean_activity(self) -> Floats:
        """The mean of the activity over cells, none of which is below 0."""
        if self.cell_spread == 0:
            return np.maximum(self.activity, 0)
        at = self.activity / self.cell_spread
        found: Floats = self.activity * norm.cdf(at) + self.cell_spread * norm.pdf(at)
        return found


def draw_levels(
    design: CohortDesign,
    effects: CohortEffects,
    patient_effect: float,
    genes: pd.Index,
    fixed: NDArray[np.bool_],
    rng: np.random.Generator,
) -> CohortLevels:
    """Draw what is true of each sample: of its patient, of its own, and by its condition."""
    second = design.condition == 1
    between = ACTIVITY_SPREAD * np.sqrt(patient_effect)
    return CohortLevels(
        shares=draw_shares(design, effects, rng),
        activity=np.mean(list(ACTIVITY.values()), axis=1)
        + between * design.spread[:, None, None] * draw_activities(design, rng)
        + np.where(second[:, None, None], effects.activity, 0.0),
        log_effect=draw_gene_effects(design, effects, patient_effect, genes, fixed, rng),
        cell_spread=float(ACTIVITY_SPREAD * np.sqrt(1 - patient_effect)),
    )


def draw_shares(design: CohortDesign, effects: CohortEffects, rng: np.random.Generator) -> Floats:
    """Samples × populations: a patient's deviations, times a sample's, times those planted."""
    expected = np.array([kind.shares for kind in POPULATIONS.values()]).mean(axis=1)
    expected /= expected.sum()

    def log_deviations(n: int, part: float) -> Floats:
        drawn = rng.dirichlet(CONCENTRATION / part * expected, size=n)
        return np.log(np.maximum(drawn, 1e-6) / expected)

    deviations = log_deviations(len(design.patients), OF_PATIENT)[design.patient]
    deviations = deviations + log_deviations(len(design.condition), 1 - OF_PATIENT)
    log_shares = np.log(expected) + design.spread[:, None] * deviations
    log_shares += np.where(design.condition[:, None] == 1, effects.log_shares, 0.0)
    shares = np.where(design.lacks, 0.0, np.exp(log_shares))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def draw_activities(design: CohortDesign, rng: np.random.Generator) -> Floats:
    """Samples × cell types × programmes, with unit variance between samples of different patients.

    One half of it is common to all cell types of a sample.
    """

    def of(n: int) -> Floats:
        common = rng.normal(size=(n, 1, len(ACTIVITY)))
        own = rng.normal(size=(n, len(CELL_TYPES), len(ACTIVITY)))
        return np.sqrt(OF_ALL_TYPES) * common + np.sqrt(1 - OF_ALL_TYPES) * own

    patient = of(len(design.patients))[design.patient]
    return np.sqrt(OF_PATIENT) * patient + np.sqrt(1 - OF_PATIENT) * of(len(design.condition))


def draw_gene_effects(
    design: CohortDesign,
    effects: CohortEffects,
    patient_effect: float,
    genes: pd.Index,
    fixed: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Singles:
    """Samples × cell types × genes, on the log scale.

    The variance of a gene among alike cells is its dispersion, so that the intraclass
    correlation gives the variance between patients. Genes that are `fixed` do not
    differ between tumours beyond that.
    """
    shape = (len(CELL_TYPES), len(genes))
    between = np.sqrt(DISPERSION * patient_effect / (1 - patient_effect))

    def normal(n: int, spread: float) -> Singles:
        return np.float32(spread) * rng.standard_normal((n, *shape), dtype=np.float32)

    n_patients = len(design.patients)
    of_patient = normal(n_patients, between * np.sqrt(OF_PATIENT))
    differs = (rng.random((n_patients, len(genes))) < TUMOUR_GENES) & ~fixed
    tumour = np.where(differs, rng.normal(0, TUMOUR_EFFECT, differs.shape), 0.0)
    of_patient[:, CELL_TYPES.index("Malignant")] += tumour.astype(np.float32)
    found = normal(len(design.condition), between * np.sqrt(1 - OF_PATIENT))
    found += of_patient[design.patient]
    found *= design.spread[:, None, None].astype(np.float32)
    if len(design.batches) > 1:
        of_batch = rng.normal(0, BATCH_EFFECT, (len(design.batches), len(genes)))
        found += of_batch[design.batch, None, :].astype(np.float32)
    second = design.condition == 1
    for (cell_type, gene), log_factor in effects.log_means.items():
        found[second, CELL_TYPES.index(cell_type), genes.get_loc(gene)] += log_factor
    return found


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
) -> sp.csr_matrix:
    """Negative-binomial counts of every cell, with ambient RNA, in blocks of cells."""
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
