"""Where cells or spots lie in the tissue, as their AnnData says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._checks import rows_are_spots
from tmeatlas._errors import InputError, MissingKeyError, listing
from tmeatlas._guard import warn
from tmeatlas._rows import CELL, SPOT
from tmeatlas._text import counted
from tmeatlas.cells._groups import read_categories
from tmeatlas.cells._overlaid import warn_of_overlaid
from tmeatlas.spatial import Tissue

SPATIALDATA = "spatialdata_attrs"
PLACES = (
    ("x_centroid", "y_centroid"),
    ("center_x", "center_y"),
    ("CenterX_global_px", "CenterY_global_px"),
    ("x", "y"),
)
"""Columns of `obs` in which Xenium, MERSCOPE, CosMx and others keep the centres of cells."""


def has_tissue(adata: AnnData) -> bool:
    """Whether it is known where the rows lie in a tissue."""
    return keys.SPATIAL in adata.obsm


def read_tissue(adata: AnnData, sample_key: str | None = None) -> Tissue:
    """Where each row lies, from `obsm["spatial"]`; the sections are those of `sample_key`."""
    spots = rows_are_spots(adata)
    sections, codes = _sections(adata, sample_key, spots=spots)
    places = _coordinates(adata)
    _check_sections(places, sections, codes)
    if sample_key is None:
        warn_of_overlaid(adata, places)
    return Tissue(places, codes, sections, spots)


def _sections(
    adata: AnnData, sample_key: str | None, *, spots: bool
) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    if sample_key is None:
        return (f"all {SPOT if spots else CELL}s",), np.zeros(adata.n_obs, dtype=np.intp)
    found = read_categories(adata, sample_key, argument="sample_key")
    codes = np.asarray(found.codes, dtype=np.intp)
    without = int((codes < 0).sum())
    if without:
        raise InputError(
            f"{counted(without, SPOT if spots else CELL)} of {adata.n_obs:,} have no section in "
            f"obs[{sample_key!r}], so it is not known what lies beside them. "
            + remedy(
                python=f"Leave them out: adata = adata[adata.obs[{sample_key!r}].notna()].copy()",
                shell=f"Fill it in, or name another column by {option('sample_key')}.",
            )
        )
    return tuple(map(str, found.categories)), codes


def _coordinates(adata: AnnData) -> NDArray[np.float64]:
    if not has_tissue(adata):
        raise MissingKeyError(
            f"obsm[{keys.SPATIAL!r}] is not there, which says where each row lies in the tissue. "
            + remedy(python=_way_to_places(adata), shell="Put two columns of coordinates there.")
        )
    stored: Any = adata.obsm[keys.SPATIAL]
    if hasattr(stored, "toarray"):
        stored = stored.toarray()
    try:
        values = np.array(stored, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(f"obsm[{keys.SPATIAL!r}] does not hold numbers: {error}.") from error
    if values.ndim != 2 or values.shape[1] < 2:
        raise InputError(
            f"Expected two columns of coordinates in obsm[{keys.SPATIAL!r}], found an array of "
            f"shape {values.shape}. Store x and y side by side."
        )
    places = np.ascontiguousarray(values[:, :2])
    _check(adata, places)
    if values.shape[1] > 2 and np.ptp(values[:, 2]) > 0:
        warn(
            f"obsm[{keys.SPATIAL!r}] has {counted(values.shape[1], 'column')}; neighbours are "
            "sought in the plane of the first two. If the third tells sections apart, name these "
            f"by {option('sample_key')}."
        )
    return places


def _way_to_places(adata: AnnData) -> str:
    """How places get to where they are read from."""
    held = adata.uns.get(SPATIALDATA)
    if isinstance(held, Mapping):
        element, key = np.atleast_1d(held.get("region", "cells"))[0], held.get("instance_key")
        return (
            f"Of a SpatialData they are the centres of its elements: adata.obsm[{keys.SPATIAL!r}] "
            f"= spatialdata.get_centroids(sdata[{str(element)!r}]).compute()"
            f".loc[adata.obs[{key!r}], ['x', 'y']].to_numpy(), or read its store by tme.read."
        )
    pair = next((pair for pair in PLACES if set(pair) <= set(adata.obs.columns)), PLACES[-1])
    return (
        f"Put two columns of coordinates there: adata.obsm[{keys.SPATIAL!r}] = "
        f"adata.obs[{list(pair)}].to_numpy()"
    )


def _check(adata: AnnData, places: NDArray[np.float64]) -> None:
    bad = int((~np.isfinite(places).all(axis=1)).sum())
    if bad:
        raise InputError(
            f"{bad:,} of {counted(adata.n_obs, 'row')} have no finite place in "
            f"obsm[{keys.SPATIAL!r}]. "
            + remedy(
                python="Leave them out: adata = "
                f"adata[np.isfinite(adata.obsm[{keys.SPATIAL!r}]).all(axis=1)].copy()",
                shell="Leave them out of the file first.",
            )
        )


def _check_sections(
    places: NDArray[np.float64], sections: tuple[str, ...], codes: NDArray[np.intp]
) -> None:
    """Refuse sections whose rows all lie at one place."""
    grouped = pd.DataFrame(places).groupby(codes)
    at_one = (grouped.min() == grouped.max()).all(axis=1) & (grouped.size() > 1)
    found = [sections[code] for code in at_one.index[at_one]]
    if found:
        raise InputError(
            f"All rows of {listing(found)} lie at one place in obsm[{keys.SPATIAL!r}]. Store "
            "where each lies."
        )
