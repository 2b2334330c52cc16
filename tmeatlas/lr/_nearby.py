"""Crosstalk in a tissue: how often groups touch, and ligands beside a target and elsewhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas.lr._kernel_inputs import sum_groups
from tmeatlas.lr._rows import Rows
from tmeatlas.lr._run import Analysis

Bools = NDArray[np.bool_]


def nearby_columns(
    analysis: Analysis, rows: Rows, near: Bools, links: NDArray[np.integer]
) -> dict[str, NDArray]:
    """Per row, how often the groups touch, and the ligand in cells beside a target and elsewhere.

    `near` says of each cell of the analysis which of its groups it lies beside, and
    `links` counts the pairs of neighbours (sources × targets). A mean of no cells is NaN.
    """
    n_groups = len(analysis.cells.labels)
    ligand = analysis.matched.ligand[rows.interaction]
    n_near = np.zeros((n_groups, n_groups), dtype=np.int32)
    beside, elsewhere = np.full((2, len(rows)), np.nan, dtype=np.float32)
    for target in range(n_groups):
        sizes, means = _split(analysis, near[:, target])
        n_near[:, target] = sizes[:n_groups]
        here = rows.target == target
        place = ligand[here], rows.source[here]
        beside[here], elsewhere[here] = means[:, :n_groups][place], means[:, n_groups:][place]
    return {
        "contacts": links[rows.source, rows.target].astype(np.int32),
        "source_cells_near": n_near[rows.source, rows.target],
        "target_cells_near": n_near[rows.target, rows.source],
        "ligand_mean_near": beside,
        "ligand_mean_away": elsewhere,
    }


def _split(analysis: Analysis, near: Bools) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Sizes of groups, and means of partners in them: first of the cells `near`, then of the rest.

    Of a complex, those of its weakest subunit.
    """
    cells, partners = analysis.cells, analysis.matched.partners
    n_groups = len(cells.labels)
    # Cells that lie elsewhere are groups of their own.
    codes = cells.codes + np.where(near, 0, n_groups).astype(np.int32)
    sums = np.zeros((partners.n_genes, 2 * n_groups))
    sum_groups(cells.expression, codes, sums, np.zeros(sums.shape, dtype=np.int64))
    sizes = np.bincount(codes, minlength=2 * n_groups)
    return sizes, partners.weakest(sums) / np.where(sizes > 0, sizes, np.nan)
