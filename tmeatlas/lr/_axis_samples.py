"""Axes sample by sample, and what the samples say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tmeatlas._progress import track
from tmeatlas.lr._axis_pool import AxisPool
from tmeatlas.lr._axis_tests import (
    AxisTest,
    AxisVerdicts,
    adjusted_verdicts,
    assess_axes,
    verdicts_of_cells,
)
from tmeatlas.lr._cells import Cells, CellsOfSample
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._samples import (
    FEWEST_GROUPS,
    FEWEST_SHOWING,
    SAMPLE_COUNTS,
    half_of,
    true_in_half,
)
from tmeatlas.lr._sides import SideTest
from tmeatlas.lr._verdict import ALPHA

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class AxesOfSample:
    """All axes in one sample."""

    name: str
    own: CellsOfSample
    meet: Bools
    verdicts: AxisVerdicts

    def over_all(self, of_own: NDArray, n_groups: int, missing: object) -> NDArray:
        """Axes × own sources × own targets, over all groups."""
        whole = np.full((len(of_own), n_groups, n_groups), missing, dtype=of_own.dtype)
        whole[np.ix_(np.arange(len(of_own)), self.own.groups, self.own.groups)] = of_own
        return whole


def assess_samples(
    cells: Cells,
    matched: MatchedInteractions,
    pools: Sequence[AxisPool],
    names: Sequence[str],
    *,
    min_cells: int,
    meet: Bools,
    settings: SideTest,
) -> list[AxesOfSample]:
    """Test the axes in every sample that has two groups."""
    samples = []
    for number, name in track(enumerate(names), total=len(names), label="axes by sample"):
        own = cells.in_sample(number, min_cells=min_cells)
        if len(own.groups) >= FEWEST_GROUPS:
            tests = assess_axes(own.cells, matched, pools, settings)
            may = meet[np.ix_(own.groups, own.groups)]
            samples.append(AxesOfSample(name, own, may, verdicts_of_cells(tests, may)))
    return samples


def verdicts_of_samples(
    joint: AxisVerdicts, samples: Sequence[AxesOfSample], meet: Bools
) -> AxisVerdicts:
    """Whether an axis is specific in at least half of the samples that have both groups.

    What a side has to reach stays that of `joint`, the test of all cells.
    """
    n_groups = len(meet)
    larger, smaller = (
        np.stack([sample.over_all(of(sample), n_groups, np.nan) for sample in samples], axis=-1)
        for of in (
            lambda sample: sample.verdicts.pval,
            lambda sample: np.stack([test.smaller for test in sample.verdicts.tests]),
        )
    )
    n = np.isfinite(larger).sum(axis=-1)
    excluded = sum(
        sample.over_all(sample.verdicts.ruled_out, n_groups, False).astype(np.int64)
        for sample in samples
    )
    pooled = np.stack([test.ruled_out for test in joint.tests])
    found = adjusted_verdicts(
        joint.tests,
        true_in_half(larger, joint.pval),
        true_in_half(smaller, joint.pval),
        pooled | ((excluded > n - half_of(n)) & (n >= FEWEST_SHOWING)),
        meet,
    )
    return replace(found, threshold=joint.threshold)


def sample_columns(
    tests: Sequence[AxisTest], samples: Sequence[AxesOfSample], n_groups: int
) -> dict[str, NDArray]:
    """Axes × sources × targets: samples that have both groups, show both sides, are specific."""
    shape = (len(tests), n_groups, n_groups)
    has, seen, specific = (np.zeros(shape, np.int32) for _ in SAMPLE_COUNTS)
    for sample in samples:
        found = sample.verdicts
        shown = np.stack([_shown(test) for test in found.tests])
        has += sample.over_all(np.isfinite(found.pval), n_groups, False)
        seen += sample.over_all(shown, n_groups, False)
        specific += sample.over_all(found.padj <= ALPHA, n_groups, False)
    counts = dict(zip(SAMPLE_COUNTS, (has, seen, specific), strict=True))
    return counts | {"pval_pooled": np.stack([test.pval for test in tests])}


def _shown(test: AxisTest) -> Bools:
    """Sources × targets: some cell shows a ligand, and some a receptor."""
    seen = test.sides.seen > 0
    shown = (np.any(seen[end], axis=0) for end in (test.parts.ligand, test.parts.receptor))
    result: Bools = np.logical_and.outer(*shown)
    return result
