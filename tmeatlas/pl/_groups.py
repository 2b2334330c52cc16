"""Groups of cells with their colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas._text import clean
from tmeatlas.cells import category_colours, group_families, read_categories, stored_colours

MAX_GROUPS = 100
OF_CELLS = ("groupby", "color")
"""Arguments that name kinds of cells."""


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
    """The groups of `obs[key]`, with scanpy's colours where the user has them.

    Else groups of cells have the hues of their lineages, samples and conditions any.
    """
    categories = read_categories(adata, key, argument=argument)
    names = [str(name) for name in categories.categories]
    if not 1 <= len(names) <= MAX_GROUPS:
        raise InputError(
            f"Expected 1 to {MAX_GROUPS} groups in obs[{key!r}], found {len(names)}; more cannot "
            f"be told apart. Name another column with `{argument}=`."
        )
    codes = np.asarray(categories.codes, dtype=np.int64)
    sizes = np.bincount(codes[codes >= 0], minlength=len(names))
    by_name = dict(zip(names, sizes.tolist(), strict=True))
    families = group_families(adata, key, by_name) if argument in OF_CELLS else None
    ours = families.colours() if families else category_colours(len(names))
    return ShownGroups(
        key=key,
        labels=[clean(name) for name in names],
        colours=stored_colours(adata, key, names) or ours,
        codes=codes,
        sizes=sizes,
    )
