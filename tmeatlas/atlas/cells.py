"""The cells of an atlas: which are drawn, in which order, of which group, sample, condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas._text import clean, clean_all, counted, in_sentence, title_of
from tmeatlas.atlas.maps import Maps, make_map, read_planes
from tmeatlas.cells import (
    NEUTRAL,
    PALETTE_CVD,
    category_colours,
    cells_in_order,
    has_colours,
    read_categories,
    read_groups,
    stored_colours,
)

MAX_CATEGORIES = 200
UNLABELLED = "unlabelled"
SHORTEST_NAME = 2
"""Letters of a column's name that say nothing yet, such as "g"."""
MAX_CELL_NAMES = 200_000
"""Above this, the page names cells by their place in its order instead of by `obs_names`."""


@dataclass(frozen=True, eq=False)
class Category:
    """A division of the cells: by group, sample or condition."""

    id: str
    """`group`, `sample`, `condition`, or what was called of each cell, such as `lineage`."""
    key: str
    name: str
    labels: list[str]
    colours: list[str]
    colours_cvd: list[str]
    codes: NDArray[np.uint8]
    collected: int
    """Small categories shown together as the last one; 0 where each has its own."""
    n_categories: int
    """Categories in the data, those shown together each counted."""
    own_colours: bool
    """Whether the colours are the user's."""
    has_unlabelled: bool = False
    """Whether the last category is of the cells without a label."""
    raw_labels: list[str] = field(default_factory=list)
    """The labels as they are in the data."""

    @property
    def labelled_codes(self) -> NDArray[np.int16]:
        """The codes with -1 for cells without a label, which have a place of their own."""
        codes = self.codes.astype(np.int16)
        if self.has_unlabelled:
            codes[codes == len(self.labels) - 1] = -1
        return codes

    @property
    def phrase(self) -> str:
        """The name within a sentence."""
        return in_sentence(self.name)


class Called(NamedTuple):
    """A column of `obs` that a result wrote."""

    id: str
    name: str
    key: str
    open_labels: tuple[str, ...]
    """Labels of the cells that could not be called."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a page. All arrays are in the order of `rows`: by group, then along the map."""

    n_all: int
    """Cells in the data, with those that are not drawn."""
    rows: NDArray[np.intp]
    """Row of each drawn cell in the AnnData."""
    names: list[str] | None
    maps: Maps
    groups: Category
    sample: Category | None
    condition: Category | None
    called: list[Category] = field(default_factory=list)
    """What was called of each cell: its lineage, its state."""

    @property
    def n(self) -> int:
        """How many cells are drawn."""
        return len(self.rows)

    @property
    def categories(self) -> list[Category]:
        """The groups, and samples, conditions and what was called where there are any."""
        return [*filter(None, (self.groups, self.sample, self.condition)), *self.called]

    def summary(self) -> list[str]:
        """How many there are of each, in words."""
        number = counted(self.n, "cell")
        if self.n < self.n_all:
            missing = f"{self.n_all - self.n:,} have no coordinates"
            number = f"{self.n:,} of {counted(self.n_all, 'cell')} ({missing})"
        columns = filter(None, (self.sample, self.condition))
        others = [counted(entry.n_categories, entry.id) for entry in columns]
        groups = f"{counted(self.groups.n_categories, 'group')} by {self.groups.phrase}"
        return [number, groups, *others]


def read_cells(
    adata: AnnData,
    *,
    groupby: str,
    sample_key: str | None = None,
    condition_key: str | None = None,
    basis: str | Sequence[str] | None = None,
    called: Sequence[Called] = (),
) -> Cells:
    """The cells that have a place on the first map, in the order of the page.

    `called` are columns of `obs` to colour by that results wrote; those that
    divide the page already are left out.
    """
    taken = {groupby, sample_key, condition_key}
    planes = read_planes(adata, basis)
    groups = read_groups(adata, groupby)
    rows = cells_in_order(planes.main, groups.codes)
    drawn = _category(adata, "group", groupby, list(groups.labels), groups.codes[rows])
    n_groups = len(drawn.labels)
    found = [make_map(plane, rows, drawn.codes, n_groups) for plane in planes.all]
    names = adata.obs_names.to_numpy()
    return Cells(
        n_all=adata.n_obs,
        rows=rows,
        names=[str(name) for name in names[rows]] if len(rows) <= MAX_CELL_NAMES else None,
        maps=Maps(found, planes.left_out),
        groups=drawn,
        sample=_other_category(adata, "sample", sample_key, rows),
        condition=_other_category(adata, "condition", condition_key, rows),
        called=[_called_category(adata, one, rows) for one in called if one.key not in taken],
    )


