"""Which groups send and receive the most axes, as a graph between them and a ranked table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._stats import LEVEL
from tmeatlas.network._association import LEAST_SAMPLES

if TYPE_CHECKING:
    import networkx as nx

TOP_AXES = 5
"""Axes that are named of each group, the best first."""
COUNTED = ("sends", "receives", "to_itself")

Bools = NDArray[np.bool_]


def graph_between(rows: pd.DataFrame, groups: Sequence[str]) -> nx.DiGraph:
    """The groups, and from each to each other the axes that stand out (`axes` of the edge)."""
    import networkx as nx

    graph = nx.DiGraph()
    graph.add_nodes_from(groups)
    ends = rows[["source", "target", "axis"]].astype(str)
    for source, target, axis in ends.itertuples(index=False, name=None):
        if not graph.has_edge(source, target):
            graph.add_edge(source, target, axes=[])
        graph.edges[source, target]["axes"].append(axis)
    return graph


def rank_groups(
    rows: pd.DataFrame,
    standing: Bools,
    too_few: Bools,
    sizes: pd.Series[int],
    in_samples: pd.DataFrame | None,
) -> pd.DataFrame:
    """One row per group of `sizes`, that with the most axes to and from others first.

    `rows` are axes between groups, the best first; `standing` tells which of them stand out, and
    `too_few` which are neither shown nor ruled out. An axis counts once, however many groups
    are at its other end.
    """
    groups = [str(group) for group in sizes.index]
    texts = rows[["source", "target", "axis"]].astype(str)
    graph = graph_between(texts[standing], groups)
    table = pd.DataFrame({"group": groups, "cells": sizes.to_numpy(np.int32)})
    for name, end in (("sends", "source"), ("receives", "target")):
        axes = [_axes(texts[standing], end, group) for group in groups]
        unclear = [
            set(_axes(texts[too_few], end, group)) - set(own)
            for group, own in zip(groups, axes, strict=True)
        ]
        table[name] = np.array([len(own) for own in axes], dtype=np.int32)
        table[f"{name}_unclear"] = np.array([len(each) for each in unclear], dtype=np.int32)
        table[f"{name}_axes"] = ["; ".join(own[:TOP_AXES]) for own in axes]
    own = [graph.edges[g, g]["axes"] if graph.has_edge(g, g) else () for g in groups]
    table["to_itself"] = np.array([len(set(axes)) for axes in own], dtype=np.int32)
    partners = [{*graph.successors(g), *graph.predecessors(g)} - {g} for g in groups]
    table["partners"] = np.array([len(each) for each in partners], dtype=np.int32)
    table = table.join(_over_samples(in_samples, groups))
    both = table["sends"] + table["receives"]
    table["rank"] = both.rank(method="min", ascending=False).astype(np.int32)
    return table.sort_values("rank", kind="stable", ignore_index=True)


def _axes(texts: pd.DataFrame, end: str, group: str) -> list[str]:
    """The axes of which a group is at one end and another at the other, each once, in order."""
    rows = texts[(texts[end] == group) & (texts["source"] != texts["target"])]
    return list(dict.fromkeys(rows["axis"]))


def _over_samples(in_samples: pd.DataFrame | None, groups: Sequence[str]) -> pd.DataFrame:
    """Mean number of axes in the samples that have a group, with a 95 % interval (t).

    NaN with fewer than `LEAST_SAMPLES`.
    """
    from scipy.special import stdtrit

    columns: dict[str, list[float]] = {"n_samples": []}
    for name in COUNTED[:2]:
        columns |= {f"{name}_{end}": [] for end in ("mean", "low", "high")}
    for group in groups:
        rows = None if in_samples is None else in_samples[in_samples["group"].astype(str) == group]
        n = 0 if rows is None else len(rows)
        columns["n_samples"].append(n)
        for name in COUNTED[:2]:
            mean = low = high = np.nan
            if rows is not None and n >= LEAST_SAMPLES:
                counts = rows[name].to_numpy(np.float64)
                mean = counts.mean()
                half = stdtrit(n - 1, (1 + LEVEL) / 2) * counts.std(ddof=1) / np.sqrt(n)
                low, high = max(0.0, mean - half), mean + half
            for end, value in (("mean", mean), ("low", low), ("high", high)):
                columns[f"{name}_{end}"].append(value)
    found = pd.DataFrame(columns)
    return found.assign(n_samples=found["n_samples"].astype(np.int32))
