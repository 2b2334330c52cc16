"""What the labels of a user's groups say about lineages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError, listing
from tmeatlas.cells import category_candidates, read_categories
from tmeatlas.lineages import map_labels, read_override

GIVEN, NAME, MARKERS = "given", "name", "markers"


@dataclass(frozen=True, eq=False)
class Labelled:
    """Groups of cells and the lineages that their labels tell."""

    labels: tuple[str, ...]
    codes: NDArray[np.int32]
    """Group of each cell; -1 for cells without a label."""
    told: tuple[str, ...]
    """Id of a lineage, of any level, by group; "" where the label tells none."""
    how: tuple[str, ...]

    @property
    def needs_markers(self) -> bool:
        """Whether there are cells whose label does not say their lineage."""
        return MARKERS in self.how or bool((self.codes < 0).any())


def read_labels(adata: AnnData, groupby: str, given: Mapping[str, str] | None) -> Labelled:
    """The groups of `groupby`; lineages from `given`, else from their names."""
    categories: pd.Categorical[str] = read_categories(adata, groupby, argument="groupby")
    labels = tuple(str(label) for label in categories.categories)
    if not labels:
        raise InputError(
            f"obs[{groupby!r}] has no label in any cell. Choose another column with "
            f"{option('groupby')}: "
            f"{listing(category_candidates(adata))}; without one, cells are clustered here."
        )
    override = read_override(given, labels)
    told = map_labels(labels) | override
    how = [GIVEN if each in override else NAME if told[each] else MARKERS for each in labels]
    return Labelled(
        labels=labels,
        codes=np.asarray(categories.codes, dtype=np.int32),
        told=tuple(told[each] for each in labels),
        how=tuple(how),
    )
