"""The verdicts on interactions and axes as numbers, and what each says, for the scripts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing
from tmeatlas._text import clean
from tmeatlas.lr import ALPHA, MIN_FOLD, STANDING, Verdict
from tmeatlas.results import FEWEST_CELLS, MOST_FOLD, BetweenGroups

VERDICTS = tuple(verdict.value for verdict in Verdict)
"""All verdicts; tables of the page hold their places."""
STANDING_CODES = tuple(VERDICTS.index(verdict) for verdict in STANDING)
"""Places of those that stand out."""
TOO_FEW, AMBIENT, NONE = (
    VERDICTS.index(verdict) for verdict in (Verdict.TOO_FEW, Verdict.AMBIENT, Verdict.NONE)
)
WORDS = {
    Verdict.GENES_MISSING: "not in these data",
    Verdict.NONE: "no verdict",
}
"""What the page says in place of the word of the table, which is meant for code."""
CONSTANTS: dict[str, Any] = {
    "verdicts": [WORDS.get(verdict, verdict.value) for verdict in Verdict],
    "active": VERDICTS.index(Verdict.ACTIVE),
    "notSpecific": VERDICTS.index(Verdict.NOT_SPECIFIC),
    "notTestable": VERDICTS.index(Verdict.NOT_TESTABLE),
    "standing": STANDING_CODES,
    "tooFew": TOO_FEW,
    "ambient": AMBIENT,
    "noVerdict": NONE,
    "alpha": ALPHA,
    "mostFold": MOST_FOLD,
    "fewestCells": FEWEST_CELLS,
}
"""What scripts know of verdicts."""
_NOT_BOTH = "neither shown nor ruled out (adjusted p {p})"
_RULED_OUT = (
    f"{Verdict.NOT_SPECIFIC}: a side is surely no more than {MIN_FOLD:g} times as high as in other "
    "cells of like depth (adjusted p {p})"
)
ROW_TEXTS = {
    Verdict.SPECIFIC: f"{Verdict.SPECIFIC}, adjusted p {{p}}",
    Verdict.NOT_SPECIFIC: _RULED_OUT,
    Verdict.TOO_FEW: f"{Verdict.TOO_FEW}: {_NOT_BOTH}",
    Verdict.NOT_TESTABLE: f"{Verdict.NOT_TESTABLE}: no cells of like depth to compare with",
    Verdict.AMBIENT: (
        f"{Verdict.AMBIENT}: adjusted p {{p}}, but ambient RNA explains half or more of the "
        "molecules of a side"
    ),
    Verdict.NONE: "no verdict: what it does carries no signal",
}
"""What a verdict says of a single interaction, whose adjusted p-value is `{p}`."""
AXIS_TEXTS = {
    **ROW_TEXTS,
    Verdict.ACTIVE: f"{Verdict.ACTIVE}: specific, and the receiver answers (adjusted p {{p}})",
    Verdict.SPECIFIC: (
        f"{Verdict.SPECIFIC}, but the receiver shows no higher response (adjusted p {{p}})"
    ),
    Verdict.RESPONSE_UNKNOWN: f"{Verdict.RESPONSE_UNKNOWN} (adjusted p {{p}})",
    Verdict.GENES_MISSING: WORDS[Verdict.GENES_MISSING],
}
"""What it says of an axis."""


def caveat_of(found: BetweenGroups | None) -> str:
    """What has to stand with the result, as a sentence to be added; empty where nothing has."""
    said = found.caveat if found is not None else ""
    return f" {clean(said[:1].upper() + said[1:])}." if said else ""


def texts_of(meanings: dict[Verdict, str]) -> list[str]:
    """The meanings by the places of the verdicts."""
    return [meanings.get(verdict, verdict.value) for verdict in Verdict]


def verdict_codes(verdicts: pd.Series) -> NDArray[np.int64]:
    """Verdicts as their places in `VERDICTS`; tables are read, so that the page never judges."""
    codes = pd.Index(VERDICTS).get_indexer(pd.Index(verdicts.astype(str)))
    if (codes < 0).any():
        strange = verdicts.astype(str)[codes < 0].iloc[0]
        raise InputError(
            f"Expected the verdicts {listing(VERDICTS)}, found {strange!r}. Compute the table "
            "again, with this version."
        )
    return np.asarray(codes, dtype=np.int64)


def is_standing(codes: pd.Series) -> NDArray[np.bool_]:
    """Which of the verdicts, by their places, stand out."""
    return np.isin(codes.to_numpy(), STANDING_CODES)
