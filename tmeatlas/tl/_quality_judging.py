"""The engines of quality, one after the other, on what was read of the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tmeatlas.quality import (
    GATES,
    LEAST_CELLS,
    NUCLEI,
    Judged,
    Remark,
    gates_of,
    judge_arms,
    judge_depth,
    judge_gate,
    judge_nuclei,
    judge_platform,
    judge_programmes,
)
from tmeatlas.tl._quality_evidence import MITOCHONDRIAL, NONCODING, Evidence
from tmeatlas.tl._quality_foreign import Foreign
from tmeatlas.tl._quality_inputs import JudgedCells


@dataclass(frozen=True, eq=False)
class OfSamples:
    """What each sample is like, and what `judge_arms` compares."""

    judged: tuple[Judged, ...]
    platforms: tuple[str, ...]

    @property
    def depths(self) -> NDArray[np.float64]:
        """Molecules of the median cell of each sample."""
        found = [
            [each.value for each in judged.measured if (each.measure, each.group) == ("depth", "")]
            for judged in self.judged
        ]
        return np.array([values[0] for values in found])

    def group_depths(self, groups: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """The same of each group; NaN where a sample has few cells of it."""
        found = {group: np.full(len(self.judged), np.nan) for group in groups}
        for number, judged in enumerate(self.judged):
            for each in judged.measured:
                if each.measure == "depth" and each.group and each.cells >= LEAST_CELLS:
                    found[each.group][number] = each.value
        return found

    @property
    def gates(self) -> list[str]:
        """The word of the gate of each sample; "" where it has none."""
        words = ([r.word for r in judged.remarks if r.word in GATES] for judged in self.judged)
        return [(*found, "")[0] for found in words]


def judge_samples(cells: JudgedCells, evidence: Evidence, foreign: Foreign) -> OfSamples:
    """Every engine on every sample."""
    judged, platforms = [], []
    for sample, gate in enumerate(_gates(cells)):
        platform, kind = _platform(evidence, cells.members[sample])
        found = together(
            gate,
            platform,
            *_of_cells(cells, evidence, cells.members[sample]),
            *foreign.judge(cells, sample),
        )
        is_nuclei = any(each.word == NUCLEI for each in found.remarks)
        judged.append(found)
        platforms.append(NUCLEI if is_nuclei else kind)
    return OfSamples(tuple(judged), tuple(platforms))


def judge_conditions(
    cells: JudgedCells, condition_key: str | None, found: OfSamples
) -> tuple[Remark, ...]:
    """What goes with the condition."""
    if condition_key is None or cells.condition_codes is None:
        return ()
    return judge_arms(
        condition_key,
        cells.arms,
        depths=found.depths,
        group_depths=found.group_depths(cells.groups),
        platforms=found.platforms,
        gates=found.gates,
    )


def together(*judged: Judged) -> Judged:
    """What several engines found of one sample."""
    return Judged(
        tuple(each for found in judged for each in found.measured),
        tuple(each for found in judged for each in found.remarks),
    )


def _gates(cells: JudgedCells) -> list[Judged]:
    """Shares of the parts of a tumour, and the gate of each sample."""
    counts = [cells.of_lineages(sample) for sample in range(cells.n_samples)]
    gates = gates_of(counts, cells.arms, in_tissue=cells.in_tissue)
    found = [
        judge_gate(known, gate, unknown=unknown)
        for (known, unknown), gate in zip(counts, gates, strict=True)
    ]
    if cells.lineages is not None:
        return found
    return [
        Judged(tuple(replace(each, note=cells.unknown) for each in judged.measured))
        for judged in found
    ]


def _platform(evidence: Evidence, here: NDArray[np.intp]) -> tuple[Judged, str]:
    read = evidence.read
    return judge_platform(read.shown[here], read.least[here], spots=evidence.spots)


def _of_cells(cells: JudgedCells, evidence: Evidence, here: NDArray[np.intp]) -> Sequence[Judged]:
    """Nuclei, depth and programmes of the cells of one sample."""
    read, programmes = evidence.read, evidence.programmes
    groups = (cells.group_codes[here], cells.groups)
    return (
        judge_nuclei(
            read.total[here],
            *(read.of_sets[name][here] for name in (MITOCHONDRIAL, NONCODING)),
            why_not=evidence.no_nuclei,
        ),
        judge_depth(
            read.total[here],
            read.shown[here],
            *groups,
            n_genes=evidence.matrix.n_vars,
            why_not=evidence.no_counts,
        ),
        judge_programmes(
            None if programmes.stressed is None else programmes.stressed[here],
            None if programmes.cycling is None else programmes.cycling[here],
            *groups,
            why_not=programmes.why_not,
        ),
    )
