"""What real data do to a tumour, done to labelled cells on purpose.

Pure functions: each takes cells and gives new ones. Those that add or take molecules need counts
in ``X``, and say so where there are none. Whatever is drawn is drawn with `rng`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

DOUBLET = "made_doublet"
SWAPPED = "swapped"
"""The `obs` columns that say which cells were changed."""


class NotCountsError(ValueError):
    """Molecules can only be added and taken where values are counts of them."""


def molecules(adata: ad.AnnData) -> sp.csr_matrix:
    """The counts in ``X``."""
    values = sp.csr_matrix(adata.X)
    if values.data.size and (values.data.min() < 0 or (values.data != np.rint(values.data)).any()):
        raise NotCountsError("Expected counts of molecules in X, found values that are none.")
    return values.astype(np.float32)


def add_ambient(
    adata: ad.AnnData,
    share: float,
    sample_key: str | None = None,
    rng: int | np.random.Generator = 0,
    *,
    even: bool = False,
) -> ad.AnnData:
    """Molecules of the sample's pool in every cell, until they are this share of all.

    The pool is the sum of the cells of the sample (`sample_key=None`: of all cells). A cell gets
    them by its own number of molecules, so `share` is that of every cell; or, with `even`, all
    cells of a sample get equally many, as droplets do, and cells with few molecules suffer most.
    """
    counts, draw = molecules(adata), np.random.default_rng(rng)
    parts = [np.arange(adata.n_obs)]
    if sample_key is not None:
        parts = list(adata.obs.groupby(sample_key, observed=True).indices.values())
    rows, columns = [], []
    for part in parts:
        own = np.asarray(counts[part].sum(axis=1), dtype=float).ravel()
        pool = np.asarray(counts[part].sum(axis=0), dtype=float).ravel()
        expected = np.full(len(part), own.mean()) if even else own
        added = draw.poisson(expected * share / (1 - share))
        rows.append(np.repeat(part, added))
        columns.append(draw.choice(len(pool), size=added.sum(), p=pool / pool.sum()))
    return _with_added(adata, counts, np.concatenate(rows), np.concatenate(columns))


def _with_added(
    adata: ad.AnnData, counts: sp.csr_matrix, rows: np.ndarray, columns: np.ndarray
) -> ad.AnnData:
    """One more molecule at each place."""
    ones = np.ones(len(rows), dtype=np.float32)
    more = sp.coo_matrix((ones, (rows, columns)), shape=counts.shape).tocsr()
    return _like(adata, counts + more)


def add_doublets(
    adata: ad.AnnData,
    share: float,
    lineage_key: str,
    rng: int | np.random.Generator = 0,
    sample_key: str | None = None,
) -> ad.AnnData:
    """Pairs of cells of two lineages (and one sample) become one cell each.

    Of the cells that are then there, `share` are doublets (``obs["made_doublet"]``). A doublet has
    the molecules of both, and the name and labels of the one that had more.
    """
    counts, draw = molecules(adata), np.random.default_rng(rng)
    depth = np.asarray(counts.sum(axis=1)).ravel()
    lineage = adata.obs[lineage_key].astype(str).to_numpy()
    sample = np.zeros(adata.n_obs, int)
    if sample_key is not None:
        sample = pd.factorize(adata.obs[sample_key])[0]
    wanted = round(share * adata.n_obs / (1 + share))
    first, second = _pairs(lineage, sample, wanted, draw)
    deeper = depth[first] >= depth[second]
    kept, lost = np.where(deeper, first, second), np.where(deeper, second, first)
    both = sp.coo_matrix((np.ones(len(kept), np.float32), (kept, lost)), shape=(adata.n_obs,) * 2)
    merged = _like(adata, sp.csr_matrix(counts + both.tocsr() @ counts))
    merged.obs[DOUBLET] = np.isin(np.arange(adata.n_obs), kept)
    return merged[~np.isin(np.arange(adata.n_obs), lost)].copy()


def _pairs(
    lineage: np.ndarray, sample: np.ndarray, wanted: int, draw: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of cells of one sample and two lineages, no cell in two pairs."""
    free = np.ones(len(lineage), bool)
    first, second = [], []
    for cell in draw.permutation(len(lineage)):
        if len(first) == wanted:
            break
        others = np.flatnonzero(free & (sample == sample[cell]) & (lineage != lineage[cell]))
        if free[cell] and others.size:
            other = draw.choice(others)
            free[[cell, other]] = False
            first.append(cell)
            second.append(other)
    return np.array(first, int), np.array(second, int)


