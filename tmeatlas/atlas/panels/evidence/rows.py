"""What speaks for each crosstalk axis between two groups: ligand, receptor and response."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from tmeatlas._text import clean
from tmeatlas.atlas.panels.crosstalk.network import Network, shown_labels, verdict_codes
from tmeatlas.atlas.tables import DETECTED, ROUTE, counted_rows, listed_rows
from tmeatlas.results import Axes, Coverage

MAX_ROWS = 20_000
"""Active and detected rows in a page: every one of an atlas of ordinary size."""
NUMBERS = (
    *(
        f"{side}_{what}"
        for side in ("ligand", "receptor")
        for what in ("fraction", "fraction_low", "fraction_high", "pval")
    ),
    *("response_effect", "response_pval", "padj", "score"),
)


@dataclass(frozen=True, eq=False)
class Evidence:
    """Rows of `tme.tl.axes` for the page, the best first."""

    rows: pd.DataFrame
    """Axis, source and target as numbers of the crosstalk; names as numbers into `names`."""
    names: dict[str, list[str]]
    unlisted: pd.DataFrame
    """Route and verdict of the active and detected rows for which there is no room."""
    n_total: int
    n_active: int
    n_detected: int
    modifiers: list[str]
    """Roles beside ligand and receptor that some row has, such as "activation"."""


def read_evidence(axes: Axes, network: Network, coverage: Coverage) -> Evidence | None:
    """The axes for the page; None where none is of the network that it shows."""
    table = axes.overall()
    axis_of = {axis.id: i for i, axis in enumerate(network.axes)}
    node_of = {node.label: i for i, node in enumerate(network.nodes)}
    roles = _modifiers(table)
    coded = pd.DataFrame(
        {
            "axis": table["axis"].astype(str).map(clean).map(axis_of),
            "source": shown_labels(table["source"], network.label_of).map(node_of),
            "target": shown_labels(table["target"], network.label_of).map(node_of),
            "verdict": verdict_codes(table["verdict"]),
            **{name: table[name].to_numpy(dtype=np.float64) for name in NUMBERS},
            # A modifier acts wherever it is, so what counts is the higher of the two shares.
            **{
                role: table[[f"{role}_source", f"{role}_target"]].max(axis=1).to_numpy(np.float64)
                for role in roles
            },
        }
    )
    names: dict[str, list[str]] = {}
    for column, written in (
        ("top_interaction", _pair),
        ("response", partial(_signatures, name_of=coverage.name)),
        ("missing", str),
    ):
        codes, values = pd.factorize(table[column].astype(str))
        coded[column] = codes
        names[column] = [clean(written(value)) if value else "" for value in values]
    known = coded[["axis", "source", "target"]].notna().all(axis=1)
    if not known.any():
        return None
    # The stored order is the best first.
    coded = coded[known].reset_index(drop=True).astype(dict.fromkeys(ROUTE, np.int64))
    best = listed_rows(coded, MAX_ROWS)
    n_active, n_detected = counted_rows(coded)
    return Evidence(
        rows=best,
        names=names,
        unlisted=_unlisted(coded, best),
        n_total=len(coded),
        n_active=n_active,
        n_detected=n_detected,
        modifiers=roles,
    )


def _unlisted(rows: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    counts = rows[rows["verdict"] <= DETECTED]
    routes, known = (pd.MultiIndex.from_frame(table[ROUTE]) for table in (counts, listed))
    return counts.loc[~routes.isin(known), [*ROUTE, "verdict"]].reset_index(drop=True)


def _modifiers(table: pd.DataFrame) -> list[str]:
    columns = [name for name in table.columns.astype(str) if name.endswith("_source")]
    roles = [name.removesuffix("_source") for name in columns]
    return [
        role
        for role in roles
        if f"{role}_target" in table and bool((table[f"{role}_source"].notna()).any())
    ]


def _pair(interaction: str) -> str:
    """`TGFB1^TGFBR1_TGFBR2` as `TGFB1 → TGFBR1+TGFBR2`."""
    return interaction.replace("^", " → ").replace("_", "+")


def _signatures(ids: str, name_of: Callable[[str], str]) -> str:
    """Ids of signatures as their names."""
    return "; ".join(name_of(name) for name in ids.split("; ") if name)
