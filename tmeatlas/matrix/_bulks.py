"""Cells added up: one profile per group, or per group and sample."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

import numpy as np
import scipy.sparse as sp
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas.cells import read_categories
from tmeatlas.matrix._expression import ExpressionMatrix, RowBlock
from tmeatlas.matrix._map_blocks import fold_blocks
from tmeatlas.matrix._totals import Totals


@dataclass(frozen=True, eq=False)
class Bulks:
    """Which cells are added up, and under which name."""

    groups: tuple[str, ...]
    """Group of each bulk."""
    samples: tuple[str, ...]
    """Sample of each bulk; empty strings where samples are not told apart."""
    codes: NDArray[np.int64]
    """Bulk of each cell; -1 where it is in none."""
    n_cells: NDArray[np.int64]
    """Cells in each bulk."""
    too_small: dict[tuple[str, str], int]
    """Group and sample of bulks left out, with their number of cells."""

    def __len__(self) -> int:
        return len(self.groups)


def read_bulks(
    adata: AnnData,
    groupby: str,
    sample_key: str | None = None,
    *,
    min_cells: int = 1,
    only: Collection[str] | None = None,
) -> Bulks:
    """Every group (of those in `only`), or pair of group and sample, of `min_cells` cells."""
    groups = read_categories(adata, groupby, argument="groupby")
    group_codes = np.asarray(groups.codes, dtype=np.int64)
    labels = [str(label) for label in groups.categories]
    if sample_key is None:
        names, sample_codes = [""], np.zeros(adata.n_obs, dtype=np.int64)
    else:
        samples = read_categories(adata, sample_key, argument="sample_key")
        names = [str(name) for name in samples.categories]
        sample_codes = np.asarray(samples.codes, dtype=np.int64)
    n_samples = len(names)
    known = (group_codes >= 0) & (sample_codes >= 0)
    pairs = np.where(known, group_codes * n_samples + sample_codes, -1)
    if not known.any():
        both = "" if sample_key is None else f" and a sample in obs[{sample_key!r}]"
        raise InputError(f"Expected cells with a group in obs[{groupby!r}]{both}, found none.")
    sizes = np.bincount(pairs[known], minlength=len(labels) * n_samples)
    wanted = np.repeat([only is None or label in only for label in labels], n_samples)
    kept = np.flatnonzero(wanted & (sizes >= max(min_cells, 1)))
    too_small = np.flatnonzero(wanted & (sizes > 0) & (sizes < min_cells))
    new_code = np.full(len(sizes) + 1, -1, dtype=np.int64)  # the last entry serves code -1
    new_code[kept] = np.arange(len(kept))
    return Bulks(
        groups=tuple(labels[pair // n_samples] for pair in kept),
        samples=tuple(names[pair % n_samples] for pair in kept),
        codes=new_code[pairs],
        n_cells=sizes[kept],
        too_small={
            (labels[pair // n_samples], names[pair % n_samples]): int(sizes[pair])
            for pair in too_small
        },
    )


def add_up(matrix: ExpressionMatrix, bulks: Bulks) -> NDArray[np.float64]:
    """Bulks × genes: the sum over the cells of each bulk, in one pass over the row blocks."""
    nothing = partial(Totals.none, (len(bulks), matrix.n_vars), (np.float64,))
    (sums,) = fold_blocks(matrix, nothing, _add, Totals.with_, along=[bulks.codes]).arrays
    return sums


def _add(totals: Totals, block: RowBlock, codes: NDArray[np.int64]) -> None:
    (sums,) = totals.arrays
    rows = np.flatnonzero(codes >= 0)
    members = sp.csr_matrix(
        (np.ones(len(rows)), (codes[rows], rows)), shape=(len(sums), len(codes))
    )
    sums += (members @ block.matrix).toarray()


def bulk_profiles(matrix: ExpressionMatrix, bulks: Bulks) -> NDArray[np.float64]:
    """Bulks × genes: sums of counts; means of anything else, which does not add up."""
    sums = add_up(matrix, bulks)
    if matrix.kind.adds_up:
        return sums
    return np.asarray(sums / bulks.n_cells[:, None])