def category_notes(adata: AnnData, categories: Sequence[Category]) -> Iterator[str]:
    """Categories that are shown together, and colours that cannot be used."""
    for category in categories:
        if category.collected:
            yield (
                f"{category.name}: the {category.collected} smallest categories are shown "
                "together as “other”."
            )
        if not category.own_colours and has_colours(adata, category.key):
            yield (
                f"{category.name}: uns[{clean(keys.colors(category.key))!r}] does not hold one hex "
                "colour per category, so the colours are ours."
            )


def _other_category(
    adata: AnnData, role: str, key: str | None, rows: NDArray[np.intp]
) -> Category | None:
    """The samples or the conditions, where the user names a column for them."""
    if key is None:
        return None
    categories = read_categories(adata, key, argument=f"{role}_key")
    labels = [str(label) for label in categories.categories]
    if not labels:
        raise InputError(
            f"obs[{key!r}] is empty in every cell. Name another column with `{role}_key=`, "
            "or leave it out."
        )
    return _category(adata, role, key, labels, np.asarray(categories.codes)[rows])


def _called_category(adata: AnnData, called: Called, rows: NDArray[np.intp]) -> Category:
    """What was called of each cell; what could not be called is grey."""
    categories = read_categories(adata, called.key, argument="groupby")
    labels = [str(label) for label in categories.categories]
    codes = np.asarray(categories.codes)[rows]
    found = _category(adata, called.id, called.key, labels, codes)
    if not found.own_colours:
        for colours in (found.colours, found.colours_cvd):
            colours[:] = [
                NEUTRAL if label in called.open_labels else colour
                for label, colour in zip(found.raw_labels, colours, strict=True)
            ]
    return replace(found, name=called.name)


def _category(
    adata: AnnData, role: str, key: str, labels: list[str], codes: NDArray[np.integer[Any]]
) -> Category:
    stored = stored_colours(adata, key, labels)
    colours = stored or category_colours(min(len(labels), MAX_CATEGORIES))
    cvd = category_colours(min(len(labels), MAX_CATEGORIES), PALETTE_CVD)
    n_categories = len(labels)
    labels, codes, kept = _largest(labels, codes)
    collected = len(kept[1])
    if stored:
        colours = [stored[i] for i in kept[0]]
    if collected:
        colours, cvd = [*colours[: len(kept[0])], NEUTRAL], [*cvd[: len(kept[0])], NEUTRAL]
    has_unlabelled = bool((codes < 0).any())
    if has_unlabelled:
        labels, colours, cvd = [*labels, UNLABELLED], [*colours, NEUTRAL], [*cvd, NEUTRAL]
        codes = np.where(codes < 0, len(labels) - 1, codes)
    return Category(
        id=role,
        key=key,
        name=_category_name(role, key),
        labels=clean_all(labels),
        raw_labels=labels,
        colours=colours,
        colours_cvd=cvd,
        codes=codes.astype(np.uint8),
        collected=collected,
        n_categories=n_categories,
        own_colours=stored is not None,
        has_unlabelled=has_unlabelled,
    )


def _category_name(role: str, key: str) -> str:
    """The column as a title; one too short to mean anything follows what it is used for."""
    title = title_of(key)
    return title if len(title) > SHORTEST_NAME else f"{title_of(role)} ({clean(key)})"


def _largest(
    labels: list[str], codes: NDArray[np.integer[Any]]
) -> tuple[list[str], NDArray[np.integer[Any]], tuple[list[int], list[int]]]:
    """At most `MAX_CATEGORIES` categories: the largest keep their place, the rest go last."""
    if len(labels) <= MAX_CATEGORIES:
        return labels, codes, (list(range(len(labels))), [])
    sizes = np.bincount(codes[codes >= 0], minlength=len(labels))
    by_size = np.argsort(-sizes, kind="stable")
    kept = sorted(by_size[: MAX_CATEGORIES - 1].tolist())
    rest = sorted(by_size[MAX_CATEGORIES - 1 :].tolist())
    new_code = np.full(len(labels) + 1, len(kept), dtype=np.int64)
    new_code[kept] = np.arange(len(kept))
    new_code[-1] = -1
    names = [labels[i] for i in kept]
    return [*names, f"other ({len(rest)} categories)"], new_code[codes], (kept, rest)
