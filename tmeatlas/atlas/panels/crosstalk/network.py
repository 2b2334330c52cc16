"""The crosstalk of an atlas: exact sums per axis and pair of groups, and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing
from tmeatlas._text import clean
from tmeatlas.atlas.cells import Category
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.panels.crosstalk.axes import AxisSummary, in_order
from tmeatlas.atlas.tables import ACTIVE, DETECTED, ROUTE, VERDICTS, counted_rows, listed_rows
from tmeatlas.cells import (
    NEUTRAL,
    PALETTE_CVD,
    category_colours,
    stored_colours,
)
from tmeatlas.results import Crosstalk, count_routes

NUMBERS = (
    "score",
    "padj",
    "ligand_mean",
    "receptor_mean",
    "ligand_fraction",
    "receptor_fraction",
    "ligand_cells",
    "receptor_cells",
)
MAX_ROWS = 60_000
"""Active and detected rows in a page: every one of an atlas of ordinary size."""


@dataclass(frozen=True)
class Node:
    """A sender and receiver, which usually is a group of the atlas."""

    label: str
    group: int
    """Index of the group of the same name; -1 where the atlas has none."""
    colour: str
    colour_cvd: str
    own: bool
    """Whether the colour is the user's."""


@dataclass(frozen=True, eq=False)
class Network:
    """Who talks to whom."""

    nodes: list[Node]
    axes: list[AxisSummary]
    """Those with active rows first."""
    edges: pd.DataFrame
    """Per axis, source and target (as numbers): active rows, their summed score, and the other."""
    rows: pd.DataFrame
    """The rows that the page lists, the active and strongest first; names as numbers."""
    names: dict[str, list[str]]
    n_total: int
    n_active: int
    n_detected: int
    groupby: str
    database: str
    """Name of the database of the interactions, as it is on record."""
    label_of: dict[str, str]
    """Names of groups in the data, as the page shows them."""

    def gene_names(self) -> Iterator[str]:
        """Ligand and receptor genes of the listed rows that count, in their order."""
        counting = self.rows[self.rows["verdict"] <= DETECTED]
        for ligand, receptor in zip(counting["ligand"], counting["receptor"], strict=True):
            yield from self.names["ligand"][ligand].split("+")
            yield from self.names["receptor"][receptor].split("+")


def read_network(
    adata: AnnData, crosstalk: Crosstalk, groups: Category, features: Sequence[Feature]
) -> Network | None:
    """The crosstalk for the page; None where it has no row."""
    table = crosstalk.overall()
    if table.empty:
        return None
    label_of = dict(zip(groups.raw_labels, groups.labels, strict=True))
    source, target = (shown_labels(table[name], label_of) for name in ("source", "target"))
    labels = _node_labels(source, target, groups)
    node_of = {label: i for i, label in enumerate(labels)}
    axis_codes, axis_ids = pd.factorize(table["axis"].astype(str))
    # Verdicts are read from the table, so that the page never judges differently.
    verdict = verdict_codes(table["verdict"])
    coded = pd.DataFrame(
        {
            "axis": axis_codes,
            "source": source.map(node_of).to_numpy(dtype=np.int64),
            "target": target.map(node_of).to_numpy(dtype=np.int64),
            "active": verdict == ACTIVE,
            "verdict": verdict,
            **{name: table[name].to_numpy(dtype=np.float64) for name in NUMBERS},
        }
    )
    names: dict[str, list[str]] = {}
    for name in ("ligand_complex", "receptor_complex", "role"):
        codes, values = pd.factorize(table[name].astype(str))
        short = name.removesuffix("_complex")
        coded[short] = codes
        # An empty role stays empty; "_" joins the subunits of a complex.
        names[short] = [clean(value.replace("_", "+")) if value else "" for value in values]
    shown = {feature.id for feature in features}
    coded, axes = in_order(coded, [str(axis_id) for axis_id in axis_ids], shown)
    best_first = coded.sort_values(["active", "score"], ascending=False, kind="stable")
    n_active, n_detected = counted_rows(coded)
    return Network(
        nodes=_nodes(adata, labels, groups, crosstalk.groupby),
        axes=axes,
        edges=edge_sums(coded),
        rows=listed_rows(best_first.reset_index(drop=True), MAX_ROWS),
        names=names,
        n_total=len(coded),
        n_active=n_active,
        n_detected=n_detected,
        groupby=crosstalk.groupby,
        database=crosstalk.database,
        label_of=label_of,
    )


def shown_labels(labels: pd.Series, label_of: Mapping[str, str]) -> pd.Series:
    """Labels as the page shows them, so that they can be compared with those of the groups."""
    codes, values = pd.factorize(labels.astype(str))
    names = [label_of.get(value) or clean(value) for value in values]
    return pd.Series(np.array(names, dtype=object)[codes])


def verdict_codes(verdicts: pd.Series) -> NDArray[np.int64]:
    """Verdicts as their places in `VERDICTS`."""
    codes = pd.Index(VERDICTS).get_indexer(pd.Index(verdicts.astype(str)))
    if (codes < 0).any():
        strange = verdicts.astype(str)[codes < 0].iloc[0]
        raise InputError(
            f"Expected the verdicts {listing(VERDICTS)}, found {strange!r}. Compute the table "
            "again, with this version."
        )
    return np.asarray(codes, dtype=np.int64)


def _node_labels(source: pd.Series, target: pd.Series, groups: Category) -> list[str]:
    """Senders and receivers: in the order of the groups, then any others by name."""
    present = set(source) | set(target)
    known = [label for label in groups.labels if label in present]
    return known + sorted(present.difference(known))


def _nodes(adata: AnnData, labels: list[str], groups: Category, groupby: str) -> list[Node]:
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
    categories = [str(category) for category in column.cat.categories]
    stored = stored_colours(adata, groupby, categories) or []
    return dict(zip(map(clean, categories), stored, strict=False))


def edge_sums(rows: pd.DataFrame) -> pd.DataFrame:
    """Per axis, source and target: number of active rows, and of detected ones.

    Rows that cannot be detected or tested add to neither.
    """
    sums = count_routes(rows[ROUTE], rows["active"], rows["verdict"] == DETECTED)
    return sums[(sums["n_active"] > 0) | (sums["n_detected"] > 0)].reset_index(drop=True)
