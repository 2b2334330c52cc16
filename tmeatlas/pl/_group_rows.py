"""Signatures × groups, as the heat map and the dots show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas.cells import (
    group_means,
    high_shares,
    high_threshold,
    mean_and_spread,
    relative_means,
)
from tmeatlas.pl._groups import ShownGroups, shown_groups
from tmeatlas.results import Scores
from tmeatlas.sig import compartment_name

RELATIVE_UNIT = "sd from mean of cells"
LIMIT = 2.0
"""Standard deviations at which the colours end."""


@dataclass(frozen=True, eq=False)
class GroupRows:
    """Means of signatures in groups."""

    groups: ShownGroups
    ids: list[str]
    titles: list[str]
    compartments: list[str]
    matrix: NDArray[np.float64]
    """Cells × signatures."""
    means: NDArray[np.float64]
    """Signatures × groups; NaN where no cell has a score."""
    relative: NDArray[np.float64]
    """The same as standard deviations of all cells above their mean."""
    among: str
    """Among how many cells they were scored, where that matters."""

    def shares(self, quantile: float) -> NDArray[np.float64]:
        """Signatures × groups: share of cells above the quantile of all cells."""
        codes, n_groups = self.groups.codes, len(self.groups.labels)
        return np.array(
            [
                high_shares(column, codes, n_groups, high_threshold(column, codes, quantile))
                for column in self.matrix.T
            ]
        )


def read_group_rows(
    adata: AnnData, groupby: str, signatures: Sequence[str] | str | None, key: str
) -> GroupRows:
    """The rows of `signatures`, of all that have a score by default."""
    groups = shown_groups(adata, groupby)
    found = Scores.read(adata, key)
    scores = found.chosen(signatures)
    codes, n_groups = groups.codes, len(groups.labels)
    means = np.array([group_means(column, codes, n_groups) for column in scores.matrix.T])
    overall = [mean_and_spread(column, codes) for column in scores.matrix.T]
    return GroupRows(
        groups=groups,
        ids=scores.ids,
        titles=scores.titles,
        compartments=[compartment_name(name) for name in scores.compartments],
        matrix=scores.matrix,
        means=means,
        relative=np.array(
            [relative_means(row, *of) for row, of in zip(means, overall, strict=True)]
        ),
        among=found.among(adata),
    )
