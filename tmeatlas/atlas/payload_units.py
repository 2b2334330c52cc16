"""What the numbers of a page mean: a short name, then the meaning of the values."""

from __future__ import annotations

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import clean_long
from tmeatlas.results import UNIT, Record

OF_GENES = "log-normalised expression"
OF_CONSENSUS = "consensus; about 1 in an average cell, higher where the signatures agree on it"


def method_says(adata: AnnData, fact: str) -> str:
    """What the method of the scores on record says of itself; empty where it says nothing."""
    found = Record.find(adata, keys.SCORES)
    return "" if found is None else clean_long(found.facts.get(fact, ""))


def unit_of_scores(adata: AnnData) -> str:
    """What a score means, by the method that gave it; empty where that is not on record."""
    return method_says(adata, UNIT)
