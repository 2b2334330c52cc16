"""What `tl.drug_targets` reads of an AnnData: axes, programmes, kinds of cells and genes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import CoverageError, InputError, listing
from tmeatlas.cells import CellLineages, Groups, read_categories, read_groups, read_lineages
from tmeatlas.genes import GeneIndex
from tmeatlas.interactions import load_axes
from tmeatlas.lineages import is_within, tree
from tmeatlas.lr import Cells
from tmeatlas.matrix import ExpressionMatrix, genes_shown
from tmeatlas.results import Axes, Consensus, Crosstalk, States
from tmeatlas.sig import mark_name
from tmeatlas.states import State, load_states
from tmeatlas.targets import (
    LINEAGE,
    PROGRAMME,
    STATE,
    AxisRows,
    Data,
    DrugTable,
    find_programmes,
    kinds_of_cells,
    read_expression,
)
from tmeatlas.tl._lost_genes import where_they_are

MALIGNANT, EPITHELIAL = "malignant", "epithelial"


@dataclass(frozen=True, eq=False)
class Partition:
    """Groups and samples of all cells."""

    groups: Groups
    samples: NDArray[np.int32]
    """0 for all cells where samples are not known."""
    names: tuple[str, ...]
    """Of the samples; empty where they are not known."""
    min_cells: int


def read_partition(adata: AnnData, axes: Axes, min_cells: int) -> Partition:
    """The groups and samples that the axes were put together of."""
    groups = read_groups(adata, axes.groupby, min_cells=min_cells)
    if not axes.sample_key:
        return Partition(groups, np.zeros(adata.n_obs, dtype=np.int32), (), min_cells)
    found = read_categories(adata, axes.sample_key, argument="sample_key")
    names = tuple(str(name) for name in found.categories)
    return Partition(groups, np.asarray(found.codes, dtype=np.int32), names, min_cells)


def lineages_of(adata: AnnData, groupby: str, lineage_key: str | None) -> CellLineages | None:
    """The lineages in `lineage_key`; by default those of `tl.annotate`, else what groups name.

    None where neither names a lineage.
    """
    if lineage_key is not None:
        return read_lineages(adata, lineage_key)
    try:
        return read_lineages(adata, keys.LINEAGE if keys.LINEAGE in adata.obs else groupby)
    except InputError:
        return None


def read_data(
    adata: AnnData,
    matrix: ExpressionMatrix,
    table: DrugTable,
    part: Partition,
    lineages: CellLineages | None,
    *,
    axes: Axes,
    crosstalk: Crosstalk,
    consensus: Consensus | None,
    states: States | None,
) -> Data:
    """All that the drugs are held against."""
    genes, values = _genes(adata, matrix, table)
    groups = part.groups
    expression = read_expression(
        values, genes, groups.codes, groups.labels, part.samples, min_cells=part.min_cells
    )
    return Data(
        rows=AxisRows(axes.overall(), crosstalk.overall()),
        programmes=find_programmes(
            *_programmes(matrix, table, part, consensus),
            n_samples=len(part.names),
            min_cells=part.min_cells,
        ),
        kinds=kinds_of_cells(
            dict(_kinds(table, lineages, states)),
            part.samples if part.names else None,
            part.names,
            min_cells=part.min_cells,
        ),
        expression=expression,
        values=values,
        normal=normal_groups(groups, lineages),
        names=_names(table),
    )


def _genes(
    adata: AnnData, matrix: ExpressionMatrix, table: DrugTable
) -> tuple[list[str], sp.csc_matrix]:
    """The drug targets that the data have, and their expression."""
    index = GeneIndex(matrix.names, table.genes)
    columns = {gene: index.find(gene) for gene in table.genes}
    found = {gene: column for gene, column in columns.items() if column is not None}
    if table.genes and not found:
        where = where_they_are(adata, matrix, table.genes)
        raise CoverageError(
            f"None of the drug targets of {table.name} is in the data: {listing(table.genes)}. "
            f"{where}".strip()
        )
    return list(found), matrix.columns(np.array(list(found.values()), dtype=np.int64))


def _programmes(
    matrix: ExpressionMatrix, table: DrugTable, part: Partition, consensus: Consensus | None
) -> tuple[Cells, pd.DataFrame]:
    """The cells that have a group, and their scores of the programmes that drugs aim at."""
    kept = part.groups.codes >= 0
    wanted = dict.fromkeys(entry.programme for entry in table if entry.programme)
    scores = pd.DataFrame(index=pd.RangeIndex(int(kept.sum())))
    if consensus is not None:
        here = consensus.table[kept].reset_index(drop=True)
        there = [name for name in wanted if name in here]
        scores = here[[name for name in there if bool(np.isfinite(here[name]).all())]]
    depth = np.zeros(len(kept), dtype=np.int64)
    if scores.shape[1]:
        depth = genes_shown(matrix)
    cells = Cells(
        expression=sp.csc_matrix((int(kept.sum()), 0), dtype=np.float32),
        counts=None,
        codes=part.groups.codes[kept],
        labels=part.groups.labels,
        depth=depth[kept],
        samples=part.samples[kept] if part.names else None,
    )
    return cells, scores


def _kinds(
    table: DrugTable, lineages: CellLineages | None, states: States | None
) -> Iterable[tuple[tuple[str, str], NDArray[np.bool_]]]:
    """The cells of each lineage or state that something acts on, as far as these are known."""
    if lineages is None:
        return
    for lineage in dict.fromkeys(entry.lineage for entry in table if entry.lineage in tree()):
        # A coarse annotation does not say whether there are cells of a finer lineage.
        if any(is_within(each, lineage) for each in lineages.ids) or _is_told(lineages, lineage):
            yield (LINEAGE, lineage), lineages.within(lineage)
    if states is None:
        return
    called, known = states.state.astype(str).to_numpy(), _states()
    for name in dict.fromkeys(entry.state for entry in table if entry.state in known):
        lineage, state = known[name]
        yield (STATE, name), (called == state.name) & lineages.within(lineage)


def _is_told(lineages: CellLineages, lineage: str) -> bool:
    """Whether the labels are fine enough to have told this lineage."""
    depth = tree()[lineage].level
    return any(tree()[each].level >= depth for each in lineages.ids)


def _states() -> dict[str, tuple[str, State]]:
    """Lineage and state by the id of the state."""
    return {state.id: (each.lineage, state) for each in load_states() for state in each.states}


def normal_groups(groups: Groups, lineages: CellLineages | None) -> list[bool]:
    """Whether most cells of each group are known not to be malignant.

    Where no cell is called malignant, epithelial cells may be it, and are not called normal.
    """
    if lineages is None:
        return [False] * len(groups.labels)
    malignant = lineages.within(MALIGNANT)
    unsure = malignant if malignant.any() else lineages.within(EPITHELIAL)
    normal = (lineages.codes >= 0) & ~unsure
    kept = groups.codes >= 0
    counts = np.bincount(groups.codes[kept & normal], minlength=len(groups.labels))
    return [bool(2 * n > size) for n, size in zip(counts, groups.sizes, strict=True)]


def _names(table: DrugTable) -> dict[tuple[str, str], str]:
    """What axes, programmes, states and lineages are called."""
    states = {name: state.name for name, (_, state) in _states().items()}
    return {
        **{("axis", axis.id): axis.name for axis in load_axes()},
        **{(PROGRAMME, e.programme): mark_name(e.programme) for e in table if e.programme},
        **{(STATE, name): title for name, title in states.items()},
        **{(LINEAGE, each.id): each.name for each in tree().values()},
    }
