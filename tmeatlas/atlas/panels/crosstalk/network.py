"""The crosstalk of an atlas: exact sums per axis and pair of groups, and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._labels import as_label
from tmeatlas._text import clean, clean_long
from tmeatlas.atlas.cells import Category
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.panels.crosstalk.axes import AxisSummary, by_evidence, in_order
from tmeatlas.atlas.tables import ROUTE, counted_rows, listed_rows
from tmeatlas.atlas.verdicts import AMBIENT, NONE, TOO_FEW, is_standing, verdict_codes
from tmeatlas.cells import (
    NEUTRAL,
    PALETTE_CVD,
    category_colours,
    stored_colours,
)
from tmeatlas.interactions import ASSOCIATED
from tmeatlas.results import Axes, Crosstalk, count_routes

SIDES = {"ligand": "source", "receptor": "target"}
"""The group in which each side of an interaction is looked for."""
OF_SIDES = ("fraction", "cells", "specificity", "specificity_low", "specificity_high")
OF_SAMPLES = ("n_samples", "n_samples_seen", "n_samples_specific")
WORDS = ("role", "core", "disputed")
MAX_ROWS = 60_000
"""Rows of interest in a page: every one of an atlas of ordinary size."""
NO_NUMBER_HELPS = -1.0
"""In place of the cells needed where no number of them would do."""


@dataclass(frozen=True)
class Node:
    """A sender and receiver, which usually is a group of the atlas."""

    label: str
    group: int
    """Index of the group of the same name; -1 where the atlas has none."""
    n_cells: int
    colour: str
    colour_cvd: str
    own: bool
    """Whether the colour is the user's."""


@dataclass(frozen=True, eq=False)
class Network:
    """Who talks to whom."""

    nodes: list[Node]
    axes: list[AxisSummary]
    """Those with the most evidence first."""
    edges: pd.DataFrame
    """Per axis, source and target (as numbers): specific rows, and those with too few cells."""
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
    labels = _node_labels(source, target, groups)
    node_of = {label: i for i, label in enumerate(labels)}
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
            **{f"{side}_ambient": table["ambient"].isin([side, "both"]) for side in SIDES},
        }
    )
    shown = {feature.id for feature in features}
    order = by_evidence(tested_axes or crosstalk)
    coded, axes = in_order(coded, [str(axis_id) for axis_id in axis_ids], shown, order)
    named, names = _names(table)
    coded = coded.assign(**named, n_resources=table["n_resources"].to_numpy(dtype=np.int64))
    n_specific, n_too_few = counted_rows(coded)
    sizes = _sizes(table, {"source": source, "target": target})
    return Network(
        nodes=_nodes(adata, labels, groups, crosstalk.groupby, sizes),
        axes=axes,
        edges=edge_sums(coded),
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
        names[short] = [clean(value.replace("_", "+")) if value else "" for value in values]
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
    columns = [*plain, *(f"{side}_{what}" for side in SIDES for what in of_sides)]
    found = {name: table[name].to_numpy(dtype=np.float64) for name in columns}
    for group in SIDES.values():
        needed = table[f"{group}_cells_needed"].to_numpy(dtype=np.float64)
        found[f"{group}_cells_needed"] = np.where(np.isposinf(needed), NO_NUMBER_HELPS, needed)
    return found | {
        name: table[name].to_numpy(dtype=np.float64) for name in OF_SAMPLES if name in table
    }


def _sizes(table: pd.DataFrame, shown: Mapping[str, pd.Series]) -> dict[str, int]:
    """The cells of each sender and receiver, by the label that the page shows."""
    sizes: dict[str, int] = {}
    for group, labels in shown.items():
        first = ~labels.duplicated()
        found = table[f"{group}_cells"].to_numpy()[first.to_numpy()]
        sizes |= dict(zip(labels[first], map(int, found), strict=True))
    return sizes


def shown_labels(labels: pd.Series, label_of: Mapping[str, str]) -> pd.Series:
    """Labels as the page shows them, so that they can be compared with those of the groups."""
    codes, values = pd.factorize(labels.astype(object))
    names = [label_of.get(value) or clean(value) for value in values]
    return pd.Series(np.array(names, dtype=object)[codes])


def _node_labels(source: pd.Series, target: pd.Series, groups: Category) -> list[str]:
    """Senders and receivers: in the order of the groups, then any others by name."""
    present = set(source) | set(target)
    known = [label for label in groups.labels if label in present]
    return known + sorted(present.difference(known))


def _nodes(
    adata: AnnData,
    labels: list[str],
    groups: Category,
    groupby: str,
    sizes: Mapping[str, int],
) -> list[Node]:
    group_of = {label: i for i, label in enumerate(groups.labels)}
    strangers = [label for label in labels if label not in group_of]
    stored = _stored_colours(adata, groupby)
    # Colours that no group of the map has.
    first, end = len(groups.labels), len(groups.labels) + len(strangers)
    free = dict(zip(strangers, category_colours(end)[first:], strict=True))
    cvd = dict(zip(strangers, category_colours(end, PALETTE_CVD)[first:], strict=True))
    usual = {label: stored.get(label, NEUTRAL) for label in strangers} if stored else free
    nodes = []
    for label in labels:
        group = group_of.get(label, -1)
        nodes.append(
            Node(
                label=label,
                group=group,
                n_cells=sizes[label],
                colour=groups.colours[group] if group >= 0 else usual[label],
                colour_cvd=groups.colours_cvd[group] if group >= 0 else cvd[label],
                own=groups.own_colours if group >= 0 else label in stored,
            )
        )
    return nodes


def _stored_colours(adata: AnnData, groupby: str) -> dict[str, str]:
    """The user's colours of the groups of a column, by label; none where there are none."""
    column = adata.obs.get(groupby)
    if column is None or not isinstance(column.dtype, pd.CategoricalDtype):
        return {}
    categories = [as_label(category) for category in column.cat.categories]
    stored = stored_colours(adata, groupby, categories) or []
    return dict(zip(map(clean, categories), stored, strict=False))


def edge_sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Per axis, source and target: number of specific rows, and of those with too few cells.

    All other rows add to neither.
    """
    sums = count_routes(rows[ROUTE], rows["stands"], rows["verdict"] == TOO_FEW)
    return sums[(sums["n_specific"] > 0) | (sums["n_too_few"] > 0)].reset_index(drop=True)
