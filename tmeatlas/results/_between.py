"""What the results between groups of cells share: verdicts, sides, samples, counts of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas._text import counted
from tmeatlas.interactions import ASSOCIATED
from tmeatlas.lr import MIN_FOLD, STANDING, Verdict
from tmeatlas.results._base import Column, Result, Word
from tmeatlas.results._record import Record

VERDICT_WORDS = (
    Word(
        "Specific",
        "The ligand is higher in the sender, and the receptor in the receiver, than in other cells "
        f"of like depth (and of the same sample), each by more than {MIN_FOLD:g} times: adjusted "
        "p ≤ 0.05. That does not show that the cells touch. With three samples or more it holds in "
        "at least half of them, and in two at least; with fewer, cells are the replicates, and "
        "other patients may not show it.",
    ),
    Word(
        "Not specific",
        "Ruled out: the ligand or the receptor is surely no more than "
        f"{MIN_FOLD:g} times as high as in other cells of like depth.",
    ),
    Word(
        "Too few cells",
        "Neither shown nor ruled out. How many cells of the sender or the receiver would be needed "
        "stands beside it. In shallow data this is no sign of absence. The same is said where "
        "fewer than two of three or more samples have both groups.",
    ),
    Word(
        "Not testable",
        "No cells of other groups have a like depth (and are of the same sample), so there is "
        "nothing to compare with.",
    ),
    Word(
        "Specific, mostly ambient",
        "The ligand or the receptor stands out, but ambient RNA explains half of its molecules in "
        "the group or more, so that the cells themselves may not make it. Such rows are listed "
        "apart and make no ribbon.",
    ),
)
ROUTE = ("source", "target")


def side_columns(side: str, group: str) -> tuple[Column, ...]:
    """What is told of the ligand in the source, and of the receptor in the target."""
    others = "mean over that of other cells of like depth that do not stand out"
    return (
        Column(f"{side}_mean", "float32", f"mean of the {side} in the {group}", "log expression"),
        Column(f"{side}_fraction", "float32", f"share of {group} cells that show it", "share"),
        Column(f"{side}_fraction_low", "float32", "lower end of its 95 % interval", "share"),
        Column(f"{side}_fraction_high", "float32", "upper end of its 95 % interval", "share"),
        Column(f"{side}_specificity", "float32", others, "times"),
        Column(f"{side}_specificity_low", "float32", "lower end of its 90 % interval", "times"),
        Column(
            f"{side}_specificity_high",
            "float32",
            "upper end, without all groups that may stand out",
            "times",
        ),
        Column(f"{side}_molecules", "float32", f"molecules counted in the {group}", "molecules"),
        Column(f"{side}_cells", "int32", f"cells of the {group} that show it", "cells"),
        Column(f"{group}_cells", "int32", f"cells of the {group}", "cells"),
        Column(
            f"{group}_cells_needed",
            "float32",
            f"cells of the {group} that would be needed; NaN where they are not what lacks, "
            "infinite where no number would do",
            "cells",
        ),
        Column(f"{side}_pval", "float64", f"p-value of the {side} in the {group}"),
    )


AMBIENT = Column("ambient", "category", "side that is mostly ambient RNA: ligand, receptor or both")
SAMPLE_COLUMNS = (
    Column("sample", "category", "sample; empty over all samples"),
    Column("n_samples", "int32", "samples that have both groups", "samples", False),
    Column("n_samples_seen", "int32", "of these, samples that show both sides", "samples", False),
    Column("n_samples_specific", "int32", "of these, samples in which both are", "samples", False),
    Column("pval_pooled", "float64", "p-value of all cells together", "", False),
)
"""What is told of samples; all but the first only where the run knew them."""
CONTACTS = Column(
    "contacts", "int32", "pairs of neighbours, one of the source, one of the target", "pairs", False
)
"""Where groups had to touch in the tissue."""
ALL_SAMPLES = ""
"""In place of a sample: the row is over all of them."""


@dataclass(frozen=True, eq=False, kw_only=True)
class BetweenGroups(Result):
    """A table with one row per something, source and target, and a verdict on each."""

    table: pd.DataFrame

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        return cls(record=record, key=key, table=cls._frame(adata.uns[key], f"uns[{key!r}]"))

    def _store(self, adata: AnnData) -> None:
        adata.uns[self.key] = self.table

    def overall(self) -> pd.DataFrame:
        """The rows over all samples."""
        over_all = self.table["sample"].astype(object) == ALL_SAMPLES
        return self.table if over_all.all() else self.table[over_all]

    @property
    def caveat(self) -> str:
        """What has to be said wherever the result is shown; empty where there is nothing."""
        return str(self.record.facts.get("spots", ""))

    @property
    def ambient_not_judged(self) -> str:
        """Why ambient RNA was not judged; empty where it was."""
        return str(self.record.facts.get("ambient_not_judged", ""))

    def told(self) -> str:
        """How many rows stand out, and how many more but for ambient RNA."""
        n_ambient = int(is_verdict(self.overall(), Verdict.AMBIENT).sum())
        more = f", {n_ambient:,} more mostly ambient" if n_ambient else ""
        return f"{counted(len(self.standing), 'specific row')}{more}"

    @property
    def standing(self) -> pd.DataFrame:
        """The rows over all samples that stand out."""
        rows = self.overall()
        return rows[stands_out(rows)]


def stands_out(rows: pd.DataFrame) -> pd.Series[bool]:
    """Which rows are specific, or active; not those that are mostly ambient RNA."""
    return rows["verdict"].astype(str).isin([verdict.value for verdict in STANDING])


def is_judged(rows: pd.DataFrame) -> pd.Series[bool]:
    """Which rows are judged: not those of decoys and the like, nor what is mostly ambient RNA.

    These are listed apart.
    """
    return ~rows["verdict"].astype(str).isin([Verdict.NONE.value, Verdict.AMBIENT.value])


def is_verdict(rows: pd.DataFrame, verdict: Verdict) -> pd.Series[bool]:
    """Which rows have this verdict."""
    return rows["verdict"].astype(str) == verdict.value


def count_routes(
    routes: pd.DataFrame, stands: pd.Series[bool], too_few: pd.Series[bool]
) -> pd.DataFrame:
    """How many rows of each route stand out, and for how many there are too few cells.

    The width of a ribbon is `n_specific`.
    """
    counts = routes.assign(n_specific=stands, n_too_few=too_few)
    return counts.groupby(list(routes), sort=True, observed=True).sum().reset_index()


def by_evidence(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows that say something, the best first.

    Those that stand out by falling score, then those with too few cells, the
    lowest p-value first; of equal ones, where the weaker and then the stronger of
    both sides is surer. What is ruled out or not testable is left out.
    """
    score, pval = (rows[name].to_numpy(dtype=np.float64) for name in ("score", "pval"))
    sides = rows.reindex(columns=["ligand_pval", "receptor_pval"]).to_numpy(dtype=np.float64)
    stands = np.flatnonzero(stands_out(rows))
    few = np.flatnonzero(is_verdict(rows, Verdict.TOO_FEW))
    surest = np.lexsort((sides[few].min(axis=1), sides[few].max(axis=1), pval[few]))
    best = np.argsort(-score[stands], kind="stable")
    return rows.iloc[np.concatenate([stands[best], few[surest]])]


def leading_axis(rows: pd.DataFrame) -> str | None:
    """The axis with the most evidence, which is shown first; None where none has any.

    Of interactions, only those count that their axis answers to.
    """
    counts = rows["axis"].astype(str) != ""
    if "core" in rows:
        counts &= rows["core"].astype(str) != ASSOCIATED
    found = by_evidence(rows[counts])
    return str(found["axis"].iloc[0]) if len(found) else None


def flows(rows: pd.DataFrame, columns: Sequence[str] = ()) -> pd.DataFrame:
    """The counts of each source and target.

    With `columns`, also those of its first row by evidence.
    """
    route = list(ROUTE)
    sums = count_routes(rows[route], stands_out(rows), is_verdict(rows, Verdict.TOO_FEW))
    if not columns:
        return sums
    best = by_evidence(rows).drop_duplicates(route)
    return sums.merge(best[[*route, *columns]], on=route, how="left")
