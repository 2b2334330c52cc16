"""What `tl.drivers` reads of an AnnData: lineages of cells and groups, genes and programmes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._text import counted, in_sentence
from tmeatlas.cells import CellLineages, read_categories
from tmeatlas.interactions import Axis, load_axes
from tmeatlas.lineages import tree
from tmeatlas.matrix import ExpressionMatrix, columns_at_once, find_counts, totals_of_cells
from tmeatlas.methods import ScoreMethod, score_cells
from tmeatlas.network import CellsOfLineage, Followed, Known, load_known
from tmeatlas.results import Quality
from tmeatlas.sig import MatchedSignature, SignatureSet, as_signatures, load, match_signatures
from tmeatlas.tl._score_coverage import is_covered

MIN_COVERAGE = 0.5
MOST_OF_A_GROUP = 0.5
"""A group is of a lineage if more than this share of its cells is. A convention."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CellsRead:
    """Cells with what is asked of them, and why something cannot be read."""

    depth: NDArray[np.int64]
    """Genes that each cell shows."""
    molecules: Floats | None
    """Molecules of each cell, where counts are known."""
    shows: Mapping[str, NDArray[np.bool_]]
    """By gene; those that the data lack are in `unread`."""
    scores: Mapping[str, Floats]
    """By programme."""
    controls: Floats
    samples: NDArray[np.int32]
    sample_names: tuple[str, ...]
    groups: NDArray[np.int32]
    kept: NDArray[np.bool_]
    """Cells that have a sample and a group, and are no doublets as far as is known."""
    unread: Mapping[str, str]
    """By gene or programme, why it cannot be read."""

    def within(self, lineages: CellLineages, followed: Followed, lineage: str) -> CellsOfLineage:
        """The cells of a lineage, with a gene and the programmes that can be read."""
        inside = self.kept & lineages.within(lineage)
        return CellsOfLineage(
            shows=self.shows[followed.gene][inside],
            scores={p: self.scores[p][inside] for p in followed.programmes if p in self.scores},
            controls=self.controls[inside],
            samples=self.samples[inside],
            groups=self.groups[inside],
            depth=self.depth[inside],
            molecules=None if self.molecules is None else self.molecules[inside],
        )


def read_cells(
    adata: AnnData,
    matrix: ExpressionMatrix,
    scorer: ScoreMethod,
    *,
    groupby: str,
    sample_key: str,
    may_be_raw: bool,
) -> CellsRead:
    """All cells; genes and programmes as far as the data have them."""
    known = load_known()
    groups = read_categories(adata, groupby, argument="groupby").codes
    codes = np.zeros(adata.n_obs, dtype=np.int32)
    names: tuple[str, ...] = ()
    if sample_key:
        samples = read_categories(adata, sample_key, argument="sample_key")
        codes = np.asarray(samples.codes, dtype=np.int32)
        names = tuple(str(name) for name in samples.categories)
    wanted = _lists(known)
    matched = dict(zip(wanted, match_signatures(wanted.values(), matrix.names), strict=True))
    found = {name: one for name, one in matched.items() if is_covered(one, MIN_COVERAGE)}
    values = _scores(matrix, scorer, found)
    genes = {each.gene: matched[each.gene] for each in known.genes}
    depth, shows = _shown(matrix, {n: int(m.up[0]) for n, m in genes.items() if len(m.up)})
    controls = [values[name] for name in known.controls if name in values]
    unread = {name: f"{name} is not in the data" for name in genes if name not in shows}
    for name, programme in known.programmes.items():
        if name not in values:
            one = matched[name]
            unread[name] = (
                f"{one.n_found} of {counted(one.n_genes, 'gene')} of {programme.name} are there"
            )
    return CellsRead(
        depth=depth,
        molecules=_molecules(find_counts(adata, may_be_raw=may_be_raw)),
        shows=shows,
        scores={name: values[name] for name in known.programmes if name in values},
        controls=np.column_stack(controls) if controls else np.empty((adata.n_obs, 0)),
        samples=codes,
        sample_names=names,
        groups=np.asarray(groups, dtype=np.int32),
        kept=(codes >= 0) & (np.asarray(groups) >= 0) & ~_doublets(adata),
        unread=unread,
    )


