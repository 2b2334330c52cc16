"""What a row of crosstalk or of axes says, in one word."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.lr._interval import MIN_CELLS_SEEN

ALPHA = 0.05
"""Adjusted p-value up to which a row is called active."""


class Verdict(StrEnum):
    """The words, in the order in which they are told and sorted."""

    ACTIVE = "active"
    DETECTED = "detected"
    NOT_DETECTABLE = "not detectable"
    NOT_TESTABLE = "not testable"


def verdicts(
    padj: NDArray[np.float64], fewest_cells: NDArray[np.int64], testable: NDArray[np.bool_]
) -> pd.Categorical[str]:
    """What a row says; a p-value that rests on one or two cells is not called active."""
    words = list(Verdict)
    codes = np.where(padj <= ALPHA, words.index(Verdict.ACTIVE), words.index(Verdict.DETECTED))
    codes[fewest_cells < MIN_CELLS_SEEN] = words.index(Verdict.NOT_DETECTABLE)
    codes[~testable] = words.index(Verdict.NOT_TESTABLE)
    return pd.Categorical.from_codes(codes, pd.Index([word.value for word in words]))
