"""Published markers of each lineage: which genes speak for it, and which against it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._asker import option, remedy
from tmeatlas._errors import CoverageError, listing
from tmeatlas._folder import signature_folder
from tmeatlas._text import counted
from tmeatlas.genes import GeneIndex
from tmeatlas.lineages._tree import lineage_of, tree

FILE = "lineage_markers.tsv"
FEWEST_MARKERS = 3
"""With fewer genes in the data a list says nothing."""
LEAST_COVERAGE = 1 / 3
"""The same for a smaller share of its genes: what is left of a list is not the list."""
FEWEST_LINEAGES = 2
"""With fewer lineages there is nothing to choose between."""


@dataclass(frozen=True, eq=False)
class MarkerList:
    """Markers of one lineage as columns of the data."""

    lineage: str
    up: NDArray[np.int32]
    weights: NDArray[np.float64]
    """One per gene of `up`, adding up to 1: the root of the number of its sources."""
    down: NDArray[np.int32]

    @property
    def first_level(self) -> str:
        """The lineage on level 1 that it speaks for."""
        return lineage_of(self.lineage)


@dataclass(frozen=True, eq=False)
class Markers:
    """The marker lists that a data set can be read with."""

    columns: NDArray[np.int32]
    """Genes of the data that any list has, rising; the lists count within these."""
    lineages: tuple[MarkerList, ...]
    """Of whole lineages, against all others."""
    parts: tuple[MarkerList, ...]
    """Of the parts of a lineage, against each other."""
    unreadable: tuple[str, ...]
    """Lineages of level 1 of which the data have too few markers."""


@cache
def marker_table() -> pd.DataFrame:
    """`signatures/lineage_markers.tsv`: one row for each gene of each list."""
    return pd.read_csv(signature_folder() / FILE, sep="\t", keep_default_na=False)


def marker_sources() -> list[str]:
    """The published lists that the markers are from, in order of their names."""
    return sorted({name for names in marker_table()["sources"] for name in names.split("; ")})


def match_markers(genes: Iterable[str], without: Collection[str] = ()) -> Markers:
    """Look the markers up among the genes of a data set, but those of the lineages `without`."""
    table = marker_table()
    index = GeneIndex(genes, table["gene"])
    places = pd.array([index.find(str(gene)) for gene in table["gene"]], dtype="Int32")
    found = table.assign(column=places).dropna()
    columns = np.unique(found["column"].to_numpy(dtype=np.int32))
    found["column"] = np.searchsorted(columns, found["column"].to_numpy(dtype=np.int32))
    whole = table[table["direction"] == "up"].groupby(["use", "lineage"]).size().to_dict()
    lists: dict[str, list[MarkerList]] = {"lineage": [], "part": []}
    for (use, lineage), rows in found.groupby(["use", "lineage"], sort=False):
        made = _as_list(str(lineage), rows)
        fewest = max(FEWEST_MARKERS, LEAST_COVERAGE * whole[use, lineage])
        if len(made.up) >= fewest and made.first_level not in without:
            lists[str(use)].append(made)
    readable = {each.first_level for each in lists["lineage"]}
    known = dict.fromkeys(map(lineage_of, table["lineage"]))
    return Markers(
        columns=columns,
        lineages=tuple(lists["lineage"]),
        parts=tuple(lists["part"]),
        unreadable=tuple(each for each in known if each not in readable),
    )


def check_markers(markers: Markers, n_genes: int, *, read: str = "the data") -> None:
    """Refuse data in which no two lineages can be told apart."""
    readable = {each.first_level for each in markers.lineages}
    if len(readable) >= FEWEST_LINEAGES:
        return
    names = [tree()[each].name for each in markers.unreadable]
    raise CoverageError(
        f"Expected {FEWEST_MARKERS} or more markers of at least {FEWEST_LINEAGES} lineages among "
        f"the genes, found {counted(len(markers.columns), 'marker')} among "
        f"{counted(n_genes, 'gene')} of {read}; too few for "
        f"{listing(names)}. Read a matrix with all genes ({option('layer')}, "
        f"{option('use_raw', True)}), or name the lineages of your own labels: "
        + remedy(
            python="tme.tl.annotate(adata, 'your column', labels={'cluster 1': 'T cells'}).",
            shell=f"{option('groupby')} takes the column with cell types.",
        )
    )


def first_levels(lists: Sequence[MarkerList]) -> tuple[str, ...]:
    """The lineages of level 1 that the lists speak for, in the order of the tree."""
    spoken = {each.first_level for each in lists}
    return tuple(each for each in tree() if each in spoken)


def _as_list(lineage: str, rows: pd.DataFrame) -> MarkerList:
    # Two names of one gene are one marker.
    rows = rows.drop_duplicates(["column", "direction"])
    up = rows[rows["direction"] == "up"]
    weights = np.sqrt(up["n_sources"].to_numpy(dtype=np.float64))
    return MarkerList(
        lineage=lineage,
        up=up["column"].to_numpy(dtype=np.int32),
        weights=weights / weights.sum() if len(weights) else weights,
        down=rows.loc[rows["direction"] == "down", "column"].to_numpy(dtype=np.int32),
    )
