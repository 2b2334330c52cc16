"""Counts of genes, added up in each group and sample."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._text import counted
from tmeatlas.cohort import LeftOut, SampleTable
from tmeatlas.matrix import Bulks, add_up, open_counts
from tmeatlas.tl._compare_inputs import GroupsInSamples, Wanted, groups_in_samples

FEWEST_COUNTS = 10
"""Of a gene in a group, over all samples: below it no test could tell anything."""
FEWEST_SAMPLES = 2
"""In which a gene has to be seen."""
PER_MILLION = 1e6
HALF_A_COUNT = 0.5
"""Added before the logarithm."""


def read_genes(adata: AnnData, wanted: Wanted) -> SampleTable:
    """Log2 counts per million, and the counts behind, of the genes that are seen often enough."""
    matrix = open_counts(
        adata, layer=wanted.layer, use_raw=wanted.use_raw, needed_by="comparing genes"
    )
    where = groups_in_samples(adata, wanted)
    n_samples, n_groups = where.sizes.shape
    sums = add_up(matrix, _bulks(where, wanted)).reshape(n_samples, n_groups, -1)
    enough = where.sizes >= wanted.min_cells
    genes = matrix.genes.to_numpy(str)
    features, values, counts, cells, left_out = [], [], [], [], []
    for number, label in enumerate(where.labels):
        of_group = np.where(enough[:, number, None], sums[:, number], 0.0)
        kept = np.flatnonzero(_seen(of_group))
        if len(kept) < len(genes):
            left_out.append(_not_seen(label, len(genes) - len(kept)))
        features.append(pd.DataFrame({"feature": genes[kept], "group": label, "unit": "log2 CPM"}))
        logs = log_cpm(of_group)[:, kept]
        values.append(np.where(enough[:, number, None], logs, np.nan))
        counts.append(of_group[:, kept])
        cells.append(np.repeat(where.sizes[:, number, None], len(kept), axis=1))
    return SampleTable(
        features=pd.concat(features, ignore_index=True),
        values=np.hstack(values),
        cells=np.hstack(cells),
        samples=wanted.samples,
        counts=np.hstack(counts),
        left_out=tuple(left_out),
        depths=where.depths(sums.sum(axis=2)),
    )


def log_cpm(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log2 counts per million, half a count added to each gene."""
    totals = counts.sum(axis=1, keepdims=True) + 2 * HALF_A_COUNT
    return np.asarray(np.log2((counts + HALF_A_COUNT) / totals * PER_MILLION))


def _bulks(where: GroupsInSamples, wanted: Wanted) -> Bulks:
    n_samples, n_groups = where.sizes.shape
    return Bulks(
        groups=where.labels * n_samples,
        samples=tuple(np.repeat(wanted.samples, n_groups).tolist()),
        codes=where.codes,
        n_cells=where.sizes.ravel(),
        too_small={},
    )


def _seen(counts: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Genes of which there is something to compare."""
    often = counts.sum(axis=0) >= FEWEST_COUNTS
    return np.asarray(often & ((counts > 0).sum(axis=0) >= FEWEST_SAMPLES))


def _not_seen(group: str, number: int) -> LeftOut:
    return LeftOut(
        counted(number, "gene"),
        group,
        f"fewer than {FEWEST_COUNTS} counts, or seen in fewer than {FEWEST_SAMPLES} samples",
    )
