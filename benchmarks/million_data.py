"""A tumour cohort of as many cells as are asked for, written block by block.

    python benchmarks/million_data.py million.h5ad --cells 1000000 --genes 20000

The patients, cell types, programmes, planted axes and depth are those of
`tmeatlas.datasets.simulated_cohort`: 40 patients in two conditions, of which the second has more
interferon, more regulatory T cells and SPP1 macrophages, and a stronger TGF-beta axis. Some fifty
cells of a sample, of the same population and of like depth, share one expected profile, and the
counts of each are drawn from it with the dispersion of the design. Genes beyond those of the
design are sparse in all cells alike. Equal seeds give equal files; memory is that of a
few samples.

A count is drawn as a Poisson number of events of logarithmic size, which is the negative binomial
distribution, and costs by what a cell shows rather than by how many genes there are. A cell whose
depth is below that of the profile loses molecules at random, which leaves the dispersion.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp
from numba import njit

from tmeatlas.datasets._cohort_design import TYPE_OF, make_design
from tmeatlas.datasets._cohort_effects import read_effects
from tmeatlas.datasets._cohort_levels import draw_levels
from tmeatlas.datasets._cohort_sampling import draw_ambient, draw_cohort_cells, log_fold_changes
from tmeatlas.datasets._cohort_truth import describe_cohort
from tmeatlas.datasets._profiles import UNSEEN, read_profiles
from tmeatlas.datasets._sampling import (
    DISPERSION,
    DISPERSION_SPREAD,
    PSEUDOCOUNT,
    SMALLEST,
    Cells,
)
from tmeatlas.datasets._simulated import axis_genes, true_axes
from tmeatlas.genes import builtin_names

EFFECTS = {
    "programmes": {"interferon": 0.3},
    "composition": {"Treg": 2.0, "TAM SPP1": 1.5},
    "axes": {"tgfb": 4.0},
}
CONDITIONS = ("control", "case")
PATIENT_EFFECT = 0.1
CELLS_PER_PROFILE = 50
SPARSE_SHARE = 0.05
"""Of the molecules of a cell, those of genes beyond the design."""
CHUNK = 2**17


@dataclass(frozen=True, eq=False)
class Cohort:
    """What is true of all samples, before any cell is drawn."""

    design: object
    levels: object
    profiles: pd.DataFrame
    log_profiles: np.ndarray
    log_responses: np.ndarray
    shape: np.ndarray
    """Of the negative binomial distribution of each gene."""
    sparse: np.ndarray
    """Shares of a cell's molecules that genes beyond the design have."""
    genes: pd.Index


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("path", type=Path)
    parser.add_argument("--cells", type=int, default=1_000_000)
    parser.add_argument("--genes", type=int, default=20_000)
    parser.add_argument("--patients", type=int, default=40)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    given = parser.parse_args()
    start = time.perf_counter()
    drawing = Drawing(given.cells, given.genes, given.patients, given.seed)
    n_values = write(given.path, drawing, given.processes)
    print(
        f"{given.path}: {given.cells:,} cells × {given.genes:,} genes, {n_values:,} values, "
        f"{given.path.stat().st_size / 1e9:.2f} GB, in {time.perf_counter() - start:.0f} s"
    )


def write(path: Path, drawing: Drawing, processes: int) -> int:
    """Write the file, sample after sample; how many values it stores."""
    begin_file(path, cohort_of(drawing).genes, drawing.n_cells)
    tables, ends, n_values = [], [np.zeros(1, np.int64)], 0
    samples = range(drawing.n_patients)
    with h5py.File(path, "r+") as file, multiprocessing.Pool(processes) as pool:
        group = file["X"]
        for counts, obs in pool.imap(drawing.sample, samples):
            append(group, counts, n_values)
            ends.append(counts.indptr[1:].astype(np.int64) + n_values)
            n_values += counts.nnz
            tables.append(obs)
        group.create_dataset("indptr", data=np.concatenate(ends))
        obs = pd.concat(tables)
        del file["obs"]
        ad.io.write_elem(file, "obs", obs)
    return n_values


