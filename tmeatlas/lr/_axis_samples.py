"""Axes sample by sample, and what the samples say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tmeatlas.lr._axis_pool import AxisPool
from tmeatlas.lr._axis_tests import AxisTest, AxisVerdicts, adjusted_verdicts, verdicts_of_cells
from tmeatlas.lr._run import Analysis
from tmeatlas.lr._samples import FEWEST_SHOWING, SAMPLE_COUNTS, Sample, half_of, true_in_half
from tmeatlas.lr._verdict import ALPHA

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class AxesOfSample:
    """All axes in one sample."""

    sample: Sample
    meet: Bools
    verdicts: AxisVerdicts

    def over_all(self, of_own: NDArray, n_groups: int, missing: object) -> NDArray:
        """Axes × own sources × own targets, over all groups."""
        whole = np.full((len(of_own), n_groups, n_groups), missing, dtype=of_own.dtype)
        groups = self.sample.groups
        whole[np.ix_(np.arange(len(of_own)), groups, groups)] = of_own
        return whole


def axes_of_samples(
    samples: Sequence[Sample], pools: Sequence[AxisPool], meet: Bools, *, but_ambient: bool = False
) -> list[AxesOfSample]:
    """The axes in each sample by itself."""
    found = []
    for sample in samples:
        may = meet[np.ix_(sample.groups, sample.groups)]
        verdicts = verdicts_of_cells(sample.analysis, pools, may, but_ambient=but_ambient)
        found.append(AxesOfSample(sample, may, verdicts))
    return found


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
    for of in samples:
        found, analysis = of.verdicts, of.sample.analysis
        shown = np.stack([_shown(analysis, test) for test in found.tests])
        tested = np.isfinite(found.pval)
        has += of.over_all(tested, n_groups, False)
        seen += of.over_all(shown & tested, n_groups, False)
        specific += of.over_all(found.padj <= ALPHA, n_groups, False)
    counts = dict(zip(SAMPLE_COUNTS, (has, seen, specific), strict=True))
    return counts | {"pval_pooled": np.stack([test.pval for test in tests])}


def _shown(analysis: Analysis, test: AxisTest) -> Bools:
    """Sources × targets: some cell shows the ligand of the top interaction, some its receptor."""
    seen, matched = analysis.statistics.n_seen > 0, analysis.matched
    source, target = np.indices(test.top.shape)
    ligand, receptor = (
        seen[matched.ligand[test.top], source],
        seen[matched.receptor[test.top], target],
    )
    result: Bools = ligand & receptor
    return result
