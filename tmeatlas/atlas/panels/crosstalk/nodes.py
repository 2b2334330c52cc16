"""Senders and receivers of the crosstalk: groups that were tested, and those too small for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas._labels import as_label
from tmeatlas._text import clean_long, display_name
from tmeatlas.atlas.categories import Category
from tmeatlas.cells import NEUTRAL, PALETTE_CVD, category_colours, stored_colours
from tmeatlas.lr import ENDS
from tmeatlas.results import Crosstalk


@dataclass(frozen=True)
class Node:
    """A sender and receiver, which usually is a group of the atlas."""

    label: str
    raw: str
    """The label as the data have it, for files; empty where it is shown so."""
    group: int
    """Index of the group of the same name; -1 where the atlas has none."""
    n_cells: int
    needed: int
    """How many cells it would have needed to be tested at all; 0 where it has them."""
    colour: str
    colour_cvd: str
    own: bool
    """Whether the colour is the user's."""


def read_nodes(
    adata: AnnData, crosstalk: Crosstalk, groups: Category, shown: Mapping[str, pd.Series]
) -> list[Node]:
    """The groups in the order of the page, then any others by name.

    `shown` has the labels of the rows, by "source" and "target". Groups of the page that no row is
    of are among them, such as those too small to be tested: nobody is to take them for silent.
    """
    sizes = _sizes(crosstalk.overall(), shown)
    least, others = _least(crosstalk), _left_out(crosstalk, groups, sizes)
    known = [label for label in groups.labels if label in sizes or label in others]
    labels = known + sorted(set(sizes).difference(known))
    group_of = {label: i for i, label in enumerate(groups.labels)}
    raw_of = _raw_labels(crosstalk.overall(), groups, shown)
    strangers = [label for label in labels if label not in group_of]
    stored = _stored_colours(adata, crosstalk.groupby)
    # Colours that no group of the map has.
    first, end = len(groups.labels), len(groups.labels) + len(strangers)
    free = dict(zip(strangers, category_colours(end)[first:], strict=True))
    cvd = dict(zip(strangers, category_colours(end, PALETTE_CVD)[first:], strict=True))
    usual = {label: stored.get(label, NEUTRAL) for label in strangers} if stored else free
    nodes = []
    for label in labels:
        group = group_of.get(label, -1)
        n_cells = sizes.get(label) or others[label]
        nodes.append(
            Node(
                label=label,
                raw=raw_of[label] if raw_of[label] != label else "",
                group=group,
                n_cells=n_cells,
                needed=least if label in others and n_cells < least else 0,
                colour=groups.colours[group] if group >= 0 else usual[label],
                colour_cvd=groups.colours_cvd[group] if group >= 0 else cvd[label],
                own=groups.own_colours if group >= 0 else label in stored,
            )
        )
    return nodes


def _sizes(table: pd.DataFrame, shown: Mapping[str, pd.Series]) -> dict[str, int]:
    """The cells of each sender and receiver, by the label that the page shows."""
    sizes: dict[str, int] = {}
    for group in ENDS.values():
        labels = shown[group]
        first = ~labels.duplicated()
        found = table[f"{group}_cells"].to_numpy()[first.to_numpy()]
        sizes |= dict(zip(labels[first], map(int, found), strict=True))
    return sizes


def _raw_labels(
    table: pd.DataFrame, groups: Category, shown: Mapping[str, pd.Series]
) -> dict[str, str]:
    """The labels of the data, by those that the page shows."""
    found = dict(zip(groups.labels, groups.raw_labels, strict=False))
    for group in ENDS.values():
        found |= dict(zip(shown[group], table[group].astype(object), strict=True))
    return {label: clean_long(raw) for label, raw in found.items()}


def _least(crosstalk: Crosstalk) -> int:
    """How many cells a group needed to be tested; 0 where that is not on record."""
    least = crosstalk.record.param("min_cells")
    return int(least) if least.isdigit() else 0


def _left_out(crosstalk: Crosstalk, groups: Category, tested: Mapping[str, int]) -> dict[str, int]:
    """Cells of the groups of the page that no row is of, by label."""
    if crosstalk.groupby != groups.key:
        return {}
    named = len(groups.labels) - groups.has_unlabelled - bool(groups.collected)
    sizes = np.bincount(groups.codes, minlength=len(groups.labels))
    return {
        label: int(size)
        for label, size in zip(groups.labels[:named], sizes[:named], strict=True)
        if label not in tested and size > 0
    }


def shown_labels(labels: pd.Series, label_of: Mapping[str, str]) -> pd.Series:
    """Labels as the page shows them, so that they can be compared with those of the groups."""
    codes, values = pd.factorize(labels.astype(object))
    names = [label_of.get(value) or display_name(value) for value in values]
    return pd.Series(np.array(names, dtype=object)[codes])


def _stored_colours(adata: AnnData, groupby: str) -> dict[str, str]:
    """The user's colours of the groups of a column, by label; none where there are none."""
    column = adata.obs.get(groupby)
    if column is None or not isinstance(column.dtype, pd.CategoricalDtype):
        return {}
    categories = [as_label(category) for category in column.cat.categories]
    stored = stored_colours(adata, groupby, categories) or []
    return dict(zip(map(display_name, categories), stored, strict=False))