@dataclass(frozen=True)
class Drawing:
    """Which cells are drawn; each sample has a seed of its own."""

    n_cells: int
    n_genes: int
    n_patients: int
    seed: int

    def sample(self, number: int) -> tuple[sp.csr_matrix, pd.DataFrame]:
        """Counts and `obs` of one sample."""
        edges = np.linspace(0, self.n_cells, self.n_patients + 1).astype(int)
        size = int(edges[number + 1] - edges[number])
        rng = np.random.default_rng([self.seed, number])
        return draw_sample(cohort_of(self), number, size, rng)


@cache
def cohort_of(drawing: Drawing) -> Cohort:
    """The same for all samples of a process."""
    return draw_cohort(drawing.n_genes, drawing.n_patients, np.random.default_rng(drawing.seed))


def draw_cohort(n_genes: int, n_patients: int, rng: np.random.Generator) -> Cohort:
    """Patients, their levels, and the genes."""
    profiles, responses = read_profiles()
    half = {CONDITIONS[0]: n_patients - n_patients // 2, CONDITIONS[1]: n_patients // 2}
    design = make_design(half, CONDITIONS, paired=False, batches=1, spread=None, missing=None)
    effects = read_effects(EFFECTS, profiles.columns.tolist())
    fixed = profiles.columns.isin(axis_genes())
    levels = draw_levels(design, effects, PATIENT_EFFECT, profiles.columns, fixed, rng)
    n_more = n_genes - profiles.shape[1]
    if n_more < len(UNSEEN):
        raise SystemExit(f"Expected at least {profiles.shape[1] + len(UNSEEN):,} genes.")
    known = {*profiles.columns, *UNSEEN}
    more = [name for name in builtin_names().symbols if name not in known]
    more = [*more, *(f"LOC{number}" for number in range(100_000_000, 100_000_000 + n_genes))]
    rates = rng.lognormal(0, 1.5, n_more - len(UNSEEN))
    return Cohort(
        design=design,
        levels=levels,
        profiles=profiles,
        log_profiles=np.log(profiles.to_numpy() + PSEUDOCOUNT),
        log_responses=log_fold_changes(responses, fixed),
        shape=1 / (DISPERSION * np.exp(rng.normal(0, DISPERSION_SPREAD, n_genes))),
        sparse=np.append(SPARSE_SHARE * rates / rates.sum(), np.zeros(len(UNSEEN))),
        genes=pd.Index([*profiles.columns, *more[: len(rates)], *UNSEEN], name="gene"),
    )


def begin_file(path: Path, genes: pd.Index, n_cells: int) -> None:
    """A file with everything but cells."""
    path.unlink(missing_ok=True)
    bare = ad.AnnData(
        obs=pd.DataFrame(index=pd.RangeIndex(n_cells).astype(str)), var=pd.DataFrame(index=genes)
    )
    bare.uns["tme_simulated"] = "simulated cohort, negative-binomial counts"
    bare.uns["truth"] = true_axes()
    bare.write_h5ad(path)
    with h5py.File(path, "r+") as file:
        file.pop("X", None)
        group = file.create_group("X")
        group.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0"})
        group.attrs["shape"] = np.array([n_cells, len(genes)])
        for name, kind in (("data", np.float32), ("indices", np.int32)):
            how = {"chunks": (CHUNK,), "compression": "lzf", "shuffle": True}
            group.create_dataset(name, (0,), maxshape=(None,), dtype=kind, **how)


def append(group: h5py.Group, counts: sp.csr_matrix, n_values: int) -> None:
    for name, values in (("data", counts.data), ("indices", counts.indices)):
        group[name].resize((n_values + counts.nnz,))
        group[name][n_values:] = values


def draw_sample(
    cohort: Cohort, sample: int, size: int, rng: np.random.Generator
) -> tuple[sp.csr_matrix, pd.DataFrame]:
    """The cells of one sample, in random order."""
    sizes = np.zeros(len(cohort.design.condition), dtype=int)
    sizes[sample] = size
    cells = draw_cohort_cells(cohort.levels, sizes, list(cohort.profiles.index), rng)
    order = np.lexsort((cells.depth, cells.population))
    profile_of = profiles_of(cells.population[order])
    firsts = order[np.flatnonzero(np.diff(profile_of, prepend=-1))]
    alone = Cells(np.zeros(size, int), *(getattr(cells, name) for name in OF_CELLS))
    ambient = draw_ambient(alone, cohort.profiles, 1, rng)[0]
    like = firsts[profile_of]
    cells.weights[order], cells.activity[order] = cells.weights[like], cells.activity[like]
    parts = []
    for number, first in enumerate(firsts):
        depth = cells.depth[order[profile_of == number]]
        mean = expected(cohort, cells, int(first), ambient) * depth.max()
        seed = int(rng.integers(2**31))
        parts.append(draw_counts(mean, cohort.shape, depth / depth.max(), seed))
    back = np.empty(size, dtype=int)
    back[order] = np.arange(size)
    return sp.vstack(parts, format="csr")[back], describe_cohort(cells, cohort.design)


OF_CELLS = ("population", "weights", "activity", "depth")


def profiles_of(population: np.ndarray) -> np.ndarray:
    """Numbers of the profiles, for cells sorted by population."""
    within = np.arange(len(population)) - np.searchsorted(population, population)
    begins = within % CELLS_PER_PROFILE == 0
    return np.cumsum(begins) - 1


def expected(cohort: Cohort, cells: Cells, cell: int, ambient: np.ndarray) -> np.ndarray:
    """Expected share of each gene in a cell's molecules, with ambient RNA."""
    mixture = np.exp(cells.weights[cell] @ cohort.log_profiles)
    own = np.maximum(mixture - PSEUDOCOUNT, SMALLEST)
    of_type = TYPE_OF[cells.population[cell]]
    own *= np.exp(
        cells.activity[cell] @ cohort.log_responses
        + cohort.levels.log_effect[cells.sample[cell], of_type]
    )
    own *= (1 - SPARSE_SHARE) / own.sum()
    return np.append(own + ambient, cohort.sparse)


def draw_counts(mean: np.ndarray, shape: np.ndarray, kept: np.ndarray, seed: int) -> sp.csr_matrix:
    """Counts of as many cells as there are shares `kept` of the molecules."""
    events = shape * np.log1p(mean / shape)
    edges = np.cumsum(events)
    most = int(len(kept) * (mean.sum() + 10 * np.sqrt(mean.sum()) + 100))
    data, indices = np.empty(most, np.float32), np.empty(most, np.int32)
    indptr = np.zeros(len(kept) + 1, np.int64)
    fill(edges / edges[-1], edges[-1], mean / (mean + shape), kept, seed, data, indices, indptr)
    n = indptr[-1]
    return sp.csr_matrix((data[:n].copy(), indices[:n].copy(), indptr), (len(kept), len(mean)))


@njit(cache=True)
def fill(edges, n_events, odds, kept, seed, data, indices, indptr):
    """Draw the cells one after another, each from a table of where events fall."""
    np.random.seed(seed)  # noqa: NPY002
    state = np.uint64(seed)
    n_steps = 1 << 14
    begins = np.searchsorted(edges, np.arange(n_steps) / n_steps)
    ones = -odds / np.log1p(-odds)
    counts = np.zeros(len(edges), np.int64)
    at = 0
    for cell in range(len(kept)):
        for _ in range(np.random.poisson(n_events)):  # noqa: NPY002
            state, u = uniform(state)
            gene = begins[int(u * n_steps)]
            while edges[gene] <= u:
                gene += 1
            term, size = ones[gene], 1
            state, left = uniform(state)
            while left > term and size < 100_000:
                left -= term
                term *= odds[gene] * size / (size + 1)
                size += 1
            for _ in range(size):
                state, u = uniform(state)
                if u < kept[cell]:
                    counts[gene] += 1
        for gene in range(len(counts)):
            if counts[gene]:
                data[at], indices[at] = counts[gene], gene
                counts[gene] = 0
                at += 1
        indptr[cell + 1] = at


@njit(cache=True)
def uniform(state):
    """The next state of a generator (splitmix64), and a number from 0 to 1."""
    state = state + np.uint64(0x9E3779B97F4A7C15)
    mixed = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return state, (mixed >> np.uint64(11)) / 2.0**53


if __name__ == "__main__":
    main()
