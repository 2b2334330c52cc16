"""Images of tissue beside the cells, as scanpy and squidpy keep them in `uns["spatial"]`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._text import clean
from tmeatlas.spatial import NO_DIAMETER, SPOT_DIAMETER

LIBRARY = "library_id"
"""The column of `obs` with the name of the entry of `uns["spatial"]`, where there are several."""
IMAGES = ("lowres", "hires")
"""From the smallest."""


@dataclass(frozen=True, eq=False)
class Slide:
    """What `uns["spatial"]` has of one section."""

    images: tuple[tuple[Any, float], ...]
    """Images from the smallest, each with its pixels per unit of the coordinates."""
    diameter: float | None
    """Of a spot, in units of the coordinates."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A part of an image of tissue."""

    pixels: NDArray[np.uint8]
    """Rows × columns × 3, from the top left."""
    box: tuple[float, float, float, float]
    """Left, top, right and bottom, in coordinates with y downwards."""


def read_slides(
    adata: AnnData, sections: Sequence[str], codes: NDArray[np.integer]
) -> tuple[dict[int, Slide], list[str]]:
    """By the code of its section, what each slide has; and what could not be placed.

    An entry of `uns["spatial"]` is of the section of its name, of that in which
    ``obs["library_id"]`` names it throughout, or of the only section if it is the only one.
    """
    stored = adata.uns.get(keys.SPATIAL)
    stored = stored if isinstance(stored, Mapping) else {}
    found: dict[int, Slide] = {}
    notes: list[str] = []
    for name, entry in stored.items():
        if not isinstance(entry, Mapping):
            continue
        slide, lacking = _slide(entry)
        notes += [f"Image {clean(what)} of {clean(name)}: {why}." for what, why in lacking]
        code = _section_of(str(name), adata.obs, sections, codes, alone=len(stored) == 1)
        if code is not None:
            found[code] = slide
        elif slide.images or slide.diameter:
            notes.append(
                f"Image of {clean(name)}: not shown, as no section is called so and "
                f"obs[{LIBRARY!r}] names it for none."
            )
    return found, notes


def _section_of(
    library: str,
    obs: pd.DataFrame,
    sections: Sequence[str],
    codes: NDArray[np.integer],
    *,
    alone: bool,
) -> int | None:
    if library in sections:
        return list(sections).index(library)
    if LIBRARY in obs:
        here = np.unique(codes[(obs[LIBRARY].astype(str) == library).to_numpy()])
        return int(here[0]) if len(here) == 1 and here[0] >= 0 else None
    present = np.unique(codes)
    return int(present[0]) if alone and len(present) == 1 else None


def _slide(entry: Mapping[str, Any]) -> tuple[Slide, list[tuple[str, str]]]:
    """The slide, and which of its images cannot be shown and why."""
    images, lacking = [], []
    factors, stored = (_mapping(entry.get(name)) for name in ("scalefactors", "images"))
    for name in IMAGES:
        if stored.get(name) is None:
            continue
        scale = _positive(factors.get(f"tissue_{name}_scalef"))
        if scale is None:
            lacking.append((name, f"not shown, as its tissue_{name}_scalef is missing"))
        elif getattr(stored[name], "ndim", 0) not in (2, 3):
            lacking.append((name, "not shown, as it is no array of rows, columns and colours"))
        else:
            images.append((stored[name], scale))
    diameter = _positive(factors.get(SPOT_DIAMETER))
    of_spots = diameter is not None and diameter > NO_DIAMETER
    return Slide(tuple(images), diameter if of_spots else None), lacking


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _positive(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if np.isfinite(number) and number > 0 else None


def picture_of(
    slide: Slide, box: tuple[float, float, float, float], *, side: int
) -> Picture | None:
    """The part of the slide's image within `box` (y downwards), at most `side` pixels long."""
    left, top, right, bottom = box
    for number, (image, scale) in enumerate(slide.images):
        height, width = image.shape[:2]
        columns = _within(left * scale, right * scale, width)
        rows = _within(top * scale, bottom * scale, height)
        longest = max(columns[1] - columns[0], rows[1] - rows[0])
        if min(columns[1] - columns[0], rows[1] - rows[0]) < 1:
            continue
        if longest < side and number + 1 < len(slide.images):
            continue  # there is a finer one
        every = max(1, -(-longest // side))
        # Whole blocks of pixels only, so that none at the edge is of fewer.
        columns, rows = (
            (start, start + max(1, (stop - start) // every) * every)
            for start, stop in (columns, rows)
        )
        part = _colours(np.asarray(image[rows[0] : rows[1], columns[0] : columns[1]]))
        shown = (columns[0] / scale, rows[0] / scale, columns[1] / scale, rows[1] / scale)
        return None if part is None else Picture(_coarser(part, every), shown)
    return None


def _within(low: float, high: float, size: int) -> tuple[int, int]:
    return max(0, int(np.floor(low))), min(size, int(np.ceil(high)))


def _colours(part: NDArray[Any]) -> NDArray[np.float64] | None:
    """Red, green and blue from 0 to 255; None where the numbers are no colours."""
    if part.dtype.kind not in "uif" or part.size == 0:
        return None
    plane = part[..., None] if part.ndim == 2 else part
    if plane.shape[2] not in (1, 3, 4):
        return None
    plane = np.repeat(plane, 3, axis=2) if plane.shape[2] == 1 else plane[..., :3]
    most = 1.0 if part.dtype.kind == "f" and np.nanmax(part) <= 1 else 255.0
    if part.dtype.kind in "ui" and part.dtype.itemsize > 1:
        most = max(255.0, float(part.max()))
    return np.clip(np.nan_to_num(plane.astype(np.float64)) * (255 / most), 0, 255)


def _coarser(part: NDArray[np.float64], every: int) -> NDArray[np.uint8]:
    """The mean of every block of `every` × `every` pixels."""
    rows, columns = (max(1, size // every) for size in part.shape[:2])
    every_row, every_column = part.shape[0] // rows, part.shape[1] // columns
    blocks = part[: rows * every_row, : columns * every_column]
    blocks = blocks.reshape(rows, every_row, columns, every_column, 3)
    return np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)
