"""The tables of `tl.drivers`, from the axes and the cells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas.cells import CellLineages, read_categories
from tmeatlas.lr import Verdict
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.methods import DEFAULT_METHOD, resolve
from tmeatlas.network import (
    OVER_ALL,
    Effect,
    Evidence,
    Row,
    follow,
    load_known,
    rank_groups,
    read_loops,
)
from tmeatlas.results import Axes, Drivers, as_stored, is_verdict, stands_out
from tmeatlas.tl._drivers_inputs import CellsRead, members_of, read_cells, why_unread
from tmeatlas.tl._drivers_tables import Entry, gene_table


def ranked_groups(adata: AnnData, axes: Axes) -> pd.DataFrame:
    """The groups by the axes between them."""
    rows = axes.overall()
    labels = read_categories(adata, axes.groupby, argument="key")
    sizes = pd.Series(
        np.bincount(labels.codes[labels.codes >= 0], minlength=len(labels.categories))
    )
    sizes.index = labels.categories.astype(str)
    tested = {*rows["source"].astype(str), *rows["target"].astype(str)}
    table = rank_groups(
        rows,
        stands_out(rows).to_numpy(),
        is_verdict(rows, Verdict.TOO_FEW).to_numpy(),
        sizes[[name in tested for name in sizes.index]],
        axes.in_samples,
    )
    return as_stored(table, Drivers.columns)


def genes_and_loops(
    adata: AnnData,
    axes: Axes,
    matrix: ExpressionMatrix,
    lineages: CellLineages,
    *,
    may_be_raw: bool,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What genes follow, and the chains."""
    read = read_cells(
        *(adata, matrix, resolve(DEFAULT_METHOD)),
        groupby=axes.groupby,
        sample_key=axes.sample_key,
        may_be_raw=may_be_raw,
    )
    genes = gene_table(_follow_all(read, lineages))
    labels = [str(each) for each in read_categories(adata, axes.groupby, argument="key").categories]
    known = load_known()
    links = [link for loop in known.loops for link in loop.links]
    wanted = sorted({end for link in links for end in (link.source, link.target) if end})
    rows = axes.overall()
    counts = {name: 0 for name in ("n_samples", "n_samples_specific") if name not in rows}
    evidence = Evidence(
        axes=rows.assign(holds=stands_out(rows), **counts),
        members=members_of(lineages, read.groups, labels, wanted),
        follows=genes[genes["sample"] == OVER_ALL],
    )
    return genes, as_stored(read_loops(known.loops, evidence), Drivers.loop_columns)


def nothing_read() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables without a row."""
    return gene_table([]), as_stored(pd.DataFrame(), Drivers.loop_columns)


def _follow_all(read: CellsRead, lineages: CellLineages) -> Iterator[Entry]:
    """What each gene follows, lineage by lineage."""
    for followed in load_known().genes:
        for lineage in followed.within:
            n_cells = int((lineages.within(lineage) & read.kept).sum())
            why = why_unread(read, followed, lineage, n_cells)
            if not why:
                for row in follow(read.within(lineages, followed, lineage), read.sample_names):
                    yield followed.gene, lineage, row
            for programme in followed.programmes:
                reason = why or read.unread.get(programme, "")
                if reason:
                    none = Row(OVER_ALL, programme, Effect(), Effect(), 0, 0, note=reason)
                    yield followed.gene, lineage, none
