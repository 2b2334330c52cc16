"""What is true in the simulated tumour: its cells, its samples, its active axes."""

from __future__ import annotations

from dataclasses import dataclass

CONDITIONS = ("inflamed", "excluded")
SAMPLES = {
    "sample1": "inflamed",
    "sample2": "inflamed",
    "sample3": "inflamed",
    "sample4": "inflamed",
    "sample5": "excluded",
    "sample6": "excluded",
    "sample7": "excluded",
    "sample8": "excluded",
}
"""Samples, each of one patient, and their condition."""

SOURCES = {
    "wu2021": (
        "Wu SZ et al. A single-cell and spatially resolved atlas of human breast cancers. "
        "Nat Genet 2021;53:1334-1347. GSE176078, sample CID4465: malignant, stromal, myeloid "
        "and plasma cells, and differences between T cells."
    ),
    "kim2020": (
        "Kim N et al. Single-cell RNA sequencing demonstrates the molecular and cellular "
        "reprogramming of metastatic lung adenocarcinoma. Nat Commun 2020;11:2285. GSE131907, "
        "sample LUNG_T34: T and B cells, and differences between macrophages."
    ),
    "puram2017": (
        "Puram SV et al. Single-cell transcriptomic analysis of primary and metastatic tumor "
        "ecosystems in head and neck cancer. Cell 2017;171:1611-1624. GSE103322: differences "
        "between T cells, and of dendritic cells from macrophages."
    ),
}
"""The studies whose group means the profiles were computed from."""


@dataclass(frozen=True)
class Population:
    """Cells that share a label, a programme and a place in the composition.

    Each cell is a geometric mixture of the population's states, with weights
    drawn from a Dirichlet distribution: large numbers give alike cells, small
    ones a continuum between the states.
    """

    cell_type: str
    states: dict[str, float]
    """Profile (column of the profile table) → Dirichlet parameter."""
    shares: tuple[float, float]
    """Expected share of all cells in each of `CONDITIONS`."""
    depth: float
    """Counts per cell relative to the other populations."""
    truths: tuple[str, ...] = ()


POPULATIONS = {
    "malignant": Population(
        "Malignant", {"malignant": 8, "malignant_cycling": 0.8, "malignant_hypoxic": 0.8},
        (0.175, 0.13), 1.8,
    ),
    "malignant_cycling": Population(
        "Malignant", {"malignant_cycling": 5, "malignant": 2.5}, (0.055, 0.055), 2.1
    ),
    "malignant_hypoxic": Population(
        "Malignant", {"malignant_hypoxic": 5, "malignant": 2}, (0.025, 0.1), 1.5, ("hypoxic",)
    ),
    "mycaf": Population("CAF myCAF", {"mycaf": 4, "icaf": 0.8}, (0.05, 0.125), 1.2, ("caf",)),
    "icaf": Population("CAF iCAF", {"icaf": 4, "mycaf": 0.8}, (0.05, 0.06), 1.0, ("caf",)),
    "pericyte": Population(
        "Pericyte", {"pericyte": 1.5, "pericyte_immature": 1.0}, (0.035, 0.045), 0.8
    ),
    "endothelial": Population(
        "Endothelial",
        {"endothelial_venous": 1.0, "endothelial_arterial": 0.4, "endothelial_tip": 0.4},
        (0.06, 0.055),
        1.0,
    ),
    "tam_c1q": Population(
        "TAM C1Q", {"tam_c1q": 4, "tam_spp1": 0.7, "monocyte": 0.4}, (0.075, 0.05), 1.3, ("tam",)
    ),
    "tam_spp1": Population(
        "TAM SPP1", {"tam_spp1": 4, "tam_c1q": 0.7, "monocyte": 0.4}, (0.03, 0.085), 1.4, ("tam",)
    ),
    "monocyte": Population(
        "Monocyte", {"monocyte": 3, "tam_spp1": 0.8, "tam_c1q": 0.6}, (0.035, 0.035), 0.9
    ),
    "dc": Population("DC", {"dc": 3, "tam_c1q": 0.9, "monocyte": 0.6}, (0.03, 0.02), 1.1),
    "cd8_effector": Population(
        "T CD8 effector", {"cd8_effector": 4, "cd8_exhausted": 0.6, "cd4": 0.4}, (0.095, 0.03), 0.7
    ),
    "cd8_exhausted": Population(
        "T CD8 exhausted", {"cd8_exhausted": 4, "cd8_effector": 0.8}, (0.06, 0.04), 0.8,
        ("exhausted",),
    ),
    "cd4": Population("T CD4", {"cd4": 5, "treg": 0.4, "cd8_effector": 0.4}, (0.095, 0.05), 0.65),
    "treg": Population("Treg", {"treg": 5, "cd4": 0.8}, (0.03, 0.07), 0.75, ("treg",)),
    "nk": Population("NK", {"nk": 5, "cd8_effector": 0.6}, (0.025, 0.015), 0.65),
    "b": Population("B", {"b": 1}, (0.05, 0.02), 0.7),
    "plasma": Population("Plasma", {"plasma": 1}, (0.025, 0.015), 1.5),
}  # fmt: skip

TRUTHS = ("caf", "tam", "treg", "exhausted", "hypoxic")


@dataclass(frozen=True)
class PlantedAxis:
    """One interaction that runs one way: from `sources` to `targets` and nowhere else."""

    axis: str
    ligands: dict[str, float]
    """Ligand subunit → mean in the sources, in counts per 10,000."""
    receptors: dict[str, float]
    sources: tuple[str, ...]
    targets: tuple[str, ...]


AXES = (
    PlantedAxis("tgfb", {"TGFB1": 4}, {"TGFBR1": 3, "TGFBR2": 4}, ("TAM SPP1",), ("CAF myCAF",)),
    PlantedAxis("cxcl12", {"CXCL12": 12}, {"CXCR4": 10}, ("CAF iCAF",), ("T CD4", "Treg")),
    PlantedAxis(
        "pd1_pdl1", {"CD274": 2.5}, {"PDCD1": 4}, ("Malignant", "TAM SPP1"), ("T CD8 exhausted",)
    ),
    PlantedAxis("csf1", {"CSF1": 2.5}, {"CSF1R": 5}, ("Malignant",), ("TAM C1Q", "TAM SPP1")),
    PlantedAxis("vegf", {"VEGFA": 4}, {"KDR": 4}, ("Malignant",), ("Endothelial",)),
)
BYSTANDER = 0.08
"""Cells outside an axis have its genes at most at this fraction of the planted mean."""
