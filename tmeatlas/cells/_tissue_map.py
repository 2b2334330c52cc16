"""The map of the tissue: sections side by side, with their names and images."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._text import clean
from tmeatlas.cells._groups import read_categories
from tmeatlas.cells._mosaic import Mosaic, lay_out
from tmeatlas.cells._plane import Plane
from tmeatlas.cells._slides import Picture, Slide, picture_of, read_slides

MOST_PIXELS = 1_500_000
"""Of all images of a page together: a photograph of this size takes about 0.5 MB."""
LEAST_SIDE, MOST_SIDE = 200, 1200
"""Pixels along an image, however many or few there are."""
QUALITY = 82
"""Of JPEG: above, a photograph grows faster than it gains."""
MARGIN = 0.02
"""Around the cells of a section, of its larger side, in which its image is shown."""
SPACING_SAMPLE = 2000
OF_SPACING = 0.84
"""Diameter of what is drawn at each place, of the distance to the next: all but 1."""
NO_SECTION = "no section"


@dataclass(frozen=True, eq=False)
class Image:
    """A part of an image of tissue, as JPEG, and where it lies on the map."""

    data: bytes
    box: tuple[float, float, float, float]
    """Left, bottom, right and top, in coordinates of the map."""


@dataclass(frozen=True, eq=False)
class TissueMap:
    """What a map of tissue shows beside the cells."""

    names: list[str]
    """Of the sections; none where the data are not divided into any."""
    boxes: NDArray[np.float64]
    """Left, bottom, right and top of each section with all that is drawn of it."""
    images: list[Image]
    diameter: float
    """Of a cell or spot in coordinates of the map."""
    notes: list[str]


def read_tissue_plane(
    adata: AnnData,
    plane: Plane,
    section_key: str | None,
    *,
    aspect: float,
    only: Sequence[str] | None = None,
    condition_key: str | None = None,
) -> tuple[Plane, TissueMap]:
    """The plane with its sections side by side, and what it shows beside the cells.

    `aspect` is width over height of where it will be. Only the sections in `only` are
    drawn, by default all; those of a condition stand together.
    """
    names, codes = _sections(adata, section_key)
    slides, notes = read_slides(adata, names, codes)
    if only is not None:
        codes[~np.isin(np.array(names, dtype=object)[codes], list(only))] = -1
        plane = replace(plane, drawn=plane.drawn & (codes >= 0))
    order = _by_condition(adata, codes, condition_key)
    mosaic = lay_out(plane.coordinates, codes, aspect=aspect, order=order)
    shown = [names[code] for code in mosaic.sections]
    images = _images(mosaic, slides)
    diameter = _told_diameter(slides) or _usual_diameter(mosaic.coordinates[plane.drawn])
    tissue = TissueMap(
        names=[clean(name) for name in shown] if section_key else [],
        boxes=_with_images(mosaic.boxes + diameter / 2 * np.array([-1, -1, 1, 1]), images),
        images=list(images.values()),
        diameter=diameter,
        notes=[*notes, *_unshown(names, mosaic, slides, images)],
    )
    return replace(plane, coordinates=mosaic.coordinates), tissue


def _sections(adata: AnnData, section_key: str | None) -> tuple[list[str], NDArray[np.int64]]:
    """Names and codes of the sections; cells without one have a place of their own."""
    if section_key is None:
        return [""], np.zeros(adata.n_obs, dtype=np.int64)
    categories = read_categories(adata, section_key, argument="sample_key")
    names = [str(name) for name in categories.categories]
    codes = np.asarray(categories.codes, dtype=np.int64)
    return [*names, NO_SECTION], np.where(codes < 0, len(names), codes)


def _by_condition(
    adata: AnnData, codes: NDArray[np.int64], condition_key: str | None
) -> NDArray[np.int64]:
    """Codes of the sections by the condition of their first cell, those of one as they were."""
    sections, first = np.unique(codes, return_index=True)
    if condition_key is None:
        return sections
    conditions = read_categories(adata, condition_key, argument="condition_key")
    return sections[np.argsort(np.asarray(conditions.codes)[first], kind="stable")]


def _told_diameter(slides: dict[int, Slide]) -> float | None:
    """That of the spots; None where it is not told, or not the same for all sections."""
    found = {slide.diameter for slide in slides.values()}
    return found.pop() if len(found) == 1 else None


def _usual_diameter(coordinates: NDArray[np.float64]) -> float:
    """What all but fills the distance to the next cell: the median over evenly chosen places.

    0 where all lie at one.
    """
    from scipy.spatial import cKDTree

    places = np.unique(coordinates, axis=0)
    if len(places) < 2:
        return 0.0
    chosen = places[:: max(1, len(places) // SPACING_SAMPLE)]
    distances, _ = cKDTree(places).query(chosen, k=2)
    return OF_SPACING * float(np.median(distances[:, 1]))


def _images(mosaic: Mosaic, slides: dict[int, Slide]) -> dict[int, Image]:
    """By the place of its section among those of the map."""
    with_images = [slide for slide in slides.values() if slide.images]
    if not with_images:
        return {}
    side = int(np.clip((MOST_PIXELS / len(with_images)) ** 0.5, LEAST_SIDE, MOST_SIDE))
    found = {}
    sections = zip(mosaic.sections.tolist(), mosaic.boxes, mosaic.shifts, strict=True)
    for i, (code, box, shift) in enumerate(sections):
        slide = slides.get(code)
        picture = slide and picture_of(slide, _stored_box(box, shift), side=side)
        if picture:
            left, top, right, bottom = picture.box
            x, y = (float(value) for value in shift)
            found[i] = Image(jpeg(picture), (left + x, y - bottom, right + x, y - top))
    return found


def _unshown(
    names: list[str], mosaic: Mosaic, slides: dict[int, Slide], images: dict[int, Image]
) -> Iterator[str]:
    for i, code in enumerate(mosaic.sections.tolist()):
        if i not in images and code in slides and slides[code].images:
            yield (
                f"Image of {clean(names[code]) or 'the tissue'}: not shown, as it has nothing "
                "where the cells are, or is no photograph."
            )


def _with_images(boxes: NDArray[np.float64], images: dict[int, Image]) -> NDArray[np.float64]:
    """The boxes, widened to their images."""
    wide = boxes.copy()
    for i, image in images.items():
        wide[i, :2] = np.minimum(boxes[i, :2], image.box[:2])
        wide[i, 2:] = np.maximum(boxes[i, 2:], image.box[2:])
    return wide


def _stored_box(
    box: NDArray[np.float64], shift: NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """A box of the map, with a margin, in the coordinates that are stored: y downwards."""
    left, bottom, right, top = (box - np.tile(shift, 2)).tolist()
    margin = MARGIN * max(right - left, top - bottom)
    return left - margin, -top - margin, right + margin, margin - bottom


def jpeg(picture: Picture) -> bytes:
    """A picture as JPEG."""
    import PIL.Image

    stream = io.BytesIO()
    PIL.Image.fromarray(picture.pixels).save(stream, "JPEG", quality=QUALITY)
    return stream.getvalue()
