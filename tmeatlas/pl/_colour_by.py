"""What cells can be coloured by: a column of obs, a signature or a gene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, listing, unknown
from tmeatlas._text import clean, title_of
from tmeatlas.cells import category_candidates
from tmeatlas.genes import GeneIndex
from tmeatlas.matrix import open_matrix
from tmeatlas.pl._groups import ShownGroups, shown_groups
from tmeatlas.results import Scores


@dataclass(frozen=True, eq=False)
class Numbers:
    """One number per cell."""

    title: str
    unit: str
    values: NDArray[np.float64]


def read_colour(
    adata: AnnData,
    color: str,
    key: str,
    *,
    layer: str | None = None,
    use_raw: bool | None = None,
) -> ShownGroups | Numbers:
    """Groups or numbers called `color`: a signature's own column, obs, a signature, a gene."""
    if not isinstance(color, str):
        raise InputError(
            "Expected the name of an obs column, a signature or a gene as `color`, found "
            f"{color!r}. Columns of groups: {listing(category_candidates(adata))}."
        )
    own_column = color.startswith(keys.OBS_PREFIX)  # as those that tl.score writes beside obsm
    scores = Scores.find(adata, key) if own_column or color not in adata.obs else None
    ids = [] if scores is None else scores.ids
    signature = color.removeprefix(keys.OBS_PREFIX)
    if scores is not None and signature in ids:
        found = scores.chosen(signature)
        unit = ", ".join(filter(None, ["score", scores.among(adata)]))
        return Numbers(found.titles[0], unit, found.matrix[:, 0])
    if color in adata.obs:
        column = adata.obs[color]
        if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
            return shown_groups(adata, color, argument="color")
        values = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return Numbers(title_of(color.removeprefix(keys.OBS_PREFIX)), "", values)
    matrix = open_matrix(adata, layer=layer, use_raw=use_raw)
    column = GeneIndex(matrix.names).find(color)
    if column is not None:
        expression = matrix.columns(np.array([column])).toarray().ravel().astype(np.float64)
        return Numbers(clean(color), matrix.kind.label, expression)
    raise unknown(
        "obs column, signature or gene called",
        color,
        [*category_candidates(adata), *ids, *matrix.genes],
        remedy="Pass one of these as `color=`.",
    )
