"""What is said of each piece of evidence by itself, in the words of the verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.atlas.verdicts import VERDICTS
from tmeatlas.lr import ENDS, MIN_FOLD, Verdict

PVAL = {"ligand": "ligand_pval", "receptor": "receptor_pval"}
RESPONSES = ("up", "not up", "not scored", "none known")
"""What can be said of the response of a receiver."""
RESPONSE_TEXTS = (
    *RESPONSES[:2],
    "not scored: the signature of its response has no scores in these data",
    "no signature is known that this axis raises",
)
"""The same in words that stand alone."""


def side_states(table: pd.DataFrame, side: str) -> NDArray[np.int64]:
    """Per row of the axes, the verdict on one side alone, as its place in `VERDICTS`."""
    pval = table[PVAL[side]].to_numpy(np.float64)
    lacks = _lacks(table, side)
    needed = table[f"{ENDS[side]}_cells_needed"].notna().to_numpy()
    high = table[f"{side}_specificity_high"].to_numpy(np.float64)
    ambient = table["ambient"].isin([side, "both"]).to_numpy()
    states = {
        Verdict.NOT_TESTABLE: np.isnan(pval),
        Verdict.AMBIENT: ~lacks & ambient,
        Verdict.SPECIFIC: ~lacks,
        Verdict.NOT_SPECIFIC: ~needed & (high < MIN_FOLD),
    }
    codes = [VERDICTS.index(verdict) for verdict in states]
    words = np.select(list(states.values()), codes, VERDICTS.index(Verdict.TOO_FEW))
    return words.astype(np.int64)


def response_states(table: pd.DataFrame, is_known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Per row, the place in `RESPONSES`; `is_known` tells whether its axis has a signature."""
    scored = table["response_effect"].notna().to_numpy()
    words = np.select(
        [scored & ~_lacks(table, "response"), scored, is_known],
        [RESPONSES.index(word) for word in ("up", "not up", "not scored")],
        RESPONSES.index("none known"),
    )
    return words.astype(np.int64)


def _lacks(table: pd.DataFrame, evidence: str) -> NDArray[np.bool_]:
    """Which rows the table says to lack a piece of evidence."""
    missing = table["missing"].astype("category")
    lacking = [evidence in str(text).split("; ") for text in missing.cat.categories]
    return np.isin(missing.cat.codes.to_numpy(), np.flatnonzero(lacking))
