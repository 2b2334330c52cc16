"""What rules read: the results of the data, and the labels of the cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar, cast

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas._errors import StaleResultError
from tmeatlas.cells import read_categories, rows_are_spots
from tmeatlas.findings._lineages_of_groups import doubtful, lineage_ids
from tmeatlas.findings._programmes import Programme, programmes
from tmeatlas.results import (
    KINDS,
    Axes,
    BetweenGroups,
    Comparison,
    Composition,
    Consensus,
    Crosstalk,
    Lineages,
    Quality,
    Result,
    Scores,
    conditions_of_samples,
    records,
)

MOST_DOUBTFUL = 0.2
"""Share of the rows whose labels the markers contradict, above which labels are not relied on (a
convention)."""

R = TypeVar("R", bound=Result)
Read = Callable[[type[Result]], Result | None]
"""What gives the result of a kind."""


@dataclass(frozen=True, eq=False)
class Material:
    """The results of some data, as far as they are there and of these cells."""

    row: str
    """What one row is: "cell" or "spot"."""
    n: int
    """Number of rows."""
    n_genes: int
    groups: pd.Categorical[str] | None
    """The group of each row; the other labels likewise."""
    samples: pd.Categorical[str] | None
    conditions: pd.Categorical[str] | None
    results: Mapping[type[Result], Result]
    comparisons: Sequence[Comparison]

    def get(self, kind: type[R]) -> R | None:
        """The result of a kind; None where there is none."""
        return cast("R | None", self.results.get(kind))

    @property
    def rows(self) -> str:
        """What several rows are: "cells" or "spots"."""
        return f"{self.row}s"

    @property
    def sizes(self) -> pd.Series[int]:
        """The number of rows of each group, the largest first."""
        if self.groups is None:
            return pd.Series(dtype=np.int64)
        counts = pd.Series(self.groups).value_counts()
        # Labels may be numbers, or text that a categorical index cannot hash.
        return counts.set_axis(pd.Index([str(label) for label in counts.index], dtype=object))

    @cached_property
    def programmes(self) -> list[Programme]:
        """The states and processes that were scored."""
        return programmes(self.get(Scores), self.get(Consensus))

    @cached_property
    def lineage_of_group(self) -> dict[str, str]:
        """The finest lineage of most cells of each group, by id; "" where none is known."""
        return lineage_ids(self.get(Lineages), self.groups)

    @cached_property
    def doubtful_groups(self) -> tuple[list[str], list[str]]:
        """The groups whose label the markers contradict, and all of which that can be said."""
        return doubtful(self.get(Lineages), map(str, self.sizes.index))

    @property
    def share_doubtful(self) -> float:
        """The share of the rows whose label the markers contradict, of those that can be judged."""
        against, judged = self.doubtful_groups
        n = int(self.sizes[judged].sum())
        return float(self.sizes[against].sum() / n) if n else 0.0

    @property
    def labels_hold(self) -> bool:
        """Whether the markers do not contradict the labels of many rows."""
        return self.share_doubtful <= MOST_DOUBTFUL

    @cached_property
    def condition_of_sample(self) -> dict[str, str]:
        """The condition of each sample that has only one."""
        if self.samples is None or self.conditions is None:
            return {}
        return conditions_of_samples(self.samples, self.conditions)

    def mean_shares(self, composition: Composition, group: str, parent: str) -> dict[str, float]:
        """By condition, the mean over its samples of the share of a group in a parent lineage."""
        means = composition.mean_shares(self.condition_of_sample)
        here = means[
            (means.index.get_level_values("group") == group)
            & (means.index.get_level_values("parent") == parent)
        ]
        return dict(zip(here.index.get_level_values("condition"), here, strict=True))

    @property
    def n_samples(self) -> int:
        """How many samples have rows; 1 where samples are not known."""
        if self.samples is None:
            return 1
        return max(1, int((pd.Series(self.samples).value_counts() > 0).sum()))


def usual_keys(adata: AnnData) -> tuple[str | None, str | None, str | None]:
    """The columns of groups, samples and conditions that the stored results were made by."""
    groupby = sample_key = condition_key = None
    by_kind = {kind.kind: kind for kind in (Axes, Crosstalk, Composition, Quality)}
    found = [(key, record) for key, record in records(adata)]
    for _, record in sorted(
        found,
        key=lambda each: (
            list(by_kind).index(each[1].kind) if each[1].kind in by_kind else len(by_kind)
        ),
    ):
        if record.kind in by_kind:
            groupby = groupby or record.cells.groupby or None
        sample_key = sample_key or record.cells.sample_key or None
        if record.kind == Comparison.kind:
            condition_key = condition_key or record.param("condition_key") or None
    there = [key if key in adata.obs else None for key in (groupby, sample_key, condition_key)]
    return there[0], there[1], there[2]


def read_material(
    adata: AnnData,
    *,
    groupby: str | None,
    sample_key: str | None,
    condition_key: str | None,
    read: Read | None = None,
    comparisons: Sequence[Comparison] | None = None,
) -> Material:
    """The results of `adata`; `read` and `comparisons` where the caller has read them already."""
    usual = usual_keys(adata)
    given = (groupby, sample_key, condition_key)
    groupby, sample_key, condition_key = (
        mine or other for mine, other in zip(given, usual, strict=True)
    )
    kinds = [kind for kind in KINDS if kind is not Comparison]
    there = {kind: (read or partial(_current, adata=adata))(kind) for kind in kinds}
    results = {kind: found for kind, found in there.items() if _fits(found, groupby)}
    if comparisons is None:
        found = (_current(Comparison, adata, key) for key in Comparison.stored(adata))
        comparisons = [each for each in found if each is not None and len(each.table)]
    return Material(
        row="spot" if rows_are_spots(adata) else "cell",
        n=adata.n_obs,
        n_genes=adata.n_vars,
        groups=_labels(adata, groupby, "groupby"),
        samples=_labels(adata, sample_key, "sample_key"),
        conditions=_labels(adata, condition_key, "condition_key"),
        results=cast("Mapping[type[Result], Result]", results),
        comparisons=comparisons,
    )


def _current(kind: type[R], adata: AnnData, key: str | None = None) -> R | None:
    """A result of these cells; one that is out of date says nothing of them."""
    try:
        return kind.find(adata, key)
    except StaleResultError:
        return None


def _fits(found: Result | None, groupby: str | None) -> bool:
    """Whether a result is of the groups that are told of."""
    if found is None:
        return False
    return not isinstance(found, BetweenGroups) or groupby in (None, found.groupby)


def _labels(adata: AnnData, key: str | None, argument: str) -> pd.Categorical[str] | None:
    return None if key is None else read_categories(adata, key, argument=argument)
