"""What `tl.quality` says aloud of its remarks."""

from __future__ import annotations

import pandas as pd

from tmeatlas import _keys as keys
from tmeatlas._asker import remedy
from tmeatlas._errors import listing
from tmeatlas._guard import warn
from tmeatlas._log import note
from tmeatlas.results import Quality

FEW = 3
"""Samples that are named."""


def tell(found: Quality) -> None:
    """Warn of what means nothing now; of all else there is a note."""
    remarks = found.remarks.astype(str)
    forbids = remarks["forbids"] != ""
    if forbids.any():
        parts = [
            f"{_together(rows)}, where {str(what).replace('; ', ', ')} mean nothing"
            for what, rows in remarks[forbids].groupby("forbids", sort=False)
        ]
        where = remedy(
            python=f"adata.uns[{keys.quality_tables(found.key)[0]!r}] has the numbers behind it",
            shell="the numbers behind it are in the output",
        )
        warn(f"{'; '.join(parts)}: {where}.")
    for word, rows in remarks[~forbids].groupby("remark", sort=False):
        note(_in_words(word, rows))


def _together(remarks: pd.DataFrame) -> str:
    """Remarks that forbid the same, of which each is told once."""
    words = [_in_words(*each) for each in remarks.groupby("remark", sort=False)]
    return ", ".join(words[:-1]) + " and " * (len(words) > 1) + words[-1]


def _in_words(word: object, remarks: pd.DataFrame) -> str:
    """A remark with the samples that it is on; one on conditions has none."""
    samples = [name for name in remarks["sample"] if name]
    return f"{word} in {listing(samples, limit=FEW)}" if samples else str(word)
