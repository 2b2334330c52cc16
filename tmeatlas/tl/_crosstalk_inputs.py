"""What `tl.crosstalk` and `tl.axes` read of an AnnData: cells and samples."""

from __future__ import annotations

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option, remedy
from tmeatlas._cluster import is_on_cluster
from tmeatlas._errors import InputError
from tmeatlas._text import counted
from tmeatlas.cells import Groups, read_categories
from tmeatlas.lr import Cells, MatchedInteractions, Strata, comparable_groups
from tmeatlas.matrix import ExpressionMatrix, columns_at_once, find_counts


def read_cells(
    adata: AnnData,
    matrix: ExpressionMatrix,
    matched: MatchedInteractions,
    groups: Groups,
    samples: NDArray[np.int32] | None,
    *,
    ambient: NDArray[np.bool_] | None,
    may_be_raw: bool,
) -> Cells:
    """The cells that have a group, on the genes of the interactions."""
    kept = groups.codes >= 0
    counts = find_counts(adata, like=matrix, may_be_raw=may_be_raw)
    read = columns_at_once(matrix, matched.columns, cells=kept, counts=counts)
    return Cells(
        expression=read.values,
        counts=read.counts,
        codes=groups.codes[kept],
        labels=groups.labels,
        depth=read.n_shown,
        samples=samples,
        ambient=ambient,
        spread=is_on_cluster(matrix.source),
    )


def read_samples(
    adata: AnnData, sample_key: str | None, groups: Groups
) -> tuple[NDArray[np.int32] | None, list[str]]:
    """Sample of each cell that has a group, and the names; some sample must have two groups.

    None, and no names, without a `sample_key`.
    """
    if sample_key is None:
        return None, []
    samples = read_categories(adata, sample_key, argument="sample_key")
    kept = groups.codes >= 0
    codes = np.asarray(samples.codes, dtype=np.int32)[kept]
    if (codes < 0).any():
        raise InputError(
            f"{counted(int((codes < 0).sum()), 'cell')} without a sample in obs[{sample_key!r}]. "
            "Leave them out first"
            + remedy(python=f": adata = adata[adata.obs[{sample_key!r}].notna()].copy()")
            + "."
        )
    sizes = Strata(codes).sizes(groups.codes[kept], len(groups.labels))
    if not comparable_groups(sizes).any():
        raise InputError(
            f"Every sample of obs[{sample_key!r}] holds cells of one group of "
            f"obs[{groups.key!r}] only, so nothing can be compared within samples. Leave out "
            f"{option('sample_key')}, or pass the column with the patients or biopsies."
        )
    return codes, [str(name) for name in samples.categories]


def not_comparable(cells: Cells) -> list[str]:
    """The groups without cells of another group of like depth, of the same sample."""
    sizes = cells.strata.sizes(cells.codes, len(cells.labels))
    return [cells.labels[group] for group in np.flatnonzero(~comparable_groups(sizes)).tolist()]
