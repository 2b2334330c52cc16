"""What speaks for each crosstalk axis between two groups: ligand, receptor and response."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tmeatlas._text import clean, clean_long, interaction_name
from tmeatlas.atlas.panels.crosstalk.axes import axis_facts
from tmeatlas.atlas.panels.crosstalk.network import OF_SIDES, Network, numbers
from tmeatlas.atlas.panels.crosstalk.nodes import shown_labels
from tmeatlas.atlas.panels.evidence.states import response_states, side_states
from tmeatlas.atlas.tables import ROUTE, counted_rows, listed_rows
from tmeatlas.atlas.verdicts import AMBIENT, TOO_FEW, is_standing, verdict_codes
from tmeatlas.lr import ENDS, MODIFIERS
from tmeatlas.results import Axes, Coverage, Verdict, is_verdict

MAX_ROWS = 20_000
"""Rows of interest in a page: every one of an atlas of ordinary size."""
NUMBERS = ("score", "padj", "response_effect", "response_pval")
OF_AXIS_SIDES = (*OF_SIDES, "fraction_low", "fraction_high", "pval")
HALF = 0.5


@dataclass(frozen=True)
class AxisFacts:
    """What holds for an axis whatever the groups."""

    core_pairs: int
    core_pairs_measured: int
    is_little: bool
    """Whether the data hold some of the core pairs, but less than half."""
    missing_genes: str
    response: str
    """Names of the signatures of its response that are scored."""
    validated: bool


@dataclass(frozen=True, eq=False)
class Evidence:
    """Rows of `tme.tl.axes` for the page, the best first."""

    rows: pd.DataFrame
    """Axis, source and target as numbers of the crosstalk; names as numbers into `names`."""
    names: dict[str, list[str]]
    axes: list[AxisFacts | None]
    """Of each axis of the crosstalk; None of those without evidence."""
    unlisted: pd.DataFrame
    """Route and verdict of the rows of interest for which there is no room."""
    n_total: int
    n_standing: int
    n_too_few: int
    modifiers: list[str]
    """Roles beside ligand and receptor that some row has, such as "activation"."""


def read_evidence(axes: Axes, network: Network, coverage: Coverage) -> Evidence | None:
    """The axes for the page; None where none is of the network that it shows."""
    table = axes.overall()
    axis_of = {axis.id: i for i, axis in enumerate(network.axes)}
    facts = _axis_facts(table, coverage)
    # That an axis lacks genes is told once, not for each pair of groups.
    table = table[~is_verdict(table, Verdict.GENES_MISSING)]
    node_of = {node.label: i for i, node in enumerate(network.nodes)}
    roles = [role for role in MODIFIERS if bool(table[f"{role}_source"].notna().any())]
    known_response = {axis for axis, (_, response) in axis_facts().items() if response}
    names = table["axis"].astype(str)
    coded = pd.DataFrame(
        {
            "axis": names.map(clean).map(axis_of).to_numpy(),
            "source": shown_labels(table["source"], network.label_of).map(node_of),
            "target": shown_labels(table["target"], network.label_of).map(node_of),
            "verdict": verdict_codes(table["verdict"]),
            **{f"{side}_state": side_states(table, side) for side in ENDS},
            "response_state": response_states(table, names.isin(known_response).to_numpy()),
            **numbers(table, NUMBERS, OF_AXIS_SIDES),
            # A modifier acts wherever it is, so what counts is the higher of the two shares.
            **{
                role: table[[f"{role}_source", f"{role}_target"]].max(axis=1).to_numpy(np.float64)
                for role in roles
            },
        }
    )
    texts: dict[str, list[str]] = {}
    for column in ("top_interaction", "associated"):
        codes, values = pd.factorize(table[column].astype(object))
        coded[column] = codes
        texts[column] = [
            clean_long("; ".join(map(interaction_name, value.split("; ")))) for value in values
        ]
    known = coded[["axis", "source", "target"]].notna().all(axis=1)
    if not known.any():
        return None
    # The stored order is the best first.
    coded = coded[known].reset_index(drop=True).astype(dict.fromkeys(ROUTE, np.int64))
    best = listed_rows(coded, MAX_ROWS)
    n_standing, n_too_few = counted_rows(coded)
    return Evidence(
        rows=best,
        names=texts,
        axes=[facts.get(axis.id) for axis in network.axes],
        unlisted=_unlisted(coded, best),
        n_total=len(coded),
        n_standing=n_standing,
        n_too_few=n_too_few,
        modifiers=roles,
    )


def _axis_facts(table: pd.DataFrame, coverage: Coverage) -> dict[str, AxisFacts]:
    """What the rows of each axis have in common, by the id of the axis as the page shows it."""
    first = table[~table["axis"].duplicated()]
    return {
        clean(row["axis"]): AxisFacts(
            core_pairs=int(row["core_pairs"]),
            core_pairs_measured=int(row["core_pairs_measured"]),
            is_little=bool(0 < row["coverage"] < HALF),
            missing_genes=clean_long(row["missing_genes"]),
            response=clean_long(_signatures(str(row["response"]), coverage.name)),
            validated=bool(row["response_validated"]),
        )
        for row in first.to_dict("records")
    }


def _unlisted(rows: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    counts = rows[is_standing(rows["verdict"]) | rows["verdict"].isin([TOO_FEW, AMBIENT])]
    routes, known = (pd.MultiIndex.from_frame(table[ROUTE]) for table in (counts, listed))
    return counts.loc[~routes.isin(known), [*ROUTE, "verdict"]].reset_index(drop=True)


def _signatures(ids: str, name_of: Callable[[str], str]) -> str:
    """Ids of signatures as their names."""
    return "; ".join(name_of(name) for name in ids.split("; ") if name)
