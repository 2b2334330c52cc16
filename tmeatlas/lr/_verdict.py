"""What a row of crosstalk or of axes says, in one word."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

ALPHA = 0.05
"""Adjusted p-value up to which a row stands out."""


class Verdict(StrEnum):
    """The words, in the order in which they are told and sorted."""

    ACTIVE = "active"
    SPECIFIC = "specific"
    RESPONSE_UNKNOWN = "specific, response unknown"
    NOT_SPECIFIC = "not specific"
    TOO_FEW = "too few cells"
    NOT_TESTABLE = "not testable"
    GENES_MISSING = "not testable: genes missing"
    AMBIENT = "specific, mostly ambient"
    """It stands out, but ambient RNA explains most of its ligand or of its receptor."""
    NONE = ""
    """Rows of decoys, cleavage and other roles that do not carry a signal: p, but no verdict."""


STANDING = (Verdict.ACTIVE, Verdict.SPECIFIC, Verdict.RESPONSE_UNKNOWN)
"""The verdicts of rows that stand out: their adjusted p-value is `ALPHA` or less, and it is not
ambient RNA that they rest on."""
OF_ROWS = (
    Verdict.SPECIFIC,
    Verdict.NOT_SPECIFIC,
    Verdict.TOO_FEW,
    Verdict.NOT_TESTABLE,
    Verdict.AMBIENT,
    Verdict.NONE,
)
"""What can be said of a single interaction."""
OF_AXES = (
    *STANDING,
    Verdict.NOT_SPECIFIC,
    Verdict.TOO_FEW,
    Verdict.NOT_TESTABLE,
    Verdict.GENES_MISSING,
    Verdict.AMBIENT,
)
"""What can be said of an axis."""
AMBIENT_SIDES = ("", "ligand", "receptor", "both")
"""Which sides of a row are mostly ambient, by ``ligand + 2 * receptor``."""


def p_threshold(pval: NDArray[np.float64], padj: NDArray[np.float64]) -> float:
    """The largest p-value that stands out: what a side has to reach."""
    stands = padj <= ALPHA
    largest = float(pval[stands].max()) if stands.any() else 0.0
    return max(largest, ALPHA / max(1, int(np.isfinite(padj).sum())))


def verdict_of_rows(
    padj: NDArray[np.float64],
    ruled_out: NDArray[np.bool_],
    judged: NDArray[np.bool_],
    ambient: NDArray[np.bool_],
) -> pd.Categorical[str]:
    """What each row says; `padj` is NaN where it was not testable, `judged` where it has a say.

    `ambient` tells of which a side is mostly ambient RNA.
    """
    words = list(OF_ROWS)
    codes = np.where(ruled_out, words.index(Verdict.NOT_SPECIFIC), words.index(Verdict.TOO_FEW))
    codes[padj <= ALPHA] = words.index(Verdict.SPECIFIC)
    codes[(padj <= ALPHA) & ambient] = words.index(Verdict.AMBIENT)
    codes[np.isnan(padj)] = words.index(Verdict.NOT_TESTABLE)
    codes[~judged] = words.index(Verdict.NONE)
    return pd.Categorical.from_codes(codes, pd.Index([word.value for word in words]))
