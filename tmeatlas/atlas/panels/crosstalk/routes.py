"""What is said of each axis between two groups, and of each axis as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from tmeatlas._text import clean
from tmeatlas.atlas.panels.crosstalk.nodes import shown_labels
from tmeatlas.atlas.tables import ROUTE
from tmeatlas.atlas.verdicts import NONE, TOO_FEW, VERDICTS, is_standing, verdict_codes
from tmeatlas.interactions import ASSOCIATED
from tmeatlas.lr import Verdict
from tmeatlas.results import Axes, BetweenGroups, Crosstalk

PRECEDENCE = (
    Verdict.ACTIVE,
    Verdict.SPECIFIC,
    Verdict.RESPONSE_UNKNOWN,
    Verdict.AMBIENT,
    Verdict.TOO_FEW,
    Verdict.NOT_SPECIFIC,
    Verdict.NOT_TESTABLE,
    Verdict.GENES_MISSING,
    Verdict.NONE,
)
"""What is said of a whole is the first of these that is said of a part of it: that it is not
specific can be said of an axis only where it was ruled out everywhere."""
_RANK = {VERDICTS.index(verdict): rank for rank, verdict in enumerate(PRECEDENCE)}


@dataclass(frozen=True)
class AxisVerdict:
    """What can be said of an axis over all pairs of groups."""

    verdict: int = NONE
    """Place in `VERDICTS`."""
    n_active: int = 0
    n_standing: int = 0
    """Pairs of groups between which it stands out, the active ones among them."""


def route_verdicts(
    tested_axes: Axes | None, crosstalk: Crosstalk, label_of: Mapping[str, str]
) -> pd.DataFrame:
    """Axis, source, target (as the page shows them) and verdict, one row per pair of groups.

    Those of the test of the axes or, without it, the best of the core interactions.
    """
    found: BetweenGroups = tested_axes or crosstalk
    table = found.overall()
    if tested_axes is None:
        table = table[table["core"].astype(str) != ASSOCIATED]
    table = table.reset_index(drop=True)
    routes = pd.DataFrame(
        {
            "axis": table["axis"].astype(str),
            "source": shown_labels(table["source"], label_of),
            "target": shown_labels(table["target"], label_of),
            "verdict": verdict_codes(table["verdict"]),
        }
    )
    routes = routes.assign(rank=routes["verdict"].map(_RANK)).sort_values("rank", kind="stable")
    return routes.drop_duplicates(ROUTE).drop(columns="rank").reset_index(drop=True)


def axis_verdicts(routes: pd.DataFrame) -> dict[str, AxisVerdict]:
    """What is said of each axis over all its pairs of groups."""
    stands = pd.Series(is_standing(routes["verdict"]), index=routes.index)
    active = routes["verdict"] == VERDICTS.index(Verdict.ACTIVE)
    counts = pd.DataFrame(
        {
            "rank": routes["verdict"].map(_RANK).groupby(routes["axis"]).min(),
            "n_active": active.groupby(routes["axis"]).sum(),
            "n_standing": stands.groupby(routes["axis"]).sum(),
        }
    )
    return {
        str(axis): AxisVerdict(
            verdict=VERDICTS.index(PRECEDENCE[int(row["rank"])]),
            n_active=int(row["n_active"]),
            n_standing=int(row["n_standing"]),
        )
        for axis, row in counts.iterrows()
    }


def telling_routes(
    routes: pd.DataFrame, axis_of: Mapping[str, int], node_of: Mapping[str, int]
) -> pd.DataFrame:
    """The routes as numbers of the page; those that lack cells, which are most, are the rest."""
    coded = pd.DataFrame(
        {
            "axis": routes["axis"].map(clean).map(axis_of),
            "source": routes["source"].map(node_of),
            "target": routes["target"].map(node_of),
            "verdict": routes["verdict"],
        }
    )
    untold = {TOO_FEW, NONE, VERDICTS.index(Verdict.GENES_MISSING)}
    coded = coded[~coded["verdict"].isin(untold)].dropna()
    return coded.astype(int).reset_index(drop=True)
