"""The lineage of each cell, by our annotation or by the names of a user's labels."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, listing, nearest, not_among
from tmeatlas.cells._groups import nearest_candidates, read_categories
from tmeatlas.lineages import UNASSIGNED, fits, is_within, lineage_of, map_labels, tree


@dataclass(frozen=True)
class CellLineages:
    """Which lineage each cell is of, as far as a column of `obs` tells."""

    key: str
    """The column that was read."""
    meanings: Mapping[str, str]
    """Id of the lineage that each label of the column names; "" where it names none."""
    ids: tuple[str, ...]
    """Ids of the lineages that there are, in the order of the tree."""
    codes: NDArray[np.int32]
    """Each cell's place in `ids`; -1 where its lineage is not known."""

    def within(self, ancestor: str) -> NDArray[np.bool_]:
        """Which cells are of `ancestor` or of a lineage beneath it."""
        return self._where(is_within(each, ancestor) for each in self.ids)

    def readable(self, scored_in: Iterable[str]) -> NDArray[np.bool_]:
        """In which cells a signature with this `scored_in` can be read."""
        places = tuple(scored_in)
        known = self._where(fits(places, each) for each in self.ids)
        return known | fits(places, UNASSIGNED)

    def first_level(self) -> CellLineages:
        """The same cells by their lineages on level 1; lineages above it stay."""
        meanings = {label: lineage_of(each) for label, each in self.meanings.items()}
        above = _ordered(map(lineage_of, self.ids))
        new = np.array([*(above.index(lineage_of(each)) for each in self.ids), -1], dtype=np.int32)
        return CellLineages(self.key, meanings, above, new[self.codes])

    def _where(self, chosen: Iterable[bool]) -> NDArray[np.bool_]:
        # The last entry serves code -1.
        return np.array([*chosen, False])[self.codes]


def read_lineages(adata: AnnData, key: str, *, argument: str = "lineage_key") -> CellLineages:
    """The lineages in a column of `obs`, which must tell at least one.

    Of a column of `tl.annotate`, the finer one beside it is read, which holds
    the lineage of the first level where no more can be told.
    """
    if key == keys.LINEAGE and key not in adata.obs:
        first = remedy(python="Run tme.tl.annotate(adata) first, or pass", shell="Pass")
        raise not_among(
            "column in obs called",
            key,
            nearest_candidates(adata, "cell_type", argument="groupby"),
            remedy=f"{first} the column of your own labels as {option(argument)}.",
        )
    _, fine, fine_confidence = keys.lineage_columns(str(key))
    column = fine if {fine, fine_confidence} <= set(adata.obs) else key
    categories = read_categories(adata, column, argument=argument)
    meanings = map_labels(categories.categories)
    ids = _ordered(filter(None, meanings.values()))
    if not ids:
        raise _nothing_maps(adata, column, list(meanings), argument)
    places = [ids.index(each) if each else -1 for each in meanings.values()]
    codes = np.array([*places, -1], dtype=np.int32)[categories.codes]
    return CellLineages(column, meanings, ids, codes)


def _ordered(lineages: Iterable[str]) -> tuple[str, ...]:
    found = set(lineages)
    return tuple(each for each in tree() if each in found)


def _nothing_maps(adata: AnnData, key: str, labels: list[str], argument: str) -> InputError:
    """The error for a column whose labels name no lineage."""
    first = labels[0] if labels else "cluster 1"
    names = [each.name for each in tree().values() if each.level > 0]
    close = nearest(first, names)[0]
    alike = difflib.get_close_matches(first.lower(), [close.lower()])
    if alike:
        near, which, example = f" Nearest to the first: {close!r}.", "Say", close
    else:  # the nearest of names that look nothing like it would only mislead
        near, which, example = "", "If they are kinds of cells, say", "T cells"
    others = nearest_candidates(adata, key, argument="groupby", fewest=2, but=key)
    elsewhere = (
        f", or choose another column with {option(argument)}: {listing(others)}" if others else ""
    )
    found = listing(labels) if labels else "no label at all"
    return InputError(
        f"Expected labels that name lineages of cells in obs[{key!r}], found {found}.{near} "
        + remedy(
            python=f"{which} what they are, such as tme.tl.annotate(adata, {key!r}, "
            f"labels={{{first!r}: {example!r}}}), and pass {argument}={keys.LINEAGE!r}{elsewhere}.",
            shell=f"Have them told by marker genes (leave out {option(argument)}){elsewhere}.",
        )
    )
