"""Niches of tissue as tidy tables."""

from __future__ import annotations

from typing import Literal

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, listing
from tmeatlas.results import Niches
from tmeatlas.spatial import SHARE_OF_NICHE

ROWS = ("measures", "shares", "profiles", "stability", "cells")


def niches(
    adata: AnnData,
    *,
    rows: Literal["measures", "shares", "profiles", "stability", "cells"] = "measures",
    key: str = keys.NICHES,
) -> pd.DataFrame:
    """Get the result of :func:`tmeatlas.tl.niches`.

    Parameters
    ----------
    adata
        Cells or spots, after ``tme.tl.niches(adata, ...)``.
    rows
        ``"measures"``: one row per sample and measure, with its interval and p-value.
        ``"shares"``: samples × niches. ``"profiles"``: one row per niche and what is more or
        less around its cells. ``"stability"``: one row per number of niches that was tried.
        ``"cells"``: one row per cell or spot, with its niche, its distance to the border of the
        tumour, its named scores and what is around it.
    key
        The `key_added` of the call that wrote it.

    Returns
    -------
    DataFrame
        Text columns are text, not categories. ``attrs["rows"]`` says whether the rows of
        `adata` are cells or spots.

    Raises
    ------
    MissingKeyError
        Nothing under `key`.
    InputError
        Something else under `key`, the result is of other cells or labels, or unknown `rows`.

    Examples
    --------
    >>> import numpy as np
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> adata.obsm["spatial"] = np.random.default_rng(0).uniform(size=(300, 2))
    >>> tme.tl.niches(adata, "cell_type", sample_key="sample", n_niches=3, n_shifts=99)
    >>> tme.get.niches(adata, rows="shares").sum(axis=1).round(6).unique()
    array([1.])
    """
    if rows not in ROWS:
        raise InputError(
            f"Expected `rows` to be one of {listing(ROWS)}, found {rows!r}. Each is "
            "another table of the same result."
        )
    result = Niches.read(adata, key)
    table = {
        "measures": lambda: _plain(result.table),
        "shares": lambda: result.wide(SHARE_OF_NICHE),
        "profiles": lambda: _plain(result.profiles),
        "stability": lambda: result.stability.copy(),
        "cells": lambda: _cells(result),
    }[rows]()
    table.attrs["rows"] = result.rows
    return table


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """A copy with text instead of categories."""
    words = table.select_dtypes("category").columns
    return table.astype(dict.fromkeys(words, object)).reset_index(drop=True)


def _cells(result: Niches) -> pd.DataFrame:
    """Columns of `obs` and what surrounds each cell, by name of the cell."""
    niche, *others = keys.niche_columns(result.key)
    names = {niche: "niche"} | {each: each.removeprefix(f"{result.key}_") for each in others}
    return result.cells.rename(columns=names).join(result.features, rsuffix=" around")
