"""Malignant cells by their copy numbers: what two halves of the genes agree on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas.lineages._tree import UNASSIGNED, is_within, tree

Floats = NDArray[np.float64]

ORIGINS = ("epithelial", "melanocyte", "glia", "neuron")
"""Lineages from which tumours arise that copy numbers are looked for in."""
NEIGHBOURS = 10
"""Cells over which a profile is averaged, its own included."""
COMPONENTS = 20
QUANTILE = 0.95
MARGIN = 1.5
"""How far above the highest reference lineage a candidate must be."""
SEPARATION = 5.0
"""Distance of two groups of candidates, in their spread, where there is one branch of the tree to
compare with; two groups of normal cells come to 4.2 (`docs/lineages_malignant.md`)."""
ONE_BRANCH = "there is one kind of normal cells only to compare with"
FEWEST = 10
"""Cells in the smaller of these groups."""
UNKNOWN = {"", UNASSIGNED}


@dataclass(frozen=True)
class Threshold:
    """Above which signal a cell is malignant; infinite where none can be told."""

    value: float
    note: str = ""
    """Why there is none, or what it rests on where not on the reference lineages."""


def may_be_malignant(lineage: str) -> bool:
    """Whether a lineage is one from which tumours arise, or not known."""
    return lineage in UNKNOWN or any(
        is_within(lineage, origin) for origin in (*ORIGINS, "malignant")
    )


def agreed_signal(first: Floats, second: Floats) -> Floats:
    r"""How strong the copy-number profile of each cell is, cells × windows from two gene halves.

    The mean over the windows of the product of both profiles, each averaged
    over the most alike cells; as its root with the sign kept. A lost or gained
    region is in both halves. Noise, and genes that a lineage expresses more, are
    in one half and cancel out.
    """
    alike = _alike((first + second) / 2)
    products = (first[alike].mean(axis=1) * second[alike].mean(axis=1)).mean(axis=1)
    return np.asarray(np.sign(products) * np.sqrt(np.abs(products)))


def _alike(profiles: Floats) -> NDArray[np.intp]:
    """For each cell the cells with the nearest profiles, by principal components."""
    from scipy.spatial import cKDTree

    centred = profiles - profiles.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    components = centred @ axes[:, -COMPONENTS:]
    k = min(NEIGHBOURS, len(profiles))
    return np.asarray(cKDTree(components).query(components, k=k)[1]).reshape(len(profiles), k)


def threshold_of(
    reference: Mapping[str, Floats], candidates: Floats, lineages: NDArray[np.object_]
) -> Threshold:
    """The signal that no normal lineage reaches.

    Each reference lineage was held against the others, so its signal is what a
    lineage without lost or gained regions has. Where all are of one branch of
    the tree, such as T and B cells, it says too little: two groups of candidates
    well apart, within one lineage, are needed then, and the largest such lineage
    counts.
    """
    if len({_branch(name) for name in reference}) > 1:
        highest = max(float(np.quantile(signal, QUANTILE)) for signal in reference.values())
        return Threshold(max(highest, 0.0) * MARGIN**0.5)
    apart = {
        lineage: gap
        for lineage in sorted(set(lineages) - UNKNOWN)
        if (gap := _gap(candidates[lineages == lineage])) is not None
    }
    if not apart:
        return Threshold(
            np.inf,
            f"{ONE_BRANCH}, and no lineage has two groups of cells that are well apart",
        )
    largest = max(apart, key=lambda lineage: int((lineages == lineage).sum()))
    return Threshold(
        apart[largest],
        f"{ONE_BRANCH}, so malignant are the cells with the stronger copy-number signal of two "
        "groups well apart; there must be normal cells among them",
    )


def _branch(lineage: str) -> str:
    """The part of the tree that a lineage is of: lymphoid, myeloid, stromal, or itself."""
    entry = tree()[lineage]
    above = tree()[entry.parent] if entry.parent else entry
    return above.id if entry.level > 0 and above.parent else lineage


def _gap(signal: Floats) -> float | None:
    """The signal between two groups of cells; None where they are not well apart."""
    values = np.sort(signal[signal > 0])
    if values.size < 2 * FEWEST:
        return None
    logs = np.log(values)
    cuts = np.arange(FEWEST, logs.size - FEWEST + 1)
    between = [
        cut * (logs.size - cut) * (logs[:cut].mean() - logs[cut:].mean()) ** 2 for cut in cuts
    ]
    cut = int(cuts[int(np.argmax(between))])
    low, high = logs[:cut], logs[cut:]
    spread = np.sqrt((low.var(ddof=1) + high.var(ddof=1)) / 2)
    if high.mean() - low.mean() < SEPARATION * spread:
        return None
    return float(np.exp((low[-1] + high[0]) / 2))
