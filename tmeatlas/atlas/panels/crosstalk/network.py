"""The crosstalk of an atlas: exact sums per axis and pair of groups, and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._text import clean, clean_long, complex_name
from tmeatlas.atlas.categories import Category
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.panels.crosstalk.axes import AxisSummary, by_evidence, in_order
from tmeatlas.atlas.panels.crosstalk.levels import Levels, read_levels
from tmeatlas.atlas.panels.crosstalk.nodes import Node, read_nodes, shown_labels
from tmeatlas.atlas.panels.crosstalk.routes import axis_verdicts, route_verdicts, telling_routes
from tmeatlas.atlas.tables import ROUTE, counted_rows, listed_rows
from tmeatlas.atlas.verdicts import AMBIENT, NONE, TOO_FEW, is_standing, verdict_codes
from tmeatlas.interactions import ASSOCIATED
from tmeatlas.lr import ENDS
from tmeatlas.results import Axes, Crosstalk, count_routes

OF_SIDES = ("fraction", "cells", "specificity", "specificity_low", "specificity_high")
OF_SAMPLES = ("n_samples", "n_samples_seen", "n_samples_specific")
WORDS = ("role", "core", "disputed")
MAX_ROWS = 60_000
"""Rows of interest in a page: every one of an atlas of ordinary size."""
NO_NUMBER_HELPS = -1.0
"""In place of the cells needed where no number of them would do."""


@dataclass(frozen=True, eq=False)
class Network:
    """Who talks to whom."""

    nodes: list[Node]
    axes: list[AxisSummary]
    """Those with the most evidence first."""
    edges: pd.DataFrame
    """Per axis, source and target (as numbers): specific rows, and those with too few cells."""
    routes: pd.DataFrame
    """Per axis, source and target what is said of it; those that lack cells are left out."""
    levels: Levels
    rows: pd.DataFrame
    """The rows that the page lists, the specific and strongest first; names as numbers."""
    names: dict[str, list[str]]
    n_total: int
    n_specific: int
    n_too_few: int
    n_beside: int
    """Rows without a verdict: of decoys, cleavage and the like."""
    n_ambient: int
    ambient_not_judged: str
    """Why it was not judged what is mostly ambient RNA; empty where it was."""
    groupby: str
    database: str
    """Name of the database of the interactions, as it is on record."""
    label_of: dict[str, str]
    """Names of groups in the data, as the page shows them."""

    def gene_names(self) -> Iterator[str]:
        """Ligand and receptor genes of the listed rows that make ribbons, in their order."""
        verdict = self.rows["verdict"]
        counting = self.rows[is_standing(verdict) | (verdict == TOO_FEW)]
        for ligand, receptor in zip(counting["ligand"], counting["receptor"], strict=True):
            yield from self.names["ligand"][ligand].split("+")
            yield from self.names["receptor"][receptor].split("+")


def read_network(
    adata: AnnData,
    crosstalk: Crosstalk,
    tested_axes: Axes | None,
    groups: Category,
    features: Sequence[Feature],
) -> Network | None:
    """The crosstalk for the page; None where it has no row.

    Axes come by the evidence that `tested_axes` has for each or, without them, the interactions.
    """
    table = crosstalk.overall()
    if table.empty:
        return None
    label_of = dict(zip(groups.raw_labels, groups.labels, strict=True))
    source, target = (shown_labels(table[name], label_of) for name in ("source", "target"))
    nodes = read_nodes(adata, crosstalk, groups, {"source": source, "target": target})
    node_of = {node.label: i for i, node in enumerate(nodes)}
    axis_codes, axis_ids = pd.factorize(table["axis"].astype(str))
    verdict = verdict_codes(table["verdict"])
    coded = pd.DataFrame(
        {
            "axis": axis_codes,
            "source": source.map(node_of).to_numpy(dtype=np.int64),
            "target": target.map(node_of).to_numpy(dtype=np.int64),
            "verdict": verdict,
            "stands": is_standing(pd.Series(verdict)),
            "is_core": (table["core"].astype(str) != ASSOCIATED).to_numpy(),
            **numbers(table, ("score", "padj"), OF_SIDES),
            **{f"{side}_ambient": table["ambient"].isin([side, "both"]) for side in ENDS},
        }
    )
    shown = {feature.id for feature in features}
    order = by_evidence(tested_axes or crosstalk)
    routes = route_verdicts(tested_axes, crosstalk, label_of)
    ids = [str(axis_id) for axis_id in axis_ids]
    coded, axes = in_order(coded, ids, shown, order, axis_verdicts(routes))
    axis_of = {axis.id: i for i, axis in enumerate(axes)}
    named, names = _names(table)
    coded = coded.assign(**named, n_resources=table["n_resources"].to_numpy(dtype=np.int64))
    n_specific, n_too_few = counted_rows(coded)
    return Network(
        nodes=nodes,
        axes=axes,
        edges=edge_sums(coded),
        routes=telling_routes(routes, axis_of, node_of),
        levels=read_levels(crosstalk, nodes, label_of),
        rows=listed_rows(_best_first(coded), MAX_ROWS),
        names=names,
        n_total=len(coded),
        n_specific=n_specific,
        n_too_few=n_too_few,
        n_beside=int((coded["verdict"] == NONE).sum()),
        n_ambient=int((coded["verdict"] == AMBIENT).sum()),
        ambient_not_judged=clean_long(crosstalk.ambient_not_judged),
        groupby=crosstalk.groupby,
        database=crosstalk.database,
        label_of=label_of,
    )


def _names(table: pd.DataFrame) -> tuple[dict[str, NDArray[np.int64]], dict[str, list[str]]]:
    """Columns of words as numbers, and the words."""
    codes, names = {}, {}
    for name in ("ligand_complex", "receptor_complex", *WORDS):
        short = name.removesuffix("_complex")
        codes[short], values = pd.factorize(table[name].astype(object))
        # An empty word stays empty; "_" joins the subunits of a complex.
        names[short] = [clean(complex_name(value)) if value else "" for value in values]
    return codes, names


def _best_first(coded: pd.DataFrame) -> pd.DataFrame:
    """What stands out, the other verdicts, what is ambient, then what has none; by score."""
    verdict = coded["verdict"]
    part = np.select([coded["stands"], verdict == AMBIENT, verdict == NONE], [0, 2, 3], 1)
    order = np.lexsort([-coded["score"].to_numpy(), part])
    return coded.drop(columns=["stands", "is_core"]).iloc[order].reset_index(drop=True)


def numbers(
    table: pd.DataFrame, plain: Sequence[str], of_sides: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    """Columns of a table of interactions or axes for the page: of rows, sides and samples."""
    columns = [*plain, *(f"{side}_{what}" for side in ENDS for what in of_sides)]
    found = {name: table[name].to_numpy(dtype=np.float64) for name in columns}
    for group in ENDS.values():
        needed = table[f"{group}_cells_needed"].to_numpy(dtype=np.float64)
        found[f"{group}_cells_needed"] = np.where(np.isposinf(needed), NO_NUMBER_HELPS, needed)
    return found | {
        name: table[name].to_numpy(dtype=np.float64) for name in OF_SAMPLES if name in table
    }


def edge_sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Per axis, source and target: number of specific rows, and of those with too few cells.

    All other rows add to neither.
    """
    sums = count_routes(rows[ROUTE], rows["stands"], rows["verdict"] == TOO_FEW)
    return sums[(sums["n_specific"] > 0) | (sums["n_too_few"] > 0)].reset_index(drop=True)
