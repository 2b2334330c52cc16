"""The engines of quality, one after the other, on what was read of the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tmeatlas.quality import Judged, judge_gate
from tmeatlas.tl._quality_inputs import JudgedCells


def judge_samples(cells: JudgedCells) -> list[Judged]:
    """What each sample is like."""
    return [_together([_gate(cells, sample)]) for sample in range(cells.n_samples)]


def _gate(cells: JudgedCells, sample: int) -> Judged:
    counts, unknown = cells.of_lineages(sample)
    found = judge_gate(counts, unknown=unknown)
    if cells.lineages is not None:
        return found
    return Judged(tuple(replace(each, note=cells.unknown) for each in found.measured))


def _together(judged: Sequence[Judged]) -> Judged:
    """What several engines found of one sample."""
    return Judged(
        tuple(each for found in judged for each in found.measured),
        tuple(each for found in judged for each in found.remarks),
    )
