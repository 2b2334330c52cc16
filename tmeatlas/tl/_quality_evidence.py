"""What the engines of `tl.quality` are given of the expression of the cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._values import MatrixKind
from tmeatlas.matrix import ExpressionMatrix, find_counts
from tmeatlas.methods import ScoreMethod
from tmeatlas.quality import (
    FULL_LENGTH,
    is_long_noncoding,
    is_mitochondrial,
    judge_platform,
    marker_columns,
    why_no_nuclei,
)
from tmeatlas.spatial import are_spots
from tmeatlas.tl._quality_inputs import JudgedCells
from tmeatlas.tl._quality_programmes import Programmes, read_programmes
from tmeatlas.tl._quality_reading import Parts, ReadCells, read_once

MITOCHONDRIAL, NONCODING = "mitochondrial", "noncoding"
"""The sets of genes of which nuclei are told."""
SAMPLE, GROUP, LINEAGE = "sample", "group", "lineage"
"""The parts over which genes are added up."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What was read of the cells beside `obs`, and why some of it does not tell."""

    matrix: ExpressionMatrix
    """What was added up: counts where there are any."""
    parts: Mapping[str, Parts]
    """What it was added up over; empty where there are no counts."""
    read: ReadCells
    programmes: Programmes
    spots: bool
    reads: NDArray[np.bool_]
    """Samples whose values are reads of whole transcripts, which vary more than molecules do: they
    are added up over no part."""
    no_counts: str
    """Why depth is not known; "" where it is."""
    no_nuclei: str
    """Why nuclei cannot be told from cells."""

    @property
    def no_cells(self) -> str:
        """Why nothing foreign can be told in rows: they have no counts, or are no cells."""
        return self.no_counts or ("rows are spots, each of several cells" if self.spots else "")


def read_evidence(
    adata: AnnData,
    cells: JudgedCells,
    values: ExpressionMatrix,
    *,
    scorer: ScoreMethod,
    seed: int,
    may_be_raw: bool,
) -> Evidence:
    """Programmes from `values`, all else from the counts, or from `values` without any."""
    is_counts = values.kind is MatrixKind.COUNTS
    counts = values if is_counts else find_counts(adata, may_be_raw=may_be_raw)
    matrix = values if counts is None else counts
    # Ambient RNA and doublets are judged by counts alone.
    parts = {} if counts is None else _parts(cells)
    columns = np.empty(0, np.int32) if counts is None else marker_columns(matrix.genes).columns
    read = read_once(matrix, parts, sets=_sets(matrix), markers=columns)
    spots = are_spots(adata.obs.columns, cells.groups, adata.uns.get(keys.SPATIAL))
    reads = _of_reads(cells, read, spots=spots)
    if parts and reads.any():
        parts = _parts(cells, without=reads)
        read = read_once(matrix, parts, sets=_sets(matrix), markers=columns)
    return Evidence(
        matrix=matrix,
        parts=parts,
        read=read,
        programmes=read_programmes(values, scorer, seed),
        spots=spots,
        reads=reads,
        no_counts=f"{values.name} holds no counts, and no layer or raw does"
        if counts is None
        else "",
        no_nuclei=why_no_nuclei(matrix.genes),
    )


def _sets(matrix: ExpressionMatrix) -> dict[str, NDArray[np.intp]]:
    tests = {MITOCHONDRIAL: is_mitochondrial, NONCODING: is_long_noncoding}
    return {name: np.flatnonzero(is_one(matrix.genes)) for name, is_one in tests.items()}


def _of_reads(cells: JudgedCells, read: ReadCells, *, spots: bool) -> NDArray[np.bool_]:
    """Samples whose values are those of full-length reads."""
    platforms = [
        judge_platform(read.shown[here], read.least[here], spots=spots)[0] for here in cells.members
    ]
    return np.array([any(r.word == FULL_LENGTH for r in each.remarks) for each in platforms])


def _parts(cells: JudgedCells, without: NDArray[np.bool_] | None = None) -> dict[str, Parts]:
    """Samples, and within them groups and lineages; cells of samples `without` are in none."""
    samples, none = cells.sample_codes, np.full(len(cells.sample_codes), -1, dtype=np.int32)
    if without is not None:
        samples = np.where(np.append(without, False)[samples], none, samples)  # -1: the last
    known, lineages = samples >= 0, cells.first_level
    codes, n = (none, 0) if lineages is None else (lineages.codes, len(lineages.ids))
    return {
        SAMPLE: Parts(samples, cells.n_samples),
        GROUP: Parts(np.where(known, cells.group_codes, none), len(cells.groups)),
        LINEAGE: Parts(np.where(known, codes, none), n),
    }
