"""Values of samples in which nothing differs, drawn directly: one table per kind of value.

Each function gives samples × features of one cohort; patients of the condition with more spread
differ `spread` times as much among themselves.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tmeatlas.cohort import centred_log_ratios

N_FEATURES = 20
SHARES = np.array([0.30, 0.20, 0.15, 0.12, 0.10, 0.06, 0.04, 0.02, 0.01])
"""Of the types of cells of a sample."""
CONCENTRATION = 60.0
"""Of the Dirichlet distribution, where shares are drawn from it."""
LOG_SD, GENE_SD = 0.5, 0.4
"""Between patients, of the logarithms of shares and of the levels of genes."""
FEWEST_CELLS = 10

Kind = Callable[[np.random.Generator, np.ndarray, int], np.ndarray]
"""From spread of each sample and number of features: samples × features."""


def patients(rng: np.random.Generator, spread: np.ndarray, n_features: int) -> np.ndarray:
    """Levels of programmes: half of the variance is common to all of them."""
    n = len(spread)
    common = rng.normal(size=(n, 1))
    own = rng.normal(size=(n, n_features))
    return spread[:, None] * (common + own) / np.sqrt(2)


def cells_of(rng: np.random.Generator, n: int, mean: float = 100.0) -> np.ndarray:
    """Cells of a group in each sample: few in some, none in a few."""
    return rng.negative_binomial(2, 2 / (2 + mean), size=n)


def scores(rng: np.random.Generator, spread: np.ndarray, n_features: int = N_FEATURES):
    """Means over cells, intraclass correlation 0.1; missing below ten cells."""
    cells = cells_of(rng, len(spread))[:, None]
    noise = rng.normal(size=(len(spread), n_features)) / np.sqrt(np.maximum(cells, 1))
    values = np.sqrt(0.1) * patients(rng, spread, n_features) + np.sqrt(0.9) * noise
    return np.where(cells >= FEWEST_CELLS, values, np.nan)


def consensus(rng: np.random.Generator, spread: np.ndarray, n_features: int = N_FEATURES):
    """Scores that are positive and skewed."""
    return np.exp(scores(rng, spread, n_features))


def depth(rng: np.random.Generator, n: int, least: int, most: int) -> np.ndarray:
    return np.exp(rng.uniform(np.log(least), np.log(most), size=n)).astype(int)


def logistic_normal(rng, spread, shares, least, most) -> np.ndarray:
    """Counts of types whose log-ratios vary: their means stay, whatever the spread.

    Under a Dirichlet distribution they would not: the rarer of two types with the same mean share
    has the lower mean logarithm where patients differ more.
    """
    logs = np.log(shares) + LOG_SD * spread[:, None] * rng.normal(size=(len(spread), len(shares)))
    drawn = np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True)
    cells = depth(rng, len(spread), least, most)
    return np.array([rng.multinomial(n, p) for n, p in zip(cells, drawn, strict=True)])


def composition(rng: np.random.Generator, spread: np.ndarray, n_features: int = 9):
    """Centred log-ratios of nine types, 50 to 3,000 cells a sample."""
    return centred_log_ratios(logistic_normal(rng, spread, SHARES, 50, 3000))


def states(rng: np.random.Generator, spread: np.ndarray, n_features: int = 4):
    """Centred log-ratios of four states within a lineage of 10 to 300 cells."""
    shares = np.array([0.4, 0.3, 0.2, 0.1])
    return centred_log_ratios(logistic_normal(rng, spread, shares, 10, 300))


def phenotype(rng: np.random.Generator, spread: np.ndarray, n_features: int = 8):
    """Four shares, whose means stay under a Dirichlet distribution, and four programmes."""
    shares = [rng.dirichlet(SHARES * ((CONCENTRATION + 1) / s**2 - 1)) for s in spread]
    cells = depth(rng, len(spread), 50, 3000)
    counts = np.array([rng.multinomial(n, p) for n, p in zip(cells, shares, strict=True)])
    return np.hstack([(counts / cells[:, None])[:, [0, 1, 2, 4]], scores(rng, spread, 4)])


def pseudobulk(
    rng: np.random.Generator, spread: np.ndarray, n_features: int, molecules: float = 3000.0
) -> tuple[np.ndarray, np.ndarray]:
    """Counts of genes in 10 to 60 cells of a group, and all molecules of these cells.

    Each patient has a log-normal factor for each gene, and a depth of its own.
    """
    n = len(spread)
    total = rng.integers(10, 60, size=n) * molecules * np.exp(rng.normal(0, 0.3, size=n))
    level = np.exp(rng.normal(np.log(2e-4), 1.2, size=n_features))
    factor = np.exp(GENE_SD * spread[:, None] * rng.normal(size=(n, n_features)))
    return rng.poisson(level * factor * total[:, None]).astype(float), total


def levels(
    rng: np.random.Generator, spread: np.ndarray, n_features: int, pseudo: float, per: float
):
    counts, total = pseudobulk(rng, spread, 3 * n_features)
    kept = np.flatnonzero(counts.sum(axis=0) >= 10)[:n_features]
    return np.log2((counts[:, kept] + pseudo) / total[:, None] * per)


def crosstalk(rng: np.random.Generator, spread: np.ndarray, n_features: int = N_FEATURES):
    """Sides: log2 level of a ligand or receptor per 10,000 molecules, half a molecule added."""
    return levels(rng, spread, n_features, 0.5, 1e4)


def genes(rng: np.random.Generator, spread: np.ndarray, n_features: int = N_FEATURES):
    """Log2 counts per million."""
    return levels(rng, spread, n_features, 0.5, 1e6)


KINDS: dict[str, Kind] = {
    "scores": scores,
    "consensus": consensus,
    "states": states,
    "composition": composition,
    "phenotype": phenotype,
    "crosstalk and axes": crosstalk,
    "genes (log CPM)": genes,
}
