"""What the results between groups of cells share: verdicts, sides, and counts of active rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import pandas as pd
from anndata import AnnData

from tmeatlas.lr import Verdict
from tmeatlas.results._base import Column, Result, Word
from tmeatlas.results._record import Record

VERDICT_WORDS = (
    Word(
        "Active",
        "Ligand in the sender and receptor in the receiver are higher together than in cells drawn "
        "at random: adjusted p ≤ 0.05. That does not show that the cells touch, nor, as the cells "
        "are the replicates, that other patients would show it.",
    ),
    Word(
        "Detected", "Both sides are seen, but no higher than chance allows: adjusted p above 0.05."
    ),
    Word(
        "Not detectable",
        "Fewer than 3 cells show the ligand or the receptor. In shallow data that is no sign of "
        "absence. Such rows count neither as active nor as detected.",
    ),
    Word(
        "Not testable", "Shuffling the labels moves neither group, so there is nothing to compare."
    ),
)
ROUTE = ("source", "target")


def side_columns(side: str, group: str) -> tuple[Column, ...]:
    """What is told of the ligand in the source, and of the receptor in the target."""
    return (
        Column(f"{side}_mean", "float32", f"mean of the {side} in the {group}", "log expression"),
        Column(f"{side}_fraction", "float32", f"share of {group} cells that show it", "share"),
        Column(f"{side}_fraction_low", "float32", "lower end of its 95 % interval", "share"),
        Column(f"{side}_fraction_high", "float32", "upper end of its 95 % interval", "share"),
        Column(
            f"{side}_lowest_fraction",
            "float32",
            "lowest share that a group of this size shows in 3 cells, 19 times out of 20",
            "share",
        ),
        Column(f"{side}_molecules", "float32", f"molecules counted in the {group}", "molecules"),
        Column(f"{side}_cells", "int32", f"cells of the {group} that show it", "cells"),
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class BetweenGroups(Result):
    """A table with one row per something, source and target, and a verdict on each."""

    table: pd.DataFrame

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        return cls(record=record, key=key, table=cls._frame(adata.uns[key], f"adata.uns[{key!r}]"))

    def _store(self, adata: AnnData) -> None:
        adata.uns[self.key] = self.table

    def overall(self) -> pd.DataFrame:
        """The rows over all samples."""
        return self.table

    @property
    def active(self) -> pd.DataFrame:
        """The rows over all samples that are active."""
        rows = self.overall()
        return rows[is_verdict(rows, Verdict.ACTIVE)]


def is_verdict(rows: pd.DataFrame, verdict: Verdict) -> pd.Series[bool]:
    """Which rows have this verdict."""
    return rows["verdict"].astype(str) == verdict.value


def count_routes(
    routes: pd.DataFrame, is_active: pd.Series[bool], is_detected: pd.Series[bool]
) -> pd.DataFrame:
    """How many rows of each route are active and detected: the width of a ribbon is `n_active`."""
    counts = routes.assign(n_active=is_active, n_detected=is_detected)
    return counts.groupby(list(routes), sort=True, observed=True).sum().reset_index()


def flows(rows: pd.DataFrame, columns: Sequence[str] = ()) -> pd.DataFrame:
    """The counts of each source and target.

    With `columns`, also those of its active row with the highest score.
    """
    route = list(ROUTE)
    is_active = is_verdict(rows, Verdict.ACTIVE)
    sums = count_routes(rows[route], is_active, is_verdict(rows, Verdict.DETECTED))
    if not columns:
        return sums
    active = rows[is_active].sort_values("score", ascending=False, kind="stable")
    best = active.drop_duplicates(route)[[*route, *columns]]
    return sums.merge(best, on=route, how="left")
