"""Chains that sources describe: the paths through the links that the data show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tmeatlas.network._follows import Follows
from tmeatlas.network._known import Link, Loop

CLOSED = "all links hold"
OPEN = "not all links hold"
UNREAD = "not testable"


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the links of a chain are read from."""

    axes: pd.DataFrame
    """One row per axis, source and target, with whether it `holds`."""
    members: Mapping[str, Sequence[str]]
    """By lineage, the groups whose cells are mostly of it."""
    follows: pd.DataFrame
    """One row over all samples per gene, lineage and programme."""


def read_loops(loops: Sequence[Loop], evidence: Evidence) -> pd.DataFrame:
    """One row per loop, path and link: every path of which all links hold, else the nearest to it.

    A loop without a path that the data could show has one row, which says so.
    """
    rows = [row for loop in loops for row in _rows_of(loop, evidence)]
    return pd.DataFrame(rows)


def _rows_of(loop: Loop, evidence: Evidence) -> Iterator[dict[str, object]]:
    """The rows of one loop."""
    import networkx as nx

    graph = nx.DiGraph()
    for number, link in enumerate(loop.links):
        graph.add_edges_from(_edges(number, link, evidence))
    last = len(loop.links)
    starts = [node for node in graph if node[0] == 0]
    ends = [node for node in graph if node[0] == last]
    paths = [
        [graph.edges[edge] for edge in path]
        for start in starts
        for path in nx.all_simple_edge_paths(graph, start, ends)
    ]
    about = {"loop": loop.id, "name": loop.name, "says": loop.says, "cite": loop.cite}
    if not paths:
        yield {**about, **_nothing(loop), "path": 1, "link": 1, "found": UNREAD}
        return
    paths.sort(key=_by_evidence)
    closed = [path for path in paths if all(edge["holds"] for edge in path)]
    for number, path in enumerate(closed or paths[:1], start=1):
        read = all(not str(edge["verdict"]).startswith(UNREAD) for edge in path)
        found = CLOSED if closed else OPEN if read else UNREAD
        for place, edge in enumerate(path, start=1):
            yield {**about, **edge, "path": number, "link": place, "found": found}


def _by_evidence(path: list[Mapping[str, object]]) -> tuple[int, float, list[str]]:
    """The path with the most links that hold comes first, then that whose weakest p is lowest."""
    weakest = max(float(np.nan_to_num(edge["padj"], nan=2.0)) for edge in path)  # type: ignore[call-overload]
    names = [f"{edge['source']} {edge['target']}" for edge in path]
    return -sum(bool(edge["holds"]) for edge in path), weakest, names


Edge = tuple[tuple[int, str], tuple[int, str], dict[str, object]]


def _edges(number: int, link: Link, evidence: Evidence) -> Iterator[Edge]:
    """What the data have of a link, from its nodes to those of the next one."""
    if link.axis:
        rows = evidence.axes[evidence.axes["axis"].astype(str) == link.axis]
        rows = rows[rows["source"].astype(str).isin(evidence.members.get(link.source, ()))]
        rows = rows[rows["target"].astype(str).isin(evidence.members.get(link.target, ()))]
        for row in rows.to_dict("records"):
            source, target = str(row["source"]), str(row["target"])
            told = {
                **{"by": link.axis, "carried_by": str(row["top_interaction"])},
                **{"source": source, "target": target, "verdict": str(row["verdict"])},
                **{"value": float(row["score"]), "unit": "score", "padj": float(row["padj"])},
                **{"n_samples": int(row["n_samples"]), "holds": bool(row["holds"])},
                "n_samples_specific": int(row["n_samples_specific"]),
            }
            yield (number, source), (number + 1, target), told
        return
    rows = evidence.follows
    if rows.empty:
        return
    keep = (rows["gene"] == link.gene) & (rows["programme"] == link.programme)
    for row in rows[keep & (rows["lineage"] == link.source)].to_dict("records"):
        for group in evidence.members.get(link.source, ()):
            told = {
                **{"by": link.programme, "carried_by": link.gene},
                **{"source": str(row["name"]), "target": group, "verdict": str(row["verdict"])},
                **{"value": float(row["value"]), "unit": "SD", "padj": float(row["padj"])},
                **{"n_samples": int(row["n_samples"]), "holds": row["verdict"] == Follows.YES},
                "n_samples_specific": int(row["n_samples_follow"]),
            }
            yield (number, link.programme), (number + 1, group), told


def _nothing(loop: Loop) -> dict[str, object]:
    """The row of a loop of which the data have no path."""
    first = loop.links[0]
    return {
        **{"by": first.axis or first.programme, "carried_by": "", "source": "", "target": ""},
        **{"verdict": Follows.NOT_TESTABLE.value, "value": np.nan, "unit": "", "padj": np.nan},
        **{"n_samples": 0, "n_samples_specific": 0, "holds": False},
    }
