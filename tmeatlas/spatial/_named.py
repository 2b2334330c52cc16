"""Neighbourhoods that the reviews name: the suppressive niche, and aggregates of B and T cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.interactions import load_axes
from tmeatlas.lineages import is_within
from tmeatlas.spatial._graph import Graph
from tmeatlas.spatial._measures import SUPPRESSIVE, TLS, measured_rows
from tmeatlas.spatial._neighbourhood import mean_around
from tmeatlas.spatial._tiles import jackknifed_share, tiles
from tmeatlas.spatial._tissue import Tissue

Floats = NDArray[np.float64]
CHECKPOINT_AXIS = "pd1_pdl1"
"""Its core ligands are made by few cells at a time. Those of other checkpoints, such as galectin-9,
HMGB1 and nectins, are made by most cells, so that their mean says little about a place."""


@dataclass(frozen=True)
class Part:
    """Something that has to be near: types of cells, or what is read in their place."""

    name: str
    lineages: tuple[str, ...] = ()
    """Types of these lineages, or of lineages within them, are counted."""
    without: tuple[str, ...] = ()
    """But not those of these."""
    signatures: tuple[str, ...] = ()
    """Read where types are not: the first of these that is scored."""
    genes: tuple[str, ...] = ()
    """Read where they are measured: their mean."""
    needed: bool = True
    """Without it there is no score; else the score is of the other parts."""

    def counts(self, lineage: str) -> bool:
        """Whether cells of a lineage are part of it."""
        inside = any(is_within(lineage, each) for each in self.lineages)
        return inside and not any(is_within(lineage, each) for each in self.without)


@cache
def named_scores() -> Mapping[str, tuple[Part, ...]]:
    """The parts of each named neighbourhood, by measure."""
    return MappingProxyType(
        {
            SUPPRESSIVE: (
                Part("regulatory T cells", ("treg",), signatures=("treg_tumour", "treg_pan")),
                Part(
                    "macrophages, monocytes and granulocytes",
                    ("monocyte_macrophage", "granulocyte"),
                    signatures=("tam_jerby2018_macrophage",),
                ),
                Part("checkpoint ligands", genes=_checkpoint_ligands(), needed=False),
            ),
            TLS: (
                Part("B cells", ("b_lineage",), without=("plasma",), signatures=("b_pan",)),
                Part("T cells", ("t_cell",), signatures=("lineage_t_cell",)),
                Part("12 chemokines", signatures=("tls_chemokine12",), needed=False),
            ),
        }
    )


def _checkpoint_ligands() -> tuple[str, ...]:
    axis = next(axis for axis in load_axes() if axis.id == CHECKPOINT_AXIS)
    genes = (gene for each in axis.core for gene in each.ligand_genes)
    return tuple(dict.fromkeys(genes))


def named_score(graph: Graph, levels: Sequence[NDArray[np.floating]]) -> NDArray[np.float32]:
    """How far all parts are near each row at once, from 0 to 1.

    `levels` has a column for each part: 1 for rows of its types and 0 for others, or a score. Of
    each the mean over a row and its neighbours is taken, and then the share of all rows of the
    data with less. The score is the least of these shares: 0.9 says that every part is more
    abundant here than around nine in ten rows, and without one of the parts it is 0. NaN where a
    row has no neighbours or a level is not known.
    """
    read = np.column_stack([np.asarray(level, dtype=np.float32) for level in levels])
    means = mean_around(graph.edges, read)
    known = np.isfinite(means).all(axis=1) & (graph.counts() > 0)
    score = np.full(len(means), np.nan, dtype=np.float32)
    if known.any():
        shares = [_share_with_less(column) for column in means[known].T]
        score[known] = np.min(shares, axis=0)
    return score


def _share_with_less(values: NDArray[np.float32]) -> Floats:
    """Share of all values that are lower than each; rounding does not tell values apart."""
    rounded = np.round(values.astype(np.float64), 6)
    less: Floats = np.searchsorted(np.sort(rounded), rounded, side="left") / len(rounded)
    return less


def named_measure(tissue: Tissue, score: NDArray[np.float32], measure: str) -> pd.DataFrame:
    """Mean of a named score in each section, with an interval from tiles of it."""
    found = []
    for number, rows in enumerate(tissue.members()):
        known = rows[np.isfinite(score[rows])]
        here = {"sample": tissue.sections[number], "cells": len(known)}
        if len(known):
            interval = jackknifed_share(tiles(tissue.coordinates[known]), score[known])
            here |= dict(zip(("value", "low", "high"), interval, strict=True))
        found.append(here)
    columns = ["sample", "value", "low", "high", "cells"]
    return measured_rows(measure, pd.DataFrame(found).reindex(columns=columns))
