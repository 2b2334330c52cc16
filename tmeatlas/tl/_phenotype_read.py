"""Measures and calls of samples, of cells or of whole profiles, with what is recorded of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.methods import DEFAULT_METHOD, resolve
from tmeatlas.phenotypes import (
    Thresholds,
    call_cells,
    call_profile,
    incomplete,
    measure_cells,
    measure_profiles,
    measures_of_cells,
    measures_of_profiles,
    too_shallow,
)
from tmeatlas.tl._phenotype_inputs import N_NULL, SEED, read_cells, read_profiles
from tmeatlas.tl._phenotype_tables import call_table, measure_table

MARGIN_CELLS = "halves of the interval between a value and its threshold; above 1 the call stands"
MARGIN_PROFILES = "difference in mean rank between a value and its threshold"


def of_cells(
    adata: AnnData,
    matrix: ExpressionMatrix | None,
    groupby: str | None,
    sample_key: str,
    limits: Thresholds,
    *,
    may_be_raw: bool,
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any], str]:
    """Measures and calls of samples of cells, facts, and the column with the labels."""
    scorer = resolve(DEFAULT_METHOD)
    read = read_cells(
        *(adata, matrix, groupby, sample_key),
        scorer=scorer,
        depth=int(limits.depth),
        may_be_raw=may_be_raw,
    )
    cells = read.cells
    found = measure_cells(cells)
    partial = incomplete(cells)
    calls = [
        call_cells(
            k,
            found,
            partial=partial[k],
            n_cells=int(cells.total[k]),
            n_unlabelled=int(cells.unknown[k]),
            limits=limits,
        )
        for k in range(cells.n_samples)
    ]
    facts = {
        **{"rows": "cells", "method": scorer.name, "unit_of_scores": scorer.unit},
        **{"high": f"p <= 0.05 against {N_NULL} random signatures, seed {SEED}"},
        **{"margin": MARGIN_CELLS, "cells_without_sample": read.n_without_sample},
        "cells_without_lineage": int(cells.unknown.sum()),
        "labels": [f"{label}: {lineage}" for label, lineage in read.lineages.meanings.items()],
    }
    measures = tuple(measure.at(cells.depth) for measure in measures_of_cells())
    table = measure_table(cells.samples, measures, found)
    return table, call_table(cells.samples, calls, cells.total), facts, read.lineages.key


def of_profiles(
    adata: AnnData, matrix: ExpressionMatrix, limits: Thresholds
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Measures and calls of samples that are one profile each, and facts."""
    profiles = read_profiles(matrix)
    found = measure_profiles(profiles)
    unread = too_shallow(profiles)
    samples = tuple(str(name) for name in adata.obs_names)
    calls = [call_profile(k, found, unread=unread[k], limits=limits) for k in range(len(samples))]
    facts = {
        **{"rows": "samples", "method": "mean rank among reference genes"},
        **{"margin": MARGIN_PROFILES, "reference_genes": len(profiles.reference)},
    }
    none = np.zeros(len(samples), dtype=np.int64)
    table = measure_table(samples, measures_of_profiles(), found)
    return table, call_table(samples, calls, none), facts
