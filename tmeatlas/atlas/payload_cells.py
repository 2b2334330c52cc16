"""The cells of an atlas: which group, sample and condition."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas._text import clean, clean_all, in_sentence, title_of
from tmeatlas.cells import (
    NEUTRAL,
    PALETTE_CVD,
    category_colours,
    read_categories,
    read_groups,
    stored_colours,
)

MAX_CATEGORIES = 200
UNLABELLED = "unlabelled"
SHORTEST_NAME = 2
"""Letters of a column's name that say nothing yet, such as "g"."""


@dataclass(frozen=True, eq=False)
class Category:
    """A division of the cells: by group, sample or condition."""

    id: str
    """`group`, `sample` or `condition`."""
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
    raw_labels: list[str] = field(default_factory=list)
    """The labels as they are in the data."""

    @property
    def phrase(self) -> str:
        """The name within a sentence."""
        return in_sentence(self.name)


def read_group_category(adata: AnnData, groupby: str, drawn: NDArray[np.bool_]) -> Category:
    """The groups of the atlas; fewer than two are an error."""
    groups = read_groups(adata, groupby)
    return _category(adata, "group", groupby, list(groups.labels), groups.codes[drawn])


def read_other_category(
    adata: AnnData, role: str, key: str | None, drawn: NDArray[np.bool_]
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
    return _category(adata, role, key, labels, np.asarray(categories.codes)[drawn])


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
    if (codes < 0).any():
        labels, colours, cvd = [*labels, UNLABELLED], [*colours, NEUTRAL], [*cvd, NEUTRAL]
        codes = np.where(codes < 0, len(labels) - 1, codes)
    return Category(
        id=role,
        key=key,
        name=category_name(role, key),
        labels=clean_all(labels),
        raw_labels=labels,
        colours=colours,
        colours_cvd=cvd,
        codes=codes.astype(np.uint8),
        collected=collected,
        n_categories=n_categories,
        own_colours=stored is not None,
    )


def category_name(role: str, key: str) -> str:
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
