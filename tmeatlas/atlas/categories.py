"""Divisions of the cells of a page, with their colours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._text import clean, display_names, in_sentence, title_of
from tmeatlas.cells import (
    NEUTRAL,
    PALETTE_CVD,
    Families,
    category_colours,
    has_colours,
    is_ordered,
    stored_colours,
)
from tmeatlas.lineages import Family

MAX_CATEGORIES = 200
FEW_CELLS = 20
"""Below so many cells, names are pale and bars hatched: a convention, as shares and means of fewer
jump with each cell."""
UNLABELLED = "unlabelled"
SHORTEST_NAME = 2
"""Letters of a column's name that say nothing yet, such as "g"."""


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
    families: list[tuple[Family, list[int]]] = field(default_factory=list)
    """Families of lineages with the codes of their groups, which are neighbours; empty where
    they are not known, or the user's order is another."""
    is_main: bool = True
    """Whether it has a button of its own; others are found by search."""

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


def make_category(
    adata: AnnData,
    role: str,
    key: str,
    labels: list[str],
    codes: NDArray[np.integer[Any]],
    families: Families | None = None,
) -> Category:
    """The categories of `obs[key]` by the codes of the cells that are drawn.

    Those with `families` are put in the order of these, unless the user has
    ordered them.
    """
    stored = stored_colours(adata, key, labels)
    own = stored or (families.colours() if families else None)
    n_categories = len(labels)
    in_families = families if families and not is_ordered(adata, key) else None
    order = in_families.order if in_families else list(range(n_categories))
    labels, codes = [labels[i] for i in order], _coded_anew(codes, order)
    labels, codes, kept = _largest(labels, codes)
    collected, n_kept = len(kept[1]), len(kept[0])
    usual = category_colours(min(n_categories, MAX_CATEGORIES))
    colours = [own[order[i]] for i in kept[0]] if own else usual[:n_kept]
    cvd = category_colours(min(n_categories, MAX_CATEGORIES), PALETTE_CVD)[:n_kept]
    if collected:
        colours, cvd = [*colours, NEUTRAL], [*cvd, NEUTRAL]
    has_unlabelled = bool((codes < 0).any())
    if has_unlabelled:
        labels, colours, cvd = [*labels, UNLABELLED], [*colours, NEUTRAL], [*cvd, NEUTRAL]
        codes = np.where(codes < 0, len(labels) - 1, codes)
    return Category(
        id=role,
        key=key,
        name=_category_name(role, key),
        labels=display_names(labels),
        raw_labels=labels,
        colours=colours,
        colours_cvd=cvd,
        codes=codes.astype(np.uint8),
        collected=collected,
        n_categories=n_categories,
        own_colours=stored is not None,
        has_unlabelled=has_unlabelled,
        families=in_families.runs([order[i] for i in kept[0]]) if in_families else [],
    )


def _coded_anew(codes: NDArray[np.integer[Any]], order: list[int]) -> NDArray[np.integer[Any]]:
    """Codes of categories that stand in another `order`; -1 stays."""
    new_code = np.empty(len(order) + 1, dtype=np.int64)
    new_code[order] = np.arange(len(order))
    new_code[-1] = -1
    return new_code[codes]


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
