"""The cells of an atlas: which are drawn, in which order, of which group, sample, condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas._text import counted
from tmeatlas.atlas.categories import Category, make_category
from tmeatlas.atlas.maps import Map, Maps, make_map
from tmeatlas.atlas.obs_columns import ObsColumns, read_obs_columns
from tmeatlas.atlas.planes import read_planes
from tmeatlas.cells import (
    NEUTRAL,
    cells_in_order,
    group_families,
    read_categories,
    read_groups,
    rows_are_spots,
)
from tmeatlas.results import learnt_in_words, map_learnt_from

MAX_CELL_NAMES = 200_000
"""Above this, the page names cells by their place in its order instead of by `obs_names`."""
LINEAGES = ("lineage", "fine")
"""Ids of what is called that are lineages."""


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
    row: str
    """What one row is: "cell" or "spot"."""
    rows: NDArray[np.intp]
    """Row of each drawn cell in the AnnData."""
    names: list[str] | None
    maps: Maps
    groups: Category
    sample: Category | None
    condition: Category | None
    called: list[Category] = field(default_factory=list)
    """What was called of each cell: its lineage, its state."""
    further: ObsColumns = field(default_factory=lambda: ObsColumns([], []))
    """Columns of `obs` without a role in the page."""

    @property
    def words(self) -> str:
        """What several rows are: "cells" or "spots"."""
        return f"{self.row}s"

    @property
    def n(self) -> int:
        """How many cells are drawn."""
        return len(self.rows)

    @property
    def categories(self) -> list[Category]:
        """The groups, and samples, conditions, what was called and others where there are any."""
        main = filter(None, (self.groups, self.sample, self.condition))
        return [*main, *self.called, *self.further.categories]

    def summary(self) -> list[str]:
        """How many there are of each, in words."""
        number = counted(self.n, self.row)
        if self.n < self.n_all:
            missing = f"{self.n_all - self.n:,} have no coordinates"
            number = f"{self.n:,} of {counted(self.n_all, self.row)} ({missing})"
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
    section_key: str | None = None,
    obs_keys: Sequence[str] | None = None,
) -> Cells:
    """The cells that have a place on the first map, in the order of the page.

    `called` are columns of `obs` to colour by that results wrote; those that
    divide the page already are left out. `section_key` divides the tissue into
    sections; by default the samples do. `obs_keys` are further columns to colour
    by; by default those that look useful.
    """
    taken = {groupby, sample_key, condition_key}
    planes = read_planes(
        adata, basis, section_key=section_key or sample_key, condition_key=condition_key
    )
    groups = read_groups(adata, groupby)
    rows = cells_in_order(planes.main, groups.codes)
    sizes = dict(zip(groups.labels, groups.sizes.tolist(), strict=True))
    families = group_families(adata, groupby, sizes)
    drawn = make_category(
        adata, "group", groupby, list(groups.labels), groups.codes[rows], families
    )
    n_groups = len(drawn.labels)
    spots = rows_are_spots(adata)
    found = [
        make_map(plane, rows, drawn.codes, n_groups, planes.tissue_of(plane), spots=spots)
        for plane in planes.all
    ]
    names = adata.obs_names.to_numpy()
    found_cells = Cells(
        n_all=adata.n_obs,
        row="spot" if spots else "cell",
        rows=rows,
        names=[str(name) for name in names[rows]] if len(rows) <= MAX_CELL_NAMES else None,
        maps=Maps(
            found,
            planes.left_out,
            [*_learnt_notes(adata, found), *(planes.tissue.notes if planes.tissue else [])],
        ),
        groups=drawn,
        sample=_other_category(adata, "sample", sample_key, rows),
        condition=_other_category(adata, "condition", condition_key, rows),
        called=[_called_category(adata, one, rows) for one in called if one.key not in taken],
    )
    further = read_obs_columns(adata, rows, found_cells.categories, obs_keys)
    return replace(found_cells, further=further)


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
    return make_category(adata, role, key, labels, np.asarray(categories.codes)[rows])


def _called_category(adata: AnnData, called: Called, rows: NDArray[np.intp]) -> Category:
    """What was called of each cell; what could not be called is grey."""
    categories = read_categories(adata, called.key, argument="groupby")
    labels = [str(label) for label in categories.categories]
    codes = np.asarray(categories.codes)[rows]
    families = group_families(adata, called.key, dict.fromkeys(labels, 0))
    of_lineages = families if called.id in LINEAGES else None
    found = make_category(adata, called.id, called.key, labels, codes, of_lineages)
    if not found.own_colours:
        for colours in (found.colours, found.colours_cvd):
            colours[:] = [
                NEUTRAL if label in called.open_labels else colour
                for label, colour in zip(found.raw_labels, colours, strict=True)
            ]
    return replace(found, name=called.name)


def _learnt_notes(adata: AnnData, drawn: Sequence[Map]) -> Iterator[str]:
    """That a map was learnt from a part of the cells."""
    learnt_from = map_learnt_from(adata)
    for each in drawn:
        if each.key == keys.UMAP and learnt_from:
            yield f"{each.name} was {learnt_in_words(learnt_from)}."
