"""Which genes the ambient RNA is of, and what it explains in each group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tmeatlas.quality._cells import Cells, Codes, Floats
from tmeatlas.quality._exclusive import SOURCES

MOSTLY_AMBIENT = 0.5
"""A gene is ambient in a group where ambient RNA explains half of its molecules or more: the group
has then made fewer of them than it was given."""
MOST_LISTED = 50
"""Genes that are listed of a sample."""


class AmbientGene(NamedTuple):
    """A gene of the ambient RNA of a sample."""

    sample: int
    gene: int
    """Column of the data."""
    pool: float
    """Its share of the ambient molecules."""
    lineage: str
    """The lineage that it marks, if it does."""


def profiles_of(
    cells: Cells, totals: Floats, of_lineage: Codes, share: Floats, by_source: Floats
) -> Floats:
    """Samples × genes: ambient molecules over all molecules of the sample.

    Each gene of the pool has the shares of the sources that made it, each as much as
    it has molecules in the sample (`totals`, samples × sources), and as it makes of
    that gene in all samples; the share of the sample where that of a source is not
    known.
    """
    made = np.zeros((len(SOURCES) + 1, cells.sample_sums.shape[1]))
    np.add.at(made, of_lineage, cells.lineage_sums)
    made[-1] = np.maximum(cells.sample_sums.sum(axis=0) - made[:-1].sum(axis=0), 0.0)
    of_all = made.sum(axis=1, keepdims=True)
    rates = np.divide(made, of_all, out=np.zeros_like(made), where=of_all > 0)
    whole = cells.sample_sums.sum(axis=1)
    weights = np.column_stack([totals, np.maximum(whole - totals.sum(axis=1), 0.0)])
    shares = np.column_stack([by_source, share])
    shares = np.where(np.isfinite(shares), shares, share[:, None])
    mixed = weights @ rates
    ambient = (weights * np.nan_to_num(shares)) @ rates
    ratio = np.where(mixed > 0, ambient / np.where(mixed > 0, mixed, 1.0), share[:, None])
    return np.asarray(cells.pools * ratio)


def explained_by(cells: Cells, pools: Floats, factors: Floats) -> NDArray[np.float32]:
    """Genes × groups: the share of the molecules that the ambient RNA of the samples explains.

    Of groups with cells in samples that are not judged, those in the others speak for
    all, if they have half of the molecules.
    """
    totals = cells.added_up(cells.sample, cells.n_samples, cells.group, cells.n_groups)
    judged = np.isfinite(pools).all(axis=1)
    read = totals[judged]
    of_all = totals.sum(axis=0)
    enough = (read.sum(axis=0) >= of_all / 2) & (of_all > 0)
    scale = np.divide(of_all, read.sum(axis=0), out=np.zeros(len(of_all)), where=enough)
    ambient = (read * np.nan_to_num(factors[judged])).T @ pools[judged]
    explained = np.full(cells.group_sums.shape, np.nan)
    np.divide(
        ambient * scale[:, None],
        cells.group_sums,
        out=explained,
        where=(cells.group_sums > 0) & enough[:, None],
    )
    return np.minimum(explained, 1.0).T.astype(np.float32)


def listed_genes(
    pools: Floats, interest: NDArray[np.bool_], marked: Mapping[int, str]
) -> tuple[AmbientGene, ...]:
    """The genes of each sample that most ambient molecules are of: markers, and those of interest.

    `marked` has the columns of markers, and the lineage of each.
    """
    some = np.array(sorted({*np.flatnonzero(interest).tolist(), *marked}), dtype=np.intp)
    found = []
    for sample in np.flatnonzero(np.isfinite(pools).all(axis=1)):
        total = pools[sample].sum()
        values = pools[sample, some]
        for place in np.argsort(-values, kind="stable")[:MOST_LISTED]:
            if values[place] > 0:
                gene = int(some[place])
                share = float(values[place] / total)
                found.append(AmbientGene(int(sample), gene, share, marked.get(gene, "")))
    return tuple(found)
