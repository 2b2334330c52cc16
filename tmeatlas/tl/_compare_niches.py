"""Values of samples out of the niches of their tissue."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas._errors import InputError
from tmeatlas.cohort import LeftOut, SampleTable, centred_log_ratios, joined
from tmeatlas.results import Niches
from tmeatlas.spatial import (
    CO_LOCALISATION,
    PROGRAMME_NEAR_TYPE,
    PROGRAMMES_TOGETHER,
    SHARE_OF_NICHE,
)
from tmeatlas.tl._compare_inputs import Wanted
from tmeatlas.tl._compare_readers import CLR, as_asked, wide_table

PAIRS = (CO_LOCALISATION, PROGRAMME_NEAR_TYPE, PROGRAMMES_TOGETHER)
"""Measures of what lies beside what: hundreds in a section, and so a comparison by themselves."""


def read_niches(adata: AnnData, wanted: Wanted) -> SampleTable:
    """Log-ratios of the niches, and all measures of a section but those of pairs."""
    table = _rows(adata, wanted)
    is_share = table["measure"] == SHARE_OF_NICHE
    parts = [_ratios(table[is_share], wanted)]
    measured = _measured(table[~is_share & ~table["measure"].isin(PAIRS)], wanted)
    if len(measured):
        parts.append(wide_table(measured, NAMES, measured["value"], wanted))
    return joined(parts)


def read_colocalisation(adata: AnnData, wanted: Wanted) -> SampleTable:
    """What lies beside what in each section."""
    table = _rows(adata, wanted)
    measured = _measured(table[table["measure"].isin(PAIRS)], wanted)
    if not len(measured):
        raise InputError(
            f"No section has two types or programmes with enough cells in uns["
            f"{wanted.key or Niches.default_key!r}], so nothing lies beside another there. "
            "Merge types, or compare 'niches'."
        )
    return wide_table(measured, NAMES, measured["value"], wanted)


NAMES = {"feature": "name", "group": "measure", "unit": "unit"}


def _rows(adata: AnnData, wanted: Wanted) -> pd.DataFrame:
    """The measures of the sections that are compared, as text and numbers."""
    niches = as_asked(Niches.read(adata, wanted.key), wanted)
    texts = dict.fromkeys(("sample", "measure", "feature", "partner", "name", "unit"), str)
    table = niches.table.astype(texts)
    return table[table["sample"].isin(wanted.samples)]


def _measured(rows: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """Those that have a value, and enough cells behind it."""
    return rows[(rows["cells"] >= wanted.min_cells) & rows["value"].notna()]


def _ratios(shares: pd.DataFrame, wanted: Wanted) -> SampleTable:
    """Centred log-ratios of the niches; of two the first, as the other is its mirror image."""
    counts = shares.pivot_table(index="sample", columns="feature", values="cells", sort=False)
    counts = counts.reindex(list(wanted.samples)).fillna(0)
    numbers = counts.to_numpy(np.float64)
    enough = numbers.sum(axis=1, keepdims=True) >= wanted.min_cells
    names = [str(name) for name in counts.columns]
    table = SampleTable(
        features=pd.DataFrame({"feature": names, "group": SHARE_OF_NICHE, "unit": CLR}),
        values=np.where(enough, centred_log_ratios(numbers), np.nan),
        cells=numbers.astype(np.int64),
        samples=wanted.samples,
    )
    if len(names) != 2:
        return table
    mirrored = LeftOut(names[1], SHARE_OF_NICHE, f"the mirror image of {names[0]!r}")
    return replace(table.columns_of([0]), left_out=(mirrored,))
