"""What is true of each patient and sample of a cohort, before any cell is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from tmeatlas.datasets._cohort_design import CELL_TYPES, CohortDesign
from tmeatlas.datasets._cohort_effects import CohortEffects
from tmeatlas.datasets._design import POPULATIONS
from tmeatlas.datasets._sampling import (
    ACTIVITY,
    ACTIVITY_SPREAD,
    DISPERSION,
    TUMOUR_EFFECT,
    TUMOUR_GENES,
    Floats,
)

OF_PATIENT = 0.75
"""Share of the differences between samples that is the patient's; the rest is the sample's own."""
OF_ALL_TYPES = 0.5
"""Share of the differences in activity that all cell types of a patient have in common."""
CONCENTRATION = 60.0
"""Dirichlet concentration of the composition of samples of different patients."""
BATCH_EFFECT = 0.2
"""Standard deviation of the log effect of a batch on a gene, in all its cells."""

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
