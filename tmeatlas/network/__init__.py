"""Drivers of the network on bare arrays: ranks of groups, chains, and what genes follow."""

from tmeatlas.network._association import (
    LEAST_SAMPLES,
    LEAST_SHOWING,
    Effect,
    association,
    combined,
)
from tmeatlas.network._follows import (
    OVER_ALL,
    CellsOfLineage,
    Follows,
    Row,
    adjust,
    follow,
    verdict,
)
from tmeatlas.network._known import Followed, Known, Link, Loop, Programme, load_known
from tmeatlas.network._loops import CLOSED, OPEN, UNREAD, Evidence, read_loops
from tmeatlas.network._ranks import TOP_AXES, graph_between, rank_groups

__all__ = [
    "CLOSED",
    "LEAST_SAMPLES",
    "LEAST_SHOWING",
    "OPEN",
    "OVER_ALL",
    "TOP_AXES",
    "UNREAD",
    "CellsOfLineage",
    "Effect",
    "Evidence",
    "Followed",
    "Follows",
    "Known",
    "Link",
    "Loop",
    "Programme",
    "Row",
    "adjust",
    "association",
    "combined",
    "follow",
    "graph_between",
    "load_known",
    "rank_groups",
    "read_loops",
    "verdict",
]
