"""What cells can be coloured by: a column of obs, a signature or a gene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import (
    InputError,
    MissingKeyError,
    StaleResultError,
    listing,
    nearest,
    not_among,
)
from tmeatlas._text import clean, title_of
from tmeatlas.cells import category_candidates, missing_step
from tmeatlas.genes import GeneIndex
from tmeatlas.matrix import open_matrix
from tmeatlas.pl._groups import ShownGroups, shown_groups
from tmeatlas.results import Niches, Scores
from tmeatlas.sig import load


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
        title = title_of(color.removeprefix(keys.OBS_PREFIX))
        return Numbers(*_named_niches(adata, color).get(color, (title, "")), values)
    matrix = open_matrix(adata, layer=layer, use_raw=use_raw)
    column = GeneIndex(matrix.names).find(color)
    if column is not None:
        expression = matrix.columns(np.array([column])).toarray().ravel().astype(np.float64)
        return Numbers(clean(color), matrix.kind.label, expression)
    names = [str(name) for name in matrix.genes]
    raise _nothing_called(adata, color, key, [*ids, *names], scored=bool(ids))


def _named_niches(adata: AnnData, color: str) -> Mapping[str, tuple[str, str]]:
    """Names and units of what `tl.niches` wrote of each cell; none if they are of other cells."""
    if color not in keys.niche_columns(keys.NICHES):
        return {}
    try:
        niches = Niches.find(adata)
    except StaleResultError:
        return {}
    return {} if niches is None else niches.named_numbers


def _nothing_called(
    adata: AnnData, color: str, key: str, names: list[str], *, scored: bool
) -> MissingKeyError:
    """The error for a name of nothing; a step that is missing comes before the names there are."""
    signature = color.removeprefix(keys.OBS_PREFIX)
    step = missing_step(color)
    if signature in load("all"):
        which = ", 'all'" if scored else ""  # others were scored, and are kept
        where = "" if key == keys.SCORES else f", key_added={key!r}"
        step = f"tme.tl.score(adata{which}{where})"
    return not_among(
        "obs column, signature or gene called",
        color,
        nearest(color, [*category_candidates(adata), *names]),
        remedy="Pass one of these as `color=`.",
        first=f"Run {step} first, which writes it." if step else "",
    )
