"""Groups of cells with their colours, and means over them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas._text import clean
from tmeatlas.cells import PALETTE_CVD, category_colours, read_categories, stored_colours

MAX_GROUPS = 100
ROUNDING = 1e-9
"""Means that differ by less, as a share of the largest, are equal."""


@dataclass(frozen=True, eq=False)
class ShownGroups:
    """Groups of an `obs` column, in the user's order."""

    key: str
    labels: list[str]
    colours: list[str]
    codes: NDArray[np.int64]
    """Group of each cell; -1 where it has none."""
    sizes: NDArray[np.int64]


def shown_groups(adata: AnnData, key: str, *, argument: str = "groupby") -> ShownGroups:
    """The groups of `obs[key]`, with scanpy's colours where the user has them."""
    categories = read_categories(adata, key, argument=argument)
    names = [str(name) for name in categories.categories]
    if not 1 <= len(names) <= MAX_GROUPS:
        raise InputError(
            f"Expected 1 to {MAX_GROUPS} groups in obs[{key!r}], found {len(names)}; more cannot "
            f"be told apart. Name another column with `{argument}=`."
        )
    codes = np.asarray(categories.codes, dtype=np.int64)
    return ShownGroups(
        key=key,
        labels=[clean(name) for name in names],
        colours=stored_colours(adata, key, names) or category_colours(len(names), PALETTE_CVD),
        codes=codes,
        sizes=np.bincount(codes[codes >= 0], minlength=len(names)),
    )


def group_means(values: NDArray[np.float64], groups: ShownGroups) -> NDArray[np.float64]:
    """Columns × groups: the mean of each column of `values` in each group; NaN where none."""
    n = len(groups.labels)
    means = np.full((values.shape[1], n), np.nan)
    for i in range(values.shape[1]):
        known = (groups.codes >= 0) & np.isfinite(values[:, i])
        counts = np.bincount(groups.codes[known], minlength=n)
        sums = np.bincount(groups.codes[known], weights=values[known, i], minlength=n)
        means[i] = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
    return means


def standardised(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row minus its mean, over its standard deviation: comparable between signatures.

    0 where all means of a row are equal, NaN where there is none.
    """
    known = np.isfinite(means)
    number = np.maximum(known.sum(axis=1, keepdims=True), 1)
    centred = np.where(known, means, 0.0)
    largest = np.abs(centred).max(axis=1, keepdims=True)
    centred -= centred.sum(axis=1, keepdims=True) / number
    spread = np.sqrt((centred**2).sum(axis=1, keepdims=True, where=known) / number)
    differs = spread > ROUNDING * largest
    relative = np.where(differs, centred / np.where(differs, spread, 1.0), 0.0)
    return np.where(known, relative, np.nan)
