"""How often co-localisation is found where nothing lies beside anything but by chance.

    python benchmarks/tissue_null.py [--repeats 80] [--shifts 119] [--places ...] [--lengths ...]

Places are those of real cells (keren2018) and spots (andersson2021; the folder ``data`` of the
environment variable TMEATLAS_SHARED) and of simulated cells. On these, six types with independent
smooth densities and four independent smooth programmes are drawn: types lie together, programmes
run in patches, and none of them has to do with another. Lengths of smoothness are in distances
between neighbours.

Every row is a null, every column a length; a null that holds its level has 0.05. In brackets the
upper limit of the 95 % interval over the repetitions, each of which is a section drawn anew;
of nulls other than ours, an eighth of them.

- ``shifts``: what ``tl.niches`` does: the section laid over itself, without turning
- ``torus``: the same, but what leaves the box comes in again on its other side
- ``in tiles``: marks shuffled among about 100 neighbouring rows
- ``freely``: marks shuffled among all rows

Everything is drawn with seeds: a table comes out the same again.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd

from tmeatlas.datasets._tissue_places import draw_places, smooth_fields
from tmeatlas.spatial import Graph, Tissue, Types, build_graph, spacing
from tmeatlas.spatial._colocal import _table
from tmeatlas.spatial._section import Section, read_section
from tmeatlas.spatial._shifts import Shifts

ALPHA = 0.05
LENGTHS = (2, 4, 8)
"""In distances between neighbours."""
N_TYPES, N_PROGRAMMES = 6, 4
SHARES = np.array([0.35, 0.25, 0.15, 0.12, 0.08, 0.05])
DENSITY = 1.5
"""Standard deviation of the log density of a type."""
ROWS_OF_TILE = 100
SIMULATED = (1500, 4500)
"""Least and most cells of a simulated section."""


@dataclass(frozen=True, eq=False)
class Places:
    """A section, and who is whose neighbour in it."""

    coordinates: np.ndarray
    graph: Graph


def places_of(coordinates: np.ndarray, *, spots: bool) -> Places:
    tissue = Tissue(coordinates, np.zeros(len(coordinates), np.intp), ("one",), spots)
    return Places(coordinates, build_graph(tissue))


@cache
def sections(name: str, *, spots: bool) -> list[Places]:
    """The sections of a file."""
    adata = ad.read_h5ad(Path(os.environ["TMEATLAS_SHARED"]) / "data" / f"{name}.h5ad")
    rows = adata.obs.groupby("sample", observed=True).indices.values()
    every = np.asarray(adata.obsm["spatial"], dtype=float)
    return [places_of(every[of], spots=spots) for of in rows]


def of_file(name: str, *, spots: bool) -> Callable[[np.random.Generator], Places]:
    def any_of(rng: np.random.Generator) -> Places:
        known = sections(name, spots=spots)
        return known[rng.integers(len(known))]

    return any_of


def simulated(rng: np.random.Generator) -> Places:
    return places_of(draw_places(int(rng.integers(*SIMULATED)), rng), spots=False)


PLACES = {
    "simulated": simulated,
    "keren2018": of_file("keren2018_tnbc_mibi_dev", spots=False),
    "andersson2021": of_file("andersson2021_her2_ST_dev", spots=True),
}


def torus(section: Section, places: np.ndarray, n: int, rng: np.random.Generator) -> Shifts:
    by = rng.integers(section.shifts.raster.shape, size=(n, 2))
    raster = np.tile(section.shifts.raster, (2, 2))
    return replace(section.shifts, raster=raster, by=by.astype(np.int32))


def as_shifts(moved: np.ndarray) -> Shifts:
    """Any rows instead of rows (draws × rows): each draw is a column, and shifted to."""
    n, n_rows = moved.shape
    pixels = np.column_stack([np.arange(n_rows), np.zeros(n_rows)]).astype(np.int32)
    by = np.column_stack([np.zeros(n), np.arange(n)]).astype(np.int32)
    return Shifts(np.ascontiguousarray(moved.T, dtype=np.int32), pixels, by)


def freely(section: Section, places: np.ndarray, n: int, rng: np.random.Generator) -> Shifts:
    return as_shifts(np.array([rng.permutation(len(places)) for _ in range(n)]))


def in_tiles(section: Section, places: np.ndarray, n: int, rng: np.random.Generator) -> Shifts:
    """Square tiles with a corner of their own in each draw."""
    side = np.sqrt(np.ptp(places, axis=0).prod() * ROWS_OF_TILE / len(places))
    moved = np.empty((n, len(places)), np.intp)
    for draw in moved:
        tile = np.floor((places - rng.uniform(0, side, 2)) / side).astype(int)
        _, number = np.unique(tile, axis=0, return_inverse=True)
        mixed = rng.permutation(len(places))
        draw[np.argsort(number.ravel(), kind="stable")] = mixed[
            np.argsort(number.ravel()[mixed], kind="stable")
        ]
    return as_shifts(moved)


OURS, EVERY = "shifts", 8
"""The other nulls are tried in every eighth section: what they find does not need as many."""
NULLS = {"torus": torus, "in tiles": in_tiles, "freely": freely}


def draw_marks(
    places: np.ndarray, length: float, rng: np.random.Generator
) -> tuple[Types, pd.DataFrame]:
    """Types of smooth densities, and smooth programmes, all of them independent."""
    density = np.log(SHARES) + DENSITY * smooth_fields(places, N_TYPES, length, rng)
    codes = (density + rng.gumbel(size=density.shape)).argmax(axis=1)
    programmes = smooth_fields(places, N_PROGRAMMES, length, rng)
    names = tuple(f"type {n}" for n in range(N_TYPES))
    return Types(codes, names), pd.DataFrame(programmes, columns=list("abcd"))


def one_section(
    places: Places, length: int, n_shifts: int, nulls: Sequence[str], rng: np.random.Generator
) -> Iterator[dict[str, object]]:
    """Share of p-values of at most 0.05, by null and measure; a pair with itself is no pair."""
    types, programmes = draw_marks(places.coordinates, length * spacing(places.coordinates), rng)
    seed = (int(rng.integers(2**31)), 0)
    section = read_section(
        places.coordinates, places.graph.edges, types, programmes, n_shifts=n_shifts, seed=seed
    )
    for null in nulls:
        if null != OURS:
            shifts = NULLS[null](section, places.coordinates, n_shifts, rng)
            section = replace(section, shifts=shifts)
        table = _table(section)
        table = table[table["feature"] != table["partner"]].dropna(subset="pval")
        for measure, pvals in table.groupby("measure")["pval"]:
            yield {"null": null, "measure": measure, "share": (pvals <= ALPHA).mean()}


def run(
    repeats: int, n_shifts: int = 119, places: tuple[str, ...] = tuple(PLACES), lengths=LENGTHS
) -> pd.DataFrame:
    """The mean share over the repetitions, and the upper limit of its 95 % interval."""
    tables = []
    for number, name in enumerate(PLACES):
        for length in lengths if name in places else ():
            rows = []
            for repeat in range(repeats):
                rng = np.random.default_rng([number, length, repeat])
                nulls = [OURS] if repeat % EVERY else [OURS, *NULLS]
                rows += one_section(PLACES[name](rng), length, n_shifts, nulls, rng)
            tables.append(summary(pd.DataFrame(rows)).assign(places=name, length=length))
            print(printed(tables[-1]).to_string(), flush=True)
    return pd.concat(tables, ignore_index=True)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    by = rows.groupby(["measure", "null"], sort=False)["share"]
    found = by.agg(["mean", "sem", "size"]).reset_index()
    found["upper"] = found["mean"] + 1.96 * found["sem"]
    return found.rename(columns={"mean": "share", "size": "repeats"}).drop(columns="sem")


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """Nulls by lengths, each share with its upper limit in brackets."""
    texts: dict[tuple[str, str, str], dict[int, str]] = {}
    for row in table.itertuples():
        found = texts.setdefault((row.places, row.measure, row.null), {})
        found[row.length] = f"{row.share:.3f} ({row.upper:.3f})"
    return pd.DataFrame(texts.values(), pd.MultiIndex.from_tuples(texts))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=80)
    parser.add_argument("--shifts", type=int, default=119)
    parser.add_argument("--places", nargs="+", choices=PLACES, default=list(PLACES))
    parser.add_argument("--lengths", nargs="+", type=int, default=list(LENGTHS))
    parser.add_argument("--out", type=Path, default=Path())
    given = parser.parse_args()
    table = run(given.repeats, given.shifts, tuple(given.places), tuple(given.lengths))
    print(printed(table).to_string())
    given.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(given.out / "tissue_null.csv", index=False)


if __name__ == "__main__":
    main()
