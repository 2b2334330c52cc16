"""Counts of cells of five lineages that make no markers of each other, and what is read of them."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from tmeatlas.quality import Candidates, Cells, marker_columns

MARKERS = {
    "t_cell": ("CD3D", "CD3E", "CD3G", "CD2", "TRAC", "CD8A", "ICOS"),
    "plasma": ("IGKC", "IGHG1", "IGHA1", "TNFRSF17", "FKBP11", "SEC11C", "SDC1"),
    "macrophage": ("C1QA", "C1QB", "C1QC", "CD163", "VSIG4", "MARCO", "MRC1", "FCGR1A"),
    "fibroblast": ("COL1A1", "COL1A2", "COL3A1", "DCN", "LUM", "COL6A3", "COL14A1"),
    "epithelial": ("KRT8", "KRT19", "ELF3", "MUC1", "PIGR"),
}
BLOOD = ("HBA1", "HBA2", "HBB", "HBM", "ALAS2")
GENES = (*(gene for genes in MARKERS.values() for gene in genes), *BLOOD)
HOUSEHOLD = tuple(f"HOUSE{k}" for k in range(150))
ALL_GENES = (*GENES, *HOUSEHOLD)
DEPTHS = {
    "t_cell": 1500, "plasma": 4000, "macrophage": 3000, "fibroblast": 2500, "epithelial": 5000
}  # fmt: skip
OF_MARKERS = 0.1
"""Share of a cell's molecules that are markers of its lineage."""


def made_counts(
    n: int, rng: np.random.Generator, *, ambient: float = 0.0, blood: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Counts of `n` cells of each lineage, and the lineage of each.

    `ambient` is the share of the molecules of each cell that come from all cells
    alike; `blood` the share of haemoglobin, which none of them makes.
    """
    lineages = np.repeat(list(MARKERS), n)
    mean = np.zeros((len(lineages), len(ALL_GENES)))
    household = rng.gamma(2.0, 1.0, size=(len(MARKERS), len(HOUSEHOLD)))
    for place, (lineage, genes) in enumerate(MARKERS.items()):
        profile = np.zeros(len(ALL_GENES))
        profile[[ALL_GENES.index(gene) for gene in genes]] = OF_MARKERS / len(genes)
        profile[len(GENES) :] = (1 - OF_MARKERS) * household[place] / household[place].sum()
        mean[lineages == lineage] = profile * DEPTHS[lineage]
    mean *= rng.gamma(6.0, 1 / 6, size=(len(mean), 1))
    pool = mean.sum(axis=0) / mean.sum()
    total = mean.sum(axis=1, keepdims=True)
    mean = (1 - ambient) * mean + ambient * total * pool
    mean[:, [ALL_GENES.index(gene) for gene in BLOOD[:3]]] += blood / 3 * total
    return rng.poisson(mean), lineages


def read_cells(
    counts: np.ndarray,
    lineages: np.ndarray,
    *,
    samples: np.ndarray | None = None,
    groups: np.ndarray | None = None,
) -> tuple[Cells, Candidates]:
    """What the engines take; groups are the lineages unless given, all cells one sample."""
    candidates = marker_columns(ALL_GENES)
    ids, lineage = np.unique(lineages, return_inverse=True)
    sample = np.zeros(len(counts), dtype=int) if samples is None else samples
    group = lineage if groups is None else groups

    def added(codes: np.ndarray) -> np.ndarray:
        return np.array([counts[codes == k].sum(axis=0) for k in range(codes.max() + 1)], float)

    known = np.array([*(each != "" for each in ids)])
    cells = Cells(
        sample=sample,
        group=group,
        lineage=np.where(known[lineage], lineage, -1),
        lineage_ids=tuple(str(each) for each in ids),
        totals=counts.sum(axis=1).astype(float),
        sample_sums=added(sample),
        group_sums=added(group),
        lineage_sums=added(lineage),
        markers=sp.csr_matrix(counts[:, candidates.columns]),
    )
    return cells, candidates


def column(gene: str) -> int:
    """Its place among the genes."""
    return ALL_GENES.index(gene)
