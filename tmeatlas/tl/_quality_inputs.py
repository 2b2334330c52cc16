"""What `tl.quality` reads of `obs`: samples, groups, lineages and conditions of the cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, listing
from tmeatlas.cells import CellLineages, has_tissue, read_categories, read_lineages

ALL_CELLS = "all cells"
"""What the sample is called where none are told apart."""


@dataclass(frozen=True, eq=False)
class JudgedCells:
    """Which sample, group and lineage each cell is of, and which condition each sample."""

    samples: tuple[str, ...]
    sample_codes: NDArray[np.int32]
    """Sample of each cell; -1 where it has none."""
    groupby: str | None
    """The column with the groups; None where there are none."""
    groups: tuple[str, ...]
    group_codes: NDArray[np.int32]
    lineages: CellLineages | None
    """None where no lineage is known."""
    unknown: str
    """Why none is."""
    conditions: tuple[str, ...] = ()
    condition_codes: NDArray[np.int32] | None = None
    """Condition of each sample; -1 where it has none. None where none were asked for."""
    in_tissue: bool = False
    """Samples are sections of a tissue, and passed no gate."""

    @property
    def n_samples(self) -> int:
        """Number of samples, those without a cell included."""
        return len(self.samples)

    @cached_property
    def members(self) -> list[NDArray[np.intp]]:
        """The cells of each sample, in their order."""
        order = np.argsort(self.sample_codes, kind="stable")
        ends = np.searchsorted(self.sample_codes[order], np.arange(self.n_samples + 1))
        return [order[start:stop] for start, stop in pairwise(ends.tolist())]

    @property
    def arms(self) -> list[str]:
        """The condition of each sample, "" where it has none; empty where none were asked for."""
        if self.condition_codes is None:
            return []
        names = (*self.conditions, "")  # the last serves code -1
        return [names[code] for code in self.condition_codes]

    @cached_property
    def first_level(self) -> CellLineages | None:
        """The same cells by their lineages on level 1."""
        return None if self.lineages is None else self.lineages.first_level()

    def of_lineages(self, sample: int) -> tuple[Mapping[str, int], int]:
        """Cells of a sample by the id of their lineage, and how many have none."""
        here = self.members[sample]
        if self.lineages is None:
            return {}, len(here)
        codes = self.lineages.codes[here]
        sizes = np.bincount(codes[codes >= 0], minlength=len(self.lineages.ids)).tolist()
        counts = {each: n for each, n in zip(self.lineages.ids, sizes, strict=True) if n}
        return counts, int((codes < 0).sum())


def read_judged(
    adata: AnnData,
    groupby: str | None,
    sample_key: str | None,
    condition_key: str | None,
    lineage_key: str | None,
) -> JudgedCells:
    """The cells as `obs` describes them; lineages that nobody named are no error."""
    argument = "groupby" if groupby is not None or lineage_key is None else "lineage_key"
    groupby = _groups_of(adata, groupby, lineage_key)
    groups, group_codes = _categories(adata, groupby, argument)
    samples, sample_codes = _samples(adata, sample_key)
    lineages, unknown = _lineages(adata, groupby, lineage_key)
    conditions, condition_codes = _conditions(adata, condition_key, sample_key, samples)
    return JudgedCells(
        samples=samples,
        sample_codes=sample_codes,
        groupby=groupby,
        groups=groups,
        group_codes=group_codes,
        lineages=lineages,
        unknown=unknown,
        conditions=conditions,
        condition_codes=condition_codes,
        in_tissue=has_tissue(adata),
    )


def _groups_of(adata: AnnData, groupby: str | None, lineage_key: str | None) -> str | None:
    """The column that was named, else that of the lineages, where there is one."""
    if groupby is not None or lineage_key is not None:
        return groupby or lineage_key
    return keys.LINEAGE if keys.LINEAGE in adata.obs else None


def _categories(
    adata: AnnData, key: str | None, argument: str
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    if key is None:
        return (), np.full(adata.n_obs, -1, dtype=np.int32)
    found = read_categories(adata, key, argument=argument)
    return tuple(map(str, found.categories)), np.asarray(found.codes, dtype=np.int32)


def _samples(adata: AnnData, sample_key: str | None) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    if sample_key is None:
        return (ALL_CELLS,), np.zeros(adata.n_obs, dtype=np.int32)
    samples, codes = _categories(adata, sample_key, "sample_key")
    if not samples:
        raise InputError(
            f"No cell has a sample in obs[{sample_key!r}]. Fill it in, or leave out "
            f"{option('sample_key')}: all cells are one sample then."
        )
    return samples, codes


def _lineages(
    adata: AnnData, groupby: str | None, lineage_key: str | None
) -> tuple[CellLineages | None, str]:
    """The lineages in the column that was named, of `tl.annotate`, or in the names of groups."""
    if lineage_key is not None:
        return read_lineages(adata, lineage_key), ""
    key = keys.LINEAGE if keys.LINEAGE in adata.obs else groupby
    how = remedy(python="run tme.tl.annotate(adata) first, or name", shell="name")
    how = f"{how} the column with them by {option('lineage_key')}"
    if key is None:
        return None, f"no lineage of the cells is known: {how}"
    try:
        return read_lineages(adata, key, argument="groupby"), ""
    except InputError:
        return None, f"obs[{key!r}] names no lineage of cells: {how}"


def _conditions(
    adata: AnnData, condition_key: str | None, sample_key: str | None, samples: tuple[str, ...]
) -> tuple[tuple[str, ...], NDArray[np.int32] | None]:
    """The conditions, and which of them each sample is of."""
    if condition_key is None:
        return (), None
    if sample_key is None:
        raise InputError(
            f"{option('condition_key', condition_key)} needs {option('sample_key')}: what goes "
            "with a condition is told by its samples. Name the column with the samples."
        )
    found = read_categories(adata, condition_key, argument="condition_key")
    of_cells = read_categories(adata, sample_key, argument="sample_key")
    pairs = pd.DataFrame({"sample": of_cells.codes, "condition": found.codes})
    pairs = pairs[(pairs >= 0).all(axis=1)].drop_duplicates()
    torn = sorted(pairs.loc[pairs["sample"].duplicated(), "sample"].unique())
    if torn:
        raise InputError(
            f"Expected one condition per sample in obs[{condition_key!r}], found several in "
            f"{listing([samples[i] for i in torn])}. Name a column that is constant within "
            f"samples as {option('condition_key')}."
        )
    codes = np.full(len(samples), -1, dtype=np.int32)
    codes[pairs["sample"]] = pairs["condition"]
    return tuple(map(str, found.categories)), codes
