"""Sections that nobody told apart, and whose cells therefore seem to lie among each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._guard import warn
from tmeatlas._meanings import meanings_of
from tmeatlas._text import clean, counted
from tmeatlas.cells._groups import category_candidates

OVERLAID = 0.5
"""Share of the ground of a section that is another's as well. Sections side by side share none; a
convention."""
GLOBAL = "spatial_fov"
"""Where squidpy keeps the places of CosMx in the whole section; its `spatial` begins anew in each
field of view."""


def warn_of_overlaid(adata: AnnData, places: NDArray[np.float64]) -> None:
    """Warn where places are those of several sections, as far as columns and slides say."""
    for name in category_candidates(adata, fewest=2):
        if "sample" in meanings_of(name)[:1] and _lie_on_each_other(adata.obs[name], places):
            n = int(adata.obs[name].nunique())
            whole = remedy(
                python=" Places in the whole section are there as well: "
                f"adata.obsm[{keys.SPATIAL!r}] = adata.obsm[{GLOBAL!r}]"
            )
            warn(
                f"obs[{name!r}] names {counted(n, 'sample')} that lie on top of each other, and "
                "all are taken for one section, in which they are neighbours. Name them by "
                f"{option('sample_key', clean(name))}." + (whole if GLOBAL in adata.obsm else "")
            )
            return
    slides = adata.uns.get(keys.SPATIAL)
    if isinstance(slides, Mapping) and len(slides) > 1:
        warn(
            f"uns[{keys.SPATIAL!r}] has {counted(len(slides), 'slide')}, and all rows are taken "
            f"for one section. Name the column that tells them apart by {option('sample_key')}."
        )


def _lie_on_each_other(column: pd.Series, places: NDArray[np.float64]) -> bool:
    """Whether most of the categories share much of their ground with another."""
    grouped = pd.DataFrame(places).groupby(column.to_numpy(), observed=True)
    low, high = grouped.min().to_numpy(), grouped.max().to_numpy()
    sides = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])
    shared = np.clip(sides, 0, None).prod(axis=2)
    own = np.diag(shared).copy()
    np.fill_diagonal(shared, 0)
    most = np.divide(shared.max(axis=1), own, out=np.zeros(len(own)), where=own > 0)
    return bool(np.median(most) > OVERLAID)