def swap_labels(
    adata: ad.AnnData, share: float, groupby: str, rng: int | np.random.Generator = 0
) -> ad.AnnData:
    """A share of the cells gets the label of a cell that has another one."""
    draw, damaged = np.random.default_rng(rng), adata.copy()
    labels = adata.obs[groupby].astype(str).to_numpy(copy=True)
    chosen = draw.choice(len(labels), round(share * len(labels)), replace=False)
    before = labels.copy()
    for cell in chosen:
        labels[cell] = draw.choice(before[before != before[cell]])
    damaged.obs[groupby] = pd.Categorical(labels)
    damaged.obs[SWAPPED] = np.isin(np.arange(len(labels)), chosen)
    return damaged


def merge_groups(adata: ad.AnnData, groups: Sequence[str], groupby: str) -> ad.AnnData:
    """The cells of `groups` under the name of the first of these."""
    damaged = adata.copy()
    labels = adata.obs[groupby].astype(str)
    damaged.obs[groupby] = pd.Categorical(labels.where(~labels.isin(groups), groups[0]))
    return damaged


def split_group(
    adata: ad.AnnData, group: str, groupby: str, rng: int | np.random.Generator = 0
) -> ad.AnnData:
    """A group in two, at random: its name, and its name with " 2"."""
    draw, damaged = np.random.default_rng(rng), adata.copy()
    labels = adata.obs[groupby].astype(str)
    second = (labels == group).to_numpy() & (draw.random(len(labels)) < 0.5)
    damaged.obs[groupby] = pd.Categorical(labels.mask(second, f"{group} 2"))
    return damaged


def thin(
    adata: ad.AnnData,
    share: float,
    group: str | None = None,
    groupby: str = "",
    rng: int | np.random.Generator = 0,
) -> ad.AnnData:
    """The cells of one group, or all, keep this share of their molecules."""
    counts, draw = molecules(adata), np.random.default_rng(rng)
    inside = np.ones(adata.n_obs, bool)
    if group is not None:
        inside = (adata.obs[groupby].astype(str) == group).to_numpy()
    of_row = np.repeat(inside, np.diff(counts.indptr))
    counts.data[of_row] = draw.binomial(counts.data[of_row].astype(int), share)
    counts.eliminate_zeros()
    return _like(adata, counts)


def double_patient(adata: ad.AnnData, patient: str, patient_key: str) -> ad.AnnData:
    """The cells of one patient twice."""
    again = adata[(adata.obs[patient_key].astype(str) == patient).to_numpy()].copy()
    again.obs_names = [f"{name} again" for name in again.obs_names]
    both = ad.concat([adata, again], join="outer", merge="same", uns_merge="first")
    return both


def sort_cd45(
    adata: ad.AnnData,
    immune: Collection[str],
    groupby: str,
    rng: int | np.random.Generator = 0,
    *,
    purity: float = 1.0,
) -> ad.AnnData:
    """The cells of the immune groups, and of the others as many as the purity leaves."""
    draw = np.random.default_rng(rng)
    inside = adata.obs[groupby].astype(str).isin(list(immune)).to_numpy()
    others = np.flatnonzero(~inside)
    leaked = min(len(others), round(inside.sum() * (1 - purity) / purity))
    inside[draw.choice(others, leaked, replace=False)] = True
    return adata[inside].copy()


def few_cells(
    adata: ad.AnnData, groupby: str, n: int = 10, rng: int | np.random.Generator = 0
) -> ad.AnnData:
    """At most `n` cells of each group."""
    draw, kept = np.random.default_rng(rng), np.zeros(adata.n_obs, bool)
    for cells in adata.obs.groupby(groupby, observed=True).indices.values():
        kept[draw.choice(cells, min(n, len(cells)), replace=False)] = True
    return adata[kept].copy()


def halves(
    adata: ad.AnnData, rng: int | np.random.Generator = 0, by: str | None = None
) -> tuple[ad.AnnData, ad.AnnData]:
    """Two halves of the cells; or with `by` of the patients that this column names."""
    draw = np.random.default_rng(rng)
    if by is None:
        units, unit = adata.n_obs, np.arange(adata.n_obs)
    else:
        unit, names = pd.factorize(adata.obs[by].astype(str), sort=True)
        units = len(names)
    first = np.isin(unit, draw.permutation(units)[: units // 2])
    return adata[first].copy(), adata[~first].copy()


def _like(adata: ad.AnnData, counts: sp.csr_matrix) -> ad.AnnData:
    """The same cells and genes with other counts."""
    counts.sort_indices()
    return ad.AnnData(counts, obs=adata.obs.copy(), var=adata.var.copy(), uns=dict(adata.uns))