def members_of(
    lineages: CellLineages, groups: NDArray[np.int32], labels: Sequence[str], wanted: Sequence[str]
) -> dict[str, list[str]]:
    """By lineage, the groups of which more than half of the cells are of it."""
    sizes = np.bincount(groups[groups >= 0], minlength=len(labels))
    found = {}
    for lineage in wanted:
        inside = groups[lineages.within(lineage) & (groups >= 0)]
        counts = np.bincount(inside, minlength=len(labels))
        most = counts > MOST_OF_A_GROUP * np.maximum(sizes, 1)
        found[lineage] = [label for label, is_most in zip(labels, most, strict=True) if is_most]
    return found


def why_unread(read: CellsRead, followed: Followed, lineage: str, n_cells: int) -> str:
    """Why nothing can be said of a gene in a lineage; empty where something can."""
    if followed.gene in read.unread:
        return read.unread[followed.gene]
    return "" if n_cells else f"no {in_sentence(tree()[lineage].name)}"


def _lists(known: Known) -> SignatureSet:
    """Programmes, controls and single genes as lists; no gene that is asked about is in the first.

    A gene that follows itself would say nothing.
    """
    library, asked = load("all"), {each.gene for each in known.genes}
    axes = {axis.id: axis for axis in load_axes()}
    controls = {name: library[name].genes for name in known.controls}
    handled = {gene for genes in controls.values() for gene in genes}
    whole = {
        name: library[programme.signature].genes
        if programme.signature
        else _core_genes(axes[programme.axis]) - handled
        for name, programme in known.programmes.items()
    } | controls
    lists = {name: sorted({*of} - asked) for name, of in whole.items()}
    return as_signatures(lists | {gene: [gene] for gene in sorted(asked)})


def _core_genes(axis: Axis) -> set[str]:
    """Ligands and receptors of its core pairs."""
    return {gene for pair in axis.core for gene in (*pair.ligand_genes, *pair.receptor_genes)}


def _scores(
    matrix: ExpressionMatrix, scorer: ScoreMethod, found: Mapping[str, MatchedSignature]
) -> dict[str, Floats]:
    """Scores of all cells by programme or control."""
    known = load_known()
    lists = {name: found[name] for name in (*known.programmes, *known.controls) if name in found}
    if not lists:
        return {}
    values, _ = score_cells(scorer, matrix, list(lists.values()), n_null=0, seed=None)
    return dict(zip(lists, np.asarray(values, dtype=np.float64).T, strict=True))


def _shown(
    matrix: ExpressionMatrix, columns: Mapping[str, int]
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.bool_]]]:
    """How many genes each cell shows, and whether it shows each of those asked for."""
    every = np.ones(matrix.n_obs, dtype=np.bool_)
    read = columns_at_once(matrix, np.array([*columns.values()], dtype=np.intp), cells=every)
    of_genes = read.values.toarray() > 0
    return read.n_shown, {gene: of_genes[:, at] for at, gene in enumerate(columns)}


def _molecules(counts: ExpressionMatrix | None) -> Floats | None:
    """Molecules of each cell; None without counts."""
    return None if counts is None else totals_of_cells(counts).astype(np.float64)


def _doublets(adata: AnnData) -> NDArray[np.bool_]:
    """Cells that `tl.quality` called doublets: they show genes of two cells."""
    found = Quality.current(adata)
    name = keys.quality_columns(found.key)[0] if found is not None else ""
    if found is None or name not in found.cells:
        return np.zeros(adata.n_obs, dtype=np.bool_)
    flags = found.cells[name]
    return np.asarray(flags.astype("boolean").fillna(False), dtype=np.bool_)
