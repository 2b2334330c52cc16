"""What a row between two groups says, in words, as figures tell it when hovered over."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import pandas as pd

from tmeatlas._text import complex_name, counted, three_digits
from tmeatlas.lr import ENDS
from tmeatlas.pl._label import shown
from tmeatlas.results import Verdict, is_open

SIDE_COLUMNS = tuple(
    name
    for side, end in ENDS.items()
    for name in (
        *(f"{side}_fraction", f"{side}_cells", f"{end}_cells", f"{end}_cells_needed"),
        *(f"{side}_specificity", f"{side}_specificity_low", f"{side}_specificity_high"),
    )
)
"""What is read of a row to tell of its sides."""
SAMPLES = ("n_samples", "n_samples_specific")
"""Where the run knew samples."""
AMBIENT_SIDES = {
    "ligand": "the ligand in the sender",
    "receptor": "the receptor in the receiver",
    "both": "ligand and receptor",
}
"""Of which side most is ambient RNA."""
CELLS = re.compile(r"\bcells?$", re.IGNORECASE)
"""At the end of a name that says itself that it is of cells."""


def verdict_words(row: pd.Series) -> str:
    """The verdict, and what is lacking for another."""
    verdict = str(row["verdict"])
    if verdict == Verdict.TOO_FEW:
        return ": ".join([verdict, *filter(None, [cells_needed(row)])])
    if verdict == Verdict.AMBIENT:
        return f"{verdict}: {AMBIENT_SIDES[row['ambient']]}"
    return verdict or "no verdict, as its role carries no signal"


def cells_needed(row: pd.Series, names: Mapping[str, str] | None = None) -> str:
    """`about 507 Macrophage cells would be needed`, of each group that has too few.

    `names` are other words for source and target than the names of the groups.
    """
    needed: dict[str, float] = {}
    for end in ENDS.values():
        name = shown(row[end] if names is None else names[end])
        number = float(row[f"{end}_cells_needed"])
        if not np.isnan(number):
            needed[name] = max(number, needed.get(name, 0.0))
    never = [cells_of(name) for name, number in needed.items() if np.isinf(number)]
    if never:
        return f"more {' and '.join(never)} alone would not settle it"
    more = [f"about {three_digits(number)} {cells_of(name)}" for name, number in needed.items()]
    return f"{' and '.join(more)} would be needed" if more else ""


def cells_of(group: str) -> str:
    """`CAF cells`, `T cells`: the cells of a group by its name."""
    if CELLS.search(group):
        return group.removesuffix("s") + "s"
    return f"{group} cells"


def fold_words(row: pd.Series, side: str) -> str:
    """`3.2-fold, 2.1 to 4.9`: how the mean compares with that of other cells of like depth."""
    value, low, high = (float(row[f"{side}_specificity{end}"]) for end in ("", "_low", "_high"))
    if np.isnan(value):
        untestable = str(row["verdict"]) == Verdict.NOT_TESTABLE
        return "no other cells to compare with" if untestable else "not seen"
    if is_open(row.to_dict(), side):
        return f"at least {_fold(low)}-fold"
    return f"{_fold(value)}-fold, {_fold(low)} to {_fold(high)}"


def _fold(value: float) -> str:
    if np.isinf(value):
        return "any"
    return f"{value:.2f}" if value < 1 else f"{value:.1f}" if value < 10 else three_digits(value)


def share_words(row: pd.Series, side: str) -> str:
    """`41% of 379 CAF cells`."""
    end = ENDS[side]
    group = cells_of(shown(row[end]))
    return f"{float(row[f'{side}_fraction']):.0%} of {int(row[f'{end}_cells']):,} {group}"


def side_words(row: pd.Series, side: str, name: str) -> str:
    """How specific and how broad one side is; `name` is its gene or complex."""
    return f"{shown(complex_name(name))}: {fold_words(row, side)}; {share_words(row, side)}"


def p_words(row: pd.Series, what: str = "this interaction") -> str:
    """The adjusted p-value and in how many samples `what` is specific, as far as there are any."""
    padj, n_samples = float(row["padj"]), int(row.get("n_samples", 0))
    p = "" if np.isnan(padj) else f"adjusted p {padj:.2g}"
    n = int(row.get("n_samples_specific", 0))
    samples = f"{what} specific in {n} of {counted(n_samples, 'sample')}" if n_samples else ""
    return ", ".join(filter(None, [p, samples]))
