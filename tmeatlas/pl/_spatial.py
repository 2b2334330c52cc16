"""Cells or spots where they lie in the tissue, section by section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError, unknown
from tmeatlas._numbers import check_number
from tmeatlas.cells import (
    TissueMap,
    read_categories,
    read_plane,
    read_tissue_plane,
    rows_are_spots,
)
from tmeatlas.pl._cells import coloured
from tmeatlas.pl._colour_by import read_colour
from tmeatlas.pl._tissue import ASPECT, spatial_figure
from tmeatlas.results import Record

if TYPE_CHECKING:
    import plotly.graph_objects as go


def spatial(
    adata: AnnData,
    color: str,
    *,
    sample: Sequence[str] | str | None = None,
    sample_key: str | None = None,
    image: bool = True,
    point_size: float | None = None,
    key: str = keys.SCORES,
    layer: str | None = None,
    use_raw: bool | None = None,
) -> go.Figure:
    """Draw the cells or spots of tissue where they lie, coloured as :func:`tmeatlas.pl.embedding`.

    Several sections stand side by side on one scale, y downwards as images have it. Spots
    have the size that ``uns["spatial"]`` tells, cells one that all but fills the distance
    to the next. Where ``uns["spatial"]`` has an image of a section, it lies below. Up to
    20,000 cells are points, which can be hovered over and, by group, switched on and off;
    more cells are drawn into a picture.

    Parameters
    ----------
    adata
        Cells or spots with places in ``obsm["spatial"]``. Nothing is written.
    color
        A column of `adata.obs`, such as ``"tme_niche"``, the id of a signature that was
        scored, or a gene.
    sample
        Names of the sections to draw; by default all.
    sample_key
        The `obs` column with the section of each cell. By default that of
        :func:`tmeatlas.tl.niches`, if it ran; else all cells are of one section.
    image
        ``False`` leaves images of the tissue out.
    point_size
        Diameter of a cell or spot in pixels instead of its own.
    key
        The `key_added` of the scores.
    layer
        Key of `adata.layers` with the values of a gene; by default `X`, or `adata.raw` where
        `X` is scaled.
    use_raw
        ``True`` takes them from `adata.raw`; ``False`` never does.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        No places in the tissue, no such section, or nothing called `color`.
    InputError
        More than 100 groups, a size that is not above 0, or `sample` without `sample_key`.

    Examples
    --------
    >>> import numpy as np
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> adata.obsm["spatial"] = np.random.default_rng(0).uniform(size=(300, 2))
    >>> figure = tme.pl.spatial(adata, "cell_type", sample_key="sample")
    """
    if point_size is not None:
        remedy = "Leave it out for the size that the tissue has."
        check_number("point_size", point_size, low=0, ends=False, remedy=remedy)
    payload = spatial_payload(
        adata,
        color,
        sample=sample,
        sample_key=sample_key,
        image=image,
        point_size=point_size,
        key=key,
        layer=layer,
        use_raw=use_raw,
    )
    return spatial_figure(payload)


def spatial_payload(
    adata: AnnData,
    color: str,
    *,
    sample: Sequence[str] | str | None = None,
    sample_key: str | None = None,
    image: bool = True,
    point_size: float | None = None,
    key: str = keys.SCORES,
    layer: str | None = None,
    use_raw: bool | None = None,
) -> dict[str, Any]:
    """What the figure shows: places in drawing order, colours, sections and images."""
    check_adata(adata)
    colour = read_colour(adata, color, key, layer=layer, use_raw=use_raw)
    section_key = sample_key or _stored_key(adata)
    plane, tissue = read_tissue_plane(
        adata,
        read_plane(adata, keys.SPATIAL),
        section_key,
        aspect=ASPECT,
        only=_chosen(adata, sample, section_key),
    )
    order = np.random.default_rng(0).permutation(np.flatnonzero(plane.drawn))
    xy = plane.coordinates[order]
    sections = zip(tissue.names, tissue.boxes.tolist(), strict=False)
    return {
        "x": xy[:, 0],
        "y": xy[:, 1],
        "cells": adata.obs_names.to_numpy(dtype=object)[order],
        "row": "spot" if rows_are_spots(adata) else "cell",
        "sections": [{"name": name, "box": box} for name, box in sections],
        "images": [{"jpeg": each.data, "box": each.box} for each in tissue.images if image],
        "ranges": _ranges(xy, tissue),
        "diameter": tissue.diameter,
        "given_size": point_size,
        **coloured(colour, order),
    }


def _stored_key(adata: AnnData) -> str | None:
    """Of `tl.niches`; a subset of its cells is drawn by it, too."""
    record = Record.find(adata, keys.NICHES)
    found = record.params.get("sample_key") if record else None
    return str(found) if found and found in adata.obs else None


def _chosen(
    adata: AnnData, sample: Sequence[str] | str | None, section_key: str | None
) -> list[str] | None:
    """The sections that were asked for; None for all."""
    if sample is None:
        return None
    if section_key is None:
        raise InputError(
            f"Sections are named by {option('sample')}, but not the column that has them: name "
            f"it by {option('sample_key')}."
        )
    categories = read_categories(adata, section_key, argument="sample_key").categories
    names = [str(name) for name in categories]
    chosen = [sample] if isinstance(sample, str) else list(map(str, sample))
    for name in chosen:
        if name not in names:
            raise unknown(f"section in obs[{section_key!r}] called", name, names)
    return chosen


def _ranges(
    xy: NDArray[np.float64], tissue: TissueMap
) -> tuple[tuple[float, float], tuple[float, float]]:
    """The extent of cells and images, with a margin of 2 %."""
    boxes = tissue.boxes
    low = np.minimum(xy.min(axis=0), boxes[:, :2].min(axis=0))
    high = np.maximum(xy.max(axis=0), boxes[:, 2:].max(axis=0))
    pad = 0.02 * float((high - low).max()) or 1.0
    (x0, y0), (x1, y1) = (low - pad).tolist(), (high + pad).tolist()
    return (x0, x1), (y0, y1)
