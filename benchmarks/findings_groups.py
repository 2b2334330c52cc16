"""Which groups of cells, and which rows of `obs`, a finding speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas.lineages import is_within, map_labels

TUMOUR = ("epithelial", "melanocyte", "glia")
"""What "tumour" is where no group is called malignant."""


FEWEST = 10
"""Cells of a group; the `min_cells` of the default call."""


class LabelsMissingError(Exception):
    """The data have no such column or group."""


@dataclass(frozen=True)
class Group:
    """A group of cells: the lineage it is of, and whether it is the tumour."""

    lineage: str
    tumour: bool

    def within(self, wanted: Iterable[str]) -> bool:
        """Whether it is of one of these lineages; "tumour" is one of them."""
        return any(
            self.tumour if each == "tumour" else is_within(self.lineage, each)
            for each in wanted
            if self.lineage
        )


def groups_of(adata: AnnData) -> tuple[pd.Series, dict[str, Group]]:
    """The group of each cell, and what each group with enough cells is, as its name says."""
    record = adata.uns.get("tmeatlas", {}).get("tme_crosstalk")
    key = record["params"]["groupby"] if record is not None else "tme_lineage"
    if key not in adata.obs:
        raise LabelsMissingError("no groups of cells")
    groups = adata.obs[key].astype(str)
    cells = groups.value_counts()
    lineages = map_labels(sorted(cells.index[cells >= FEWEST]))
    malignant = any(is_within(each, "malignant") for each in lineages.values() if each)
    sought = ("malignant",) if malignant else TUMOUR
    named = {
        name: Group(lineage, any(is_within(lineage, each) for each in sought if lineage))
        for name, lineage in lineages.items()
    }
    return groups, named


def rows_with(obs: pd.DataFrame, labels: Mapping[str, Iterable[str]]) -> np.ndarray:
    """Rows that have one of the labels, in the column named."""
    ((column, wanted),) = labels.items()
    if column not in obs:
        raise LabelsMissingError(f"no column {column!r}")
    return obs[column].astype(str).isin(list(wanted)).to_numpy()
