"""RNA and cells that are not those of a cell: ambient molecules and doublets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas.genes import GeneIndex
from tmeatlas.interactions import as_interactions
from tmeatlas.lineages import tree
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.quality import (
    Ambient,
    Cells,
    Judged,
    Measured,
    estimate_ambient,
    judge_ambient,
    judge_doublets,
    marker_columns,
    marker_doublets,
    scrublet_of,
)
from tmeatlas.tl._quality_evidence import GROUP, LINEAGE, SAMPLE, Evidence
from tmeatlas.tl._quality_inputs import JudgedCells
from tmeatlas.tl._quality_reading import Parts, rows_by_part

NAN = float("nan")
NO_MOLECULES = "the values are reads of whole transcripts, no molecules"


@dataclass(frozen=True, eq=False)
class Foreign:
    """What is foreign in all cells, and why some of it was not judged."""

    ambient: Ambient | None
    by_markers: NDArray[np.bool_]
    """Per cell, whether it has the markers of two lineages."""
    by_scrublet: NDArray[np.bool_]
    score: NDArray[np.float32]
    no_ambient: str
    no_markers: str
    no_scrublet: tuple[str, ...]
    """Per sample."""
    reads: NDArray[np.bool_]
    """Per sample, whether its values are reads."""

    def judge(self, cells: JudgedCells, sample: int) -> tuple[Judged, Judged]:
        """Ambient RNA and doublets of one sample."""
        here = cells.members[sample]
        groups = (cells.group_codes[here], cells.groups)
        no_molecules = NO_MOLECULES if self.reads[sample] else ""
        if self.ambient is None or no_molecules:
            why_not = self.no_ambient or no_molecules
            unread = Measured("ambient", "Ambient RNA", NAN, cells=len(here), note=why_not)
            ambient = Judged((unread,))
        else:
            ambient = judge_ambient(self.ambient, sample, *groups)
        doublets = judge_doublets(
            self.by_markers[here],
            self.by_scrublet[here],
            *groups,
            why_not=(self.no_markers or no_molecules, self.no_scrublet[sample]),
        )
        return ambient, doublets

    def columns(self, obs_names: pd.Index, key_added: str) -> pd.DataFrame:
        """By cell, whether it looks like a doublet, and scrublet's score."""
        called, score = keys.quality_columns(key_added)
        columns = {called: self.by_markers | self.by_scrublet, score: self.score}
        return pd.DataFrame(columns, index=obs_names)

    def genes(
        self, cells: JudgedCells, matrix: ExpressionMatrix
    ) -> Iterator[tuple[str, str, float, str]]:
        """Sample, gene, pool and lineage of the genes of the ambient sets."""
        for each in () if self.ambient is None else self.ambient.genes:
            lineage = tree()[each.lineage].name if each.lineage else ""
            gene = str(matrix.labels[each.gene])
            yield cells.samples[each.sample], gene, each.pool, lineage

    def shares(self, adata: AnnData, cells: JudgedCells, matrix: ExpressionMatrix) -> pd.DataFrame:
        """Genes of `adata` × groups: NaN for genes that the matrix that was read lacks.

        Without columns where no sample was judged.
        """
        if self.ambient is None or not np.isfinite(self.ambient.share).any():
            return pd.DataFrame(index=adata.var_names)
        explained, labels = self.ambient.explained, matrix.labels
        if not labels.equals(adata.var_names):
            places = labels[~labels.duplicated()].get_indexer(adata.var_names)
            explained = np.vstack(
                [explained[~labels.duplicated()], np.full_like(explained[:1], NAN)]
            )
            explained = explained[places]  # the last serves place -1
        return pd.DataFrame(explained, index=adata.var_names, columns=list(cells.groups))


def read_foreign(cells: JudgedCells, evidence: Evidence, *, seed: int) -> Foreign:
    """Judge it from counts, where there are any."""
    n = len(cells.sample_codes)
    ambient, by_markers = None, np.zeros(n, dtype=bool)
    why_not = evidence.no_cells or cells.unknown
    known = evidence.parts[SAMPLE].codes >= 0 if evidence.parts else np.zeros(n, dtype=bool)
    if not known.any():
        why_not = why_not or NO_MOLECULES
    no_markers = why_not
    if not why_not:
        of_markers = _cells(cells, evidence, known)
        candidates = marker_columns(evidence.matrix.genes)
        ambient = estimate_ambient(of_markers, candidates, _of_interactions(evidence.matrix))
        found = marker_doublets(of_markers, candidates, ambient)
        by_markers[known], no_markers = found.called, found.note
    score, by_scrublet, no_scrublet = _scrublet(cells, evidence, seed)
    return Foreign(
        ambient=ambient,
        by_markers=by_markers,
        by_scrublet=by_scrublet,
        score=score,
        no_ambient=why_not,
        no_markers=no_markers,
        no_scrublet=no_scrublet,
        reads=evidence.reads,
    )


def _cells(cells: JudgedCells, evidence: Evidence, known: NDArray[np.bool_]) -> Cells:
    """The cells that have a sample, as the engine takes them."""
    read, parts = evidence.read, evidence.parts
    return Cells(
        sample=cells.sample_codes[known],
        group=cells.group_codes[known],
        lineage=parts[LINEAGE].codes[known],
        lineage_ids=cells.first_level.ids if cells.first_level else (),
        totals=read.total[known],
        sample_sums=read.sums[SAMPLE],
        group_sums=read.sums[GROUP],
        lineage_sums=read.sums[LINEAGE],
        markers=read.markers[known],
    )


def _of_interactions(matrix: ExpressionMatrix) -> NDArray[np.bool_]:
    """Which genes are of the built-in interactions."""
    wanted = as_interactions("tme").genes
    index = GeneIndex(matrix.genes, wanted)
    found = [place for place in map(index.find, wanted) if place is not None]
    interest = np.zeros(matrix.n_vars, dtype=bool)
    interest[found] = True
    return interest


def _scrublet(
    cells: JudgedCells, evidence: Evidence, seed: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_], tuple[str, ...]]:
    """Score and call of each cell, and per sample why there is none."""
    n = len(cells.sample_codes)
    score, called = np.full(n, np.nan, dtype=np.float32), np.zeros(n, dtype=bool)
    notes = [evidence.no_cells] * cells.n_samples
    if not evidence.no_cells:
        parts = Parts(cells.sample_codes, cells.n_samples)
        for sample, rows in rows_by_part(evidence.matrix, parts):
            found = scrublet_of(rows, seed)
            here = cells.members[sample]
            score[here], called[here], notes[sample] = found
    return score, called, tuple(notes)
