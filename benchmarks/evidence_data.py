"""The data of `crosstalk_evidence.py`: labelled, simulated, and changed in a known way."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import scipy.sparse as sp

import tmeatlas as tme
from tmeatlas.interactions import Interactions, as_interactions
from tmeatlas.lr import (
    AxisPool,
    Cells,
    MatchedInteractions,
    ResponseScores,
    SideTest,
    Tested,
    match_interactions,
    pool_axes,
    run_axes,
    run_crosstalk,
)
from tmeatlas.lr._run_axes import TestedAxes

FILES = {
    "wu2021": "wu2021_tnbc_CID4465",
    "kim2020": "kim2020_luad_T34",
    "puram2017": "puram2017_hnscc_ref180",
    "tirosh2016": "tirosh2016_oligodendroglioma_184",
    "wu2020": "wu2020_pancancer_tcells_200",
    "kang2018": "kang2018_pbmc_ifnb_2donors",
}
"""Labelled data sets of the folder ``data`` of TMEATLAS_SHARED."""
COUNTS = ("wu2021", "wu2020", "kang2018")
LINEAR = ("tirosh2016",)
FEWEST_CELLS = 5
MOLECULES = 2500.0
"""Of a cell of the depth-only data, before it is made deeper."""
LONE_PAIR = ("CX3CL1", "CX3CR1")
ELSEWHERE = 0.01
"""Share of the other cells that show the lone pair."""


@dataclass(frozen=True)
class Input:
    """What the engine takes."""

    interactions: Interactions
    matched: MatchedInteractions
    cells: Cells
    samples: tuple[str, ...] = ()

    @property
    def pools(self) -> list[AxisPool]:
        """The interactions of each axis."""
        return pool_axes(self.interactions, self.matched)

    def rows(self, settings: SideTest | None = None) -> Tested:
        """All interactions, as `tl.crosstalk` tests them."""
        return run_crosstalk(
            self.cells,
            self.matched,
            sample_names=self.samples,
            min_cells=FEWEST_CELLS,
            settings=settings,
        )

    def axes(self, settings: SideTest | None = None) -> TestedAxes:
        """All axes, as `tl.axes` tests them, without responses."""
        nothing = ResponseScores(pd.DataFrame(index=range(len(self.cells.codes))), {}, {})
        return run_axes(
            self.cells,
            self.matched,
            self.pools,
            nothing,
            sample_names=self.samples,
            min_cells=FEWEST_CELLS,
            settings=settings,
        )

    def with_cells(self, **changes: object) -> Input:
        """The same interactions on other cells."""
        cells = self.cells
        fields = ("expression", "counts", "codes", "labels", "depth", "samples")
        kept = {name: getattr(cells, name) for name in fields} | changes
        return replace(self, cells=Cells(**kept))


def stored(name: str) -> ad.AnnData:
    """A labelled data set as it is."""
    folder = Path(os.environ.get("TMEATLAS_SHARED", "../shared")) / "data"
    adata = ad.read_h5ad(folder / f"{FILES[name]}.h5ad")
    adata.X = sp.csr_matrix(adata.X, dtype=np.float32)
    return adata


def labelled(name: str) -> ad.AnnData:
    """A labelled data set, log-normalised."""
    adata = stored(name)
    if name in LINEAR:
        adata.X.data = np.log1p(adata.X.data)
    return normalised(adata) if name in COUNTS else adata


def simulated(n_cells: int, seed: int = 0) -> ad.AnnData:
    return normalised(tme.datasets.simulated(n_cells, rng=seed))


def normalised(counts: ad.AnnData) -> ad.AnnData:
    """Log of molecules per 10,000."""
    values = sp.csr_matrix(counts.X, dtype=np.float32)
    totals = np.maximum(np.asarray(values.sum(axis=1)).ravel(), 1.0)
    values = sp.csr_matrix(sp.diags(1e4 / totals) @ values, dtype=np.float32)
    values.data = np.log1p(values.data)
    truth = {name: counts.uns[name] for name in ("truth",) if name in counts.uns}
    return ad.AnnData(values, obs=counts.obs.copy(), var=counts.var[[]].copy(), uns=truth)


def thinned(counts: ad.AnnData, share: float) -> ad.AnnData:
    """The cells with this share of their molecules, log-normalised."""
    values = sp.csr_matrix(counts.X, dtype=np.float32, copy=True)
    values.data = np.random.default_rng(0).binomial(values.data.astype(int), share)
    values = values.astype(np.float32)
    values.eliminate_zeros()
    return normalised(ad.AnnData(values, obs=counts.obs, var=counts.var, uns=counts.uns))


def read(adata: ad.AnnData, groupby: str = "cell_type", sample_key: str | None = None) -> Input:
    """The cells of groups that are large enough, on the genes of the built-in axes."""
    names = adata.obs[groupby].astype(str)
    sizes = names.value_counts()
    labels = sorted(sizes.index[sizes >= FEWEST_CELLS])
    kept = adata[names.isin(labels).to_numpy()]
    interactions = as_interactions("tme")
    matched = match_interactions(interactions, kept.var_names)
    expression = sp.csc_matrix(kept.X)[:, matched.columns].astype(np.float32)
    expression.sort_indices()
    samples, sample_names = None, ()
    if sample_key is not None:
        of_sample = pd.Categorical(kept.obs[sample_key].astype(str))
        samples, sample_names = of_sample.codes.astype(np.int32), tuple(of_sample.categories)
    cells = Cells(
        expression=expression,
        counts=None,
        codes=pd.Categorical(kept.obs[groupby].astype(str), labels).codes.astype(np.int32),
        labels=labels,
        depth=np.asarray((kept.X > 0).sum(axis=1), dtype=np.int64).ravel(),
        samples=samples,
    )
    return Input(interactions, matched, cells, sample_names)


def of_cells(given: Input, chosen: np.ndarray) -> Input:
    """Some of the cells, in their order."""
    cells = given.cells
    expression = cells.expression[chosen].tocsc()
    expression.sort_indices()
    return given.with_cells(
        expression=expression,
        codes=cells.codes[chosen],
        depth=cells.depth[chosen],
        samples=None if cells.samples is None else cells.samples[chosen],
    )


def shuffled_labels(given: Input, rng: np.random.Generator) -> Input:
    """Labels in random order within strata: nothing is to be found."""
    codes, strata = given.cells.codes.copy(), given.cells.strata.codes
    for stratum in np.unique(strata):
        at = np.flatnonzero(strata == stratum)
        codes[at] = codes[rng.permutation(at)]
    return given.with_cells(codes=codes)


def shuffled_genes(given: Input, chosen: np.ndarray, rng: np.random.Generator) -> Input:
    """The values of the chosen genes, each by itself, in random order within strata."""
    values, strata = given.cells.expression, given.cells.strata.codes
    rows, data = values.indices.copy(), values.data.copy()
    members = [np.flatnonzero(strata == stratum) for stratum in range(strata.max() + 1)]
    for gene in np.flatnonzero(chosen):
        part = slice(values.indptr[gene], values.indptr[gene + 1])
        moved = rows[part].copy()
        for stratum in np.unique(strata[moved]):
            here = strata[rows[part]] == stratum
            moved[here] = rng.choice(members[stratum], here.sum(), replace=False)
        order = np.argsort(moved)
        rows[part], data[part] = moved[order], data[part][order]
    expression = sp.csc_matrix((data, rows, values.indptr.copy()), shape=values.shape)
    return given.with_cells(expression=expression)


def with_lone_pair(
    given: Input, groups: tuple[int, int], share: float, rng: np.random.Generator
) -> Input:
    """The lone pair in a share of one group each, and in few of the other cells."""
    cells, number = given.cells, lone_pair(given)
    columns = dict(
        zip(
            (given.matched.ligand[number], given.matched.receptor[number]),
            (_shown(cells.codes == group, share, rng) for group in groups),
            strict=True,
        )
    )
    parts, last = [], 0
    for column in sorted(columns):
        parts += [cells.expression[:, last:column], sp.csc_matrix(columns[column][:, None])]
        last = column + 1
    expression = sp.hstack([*parts, cells.expression[:, last:]], format="csc", dtype=np.float32)
    expression.sort_indices()
    return given.with_cells(expression=expression)


def lone_pair(given: Input) -> int:
    """The number of the interaction that is placed."""
    entries = given.matched.interactions
    return [(e.ligand_complex, e.receptor_complex) for e in entries].index(LONE_PAIR)


def _shown(inside: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    n = len(inside)
    shown = rng.random(n) < np.where(inside, share, ELSEWHERE)
    return (shown * rng.lognormal(0.5, 0.4, n)).astype(np.float32)


def depth_only(times: float, n_cells: int, seed: int) -> ad.AnnData:
    """Four groups of one profile; the first has `times` as many molecules."""
    base = tme.datasets.simulated(600, rng=1)
    profile = np.asarray(base.X.sum(axis=0)).ravel()
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(4), n_cells // 4)
    depth = MOLECULES * np.exp(rng.normal(0, 0.35, n_cells)) * np.where(group == 0, times, 1.0)
    counts = rng.poisson(depth[:, None] * (profile / profile.sum())).astype(np.float32)
    obs = pd.DataFrame({"cell_type": group.astype(str)}, index=[f"c{i}" for i in range(n_cells)])
    return normalised(ad.AnnData(sp.csr_matrix(counts), obs=obs, var=base.var[[]].copy()))
