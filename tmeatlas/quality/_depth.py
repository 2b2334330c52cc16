"""How deeply the cells of a sample and of its groups were read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tmeatlas._text import clean, counted
from tmeatlas.quality._measured import Judged, Measured
from tmeatlas.quality._medians import median_of
from tmeatlas.quality._remarks import (
    GROUP_DEPTHS,
    GROUP_DETECTION,
    SHALLOW,
    SINGLE_GENES,
    Remark,
)

LEAST_MOLECULES = 1000
"""The median cell of a sample that is not shallow: the depth at which `tl.phenotype` reads single
genes. A gene of one molecule in 10,000 is then seen in 10 % of the cells that have it."""
LEAST_GENES = 5000
"""Genes without which the sum of a cell is not its depth: the data were cut down. A convention
between the 3,000 variable genes that many keep and the 7,943 of the smallest whole set at hand."""
LEAST_CELLS = 20
"""Cells of a group whose median is compared with those of others."""
MOST_FOLD = 10.0
"""Medians of the groups of a sample, the deepest to the shallowest. Lineages differ in the RNA that
they hold: 8-fold in wu2021 (plasma cells, CD8 T cells), 5-fold in kim2020. More than that is a
convention."""


def judge_depth(
    molecules: NDArray[np.number],
    genes: NDArray[np.integer],
    groups: NDArray[np.integer],
    names: Sequence[str],
    *,
    n_genes: int,
    why_not: str = "",
) -> Judged:
    """Molecules and genes of the median cell of one sample, and of each of its groups.

    Per cell, molecules, genes that are shown, and its group, a place in `names`
    (-1: none). `n_genes` are those of the data; `why_not` is why molecules are not
    known, such as that there are no counts.
    """
    if not why_not and n_genes < LEAST_GENES:
        why_not = f"{counted(n_genes, 'gene')} in the data: the sum of a cell is not its depth"
    depth = ("depth", "Molecules of the median cell")
    measured = [median_of(*depth, molecules, unit="molecules", note=why_not)]
    for k, name in enumerate(names):
        of_group = molecules[groups == k]
        if of_group.size:
            measured.append(median_of(*depth, of_group, unit="molecules", group=name, note=why_not))
    measured.append(median_of("genes", "Genes of the median cell", genes, unit="genes"))
    return Judged(tuple(measured), () if why_not else _remarks(measured))


def _remarks(measured: Sequence[Measured]) -> tuple[Remark, ...]:
    found = []
    whole, *groups = (each for each in measured if each.measure == "depth")
    if whole.high < LEAST_MOLECULES:
        reason = f"{whole.value:,.0f} molecules in the median cell, below {LEAST_MOLECULES:,}"
        found.append(Remark(SHALLOW, reason, SINGLE_GENES))
    large = [each for each in groups if each.cells >= LEAST_CELLS and each.value > 0]
    if large:
        deepest = max(large, key=lambda each: each.value)
        shallowest = min(large, key=lambda each: each.value)
        if deepest.low > MOST_FOLD * shallowest.high:
            reason = (
                f"{deepest.value:,.0f} molecules in the median cell of {clean(deepest.group)}, "
                f"{shallowest.value:,.0f} in that of {clean(shallowest.group)}: more than "
                f"{MOST_FOLD:g}-fold"
            )
            found.append(Remark(GROUP_DEPTHS, reason, GROUP_DETECTION))
    return tuple(found)
