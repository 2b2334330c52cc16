"""Axes sample by sample, and what the samples say together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
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
    verdicts: AxisVerdicts

    def over_all(self, of_own: NDArray, n_groups: int, missing: object) -> NDArray:
        """Axes × own sources × own targets, over all groups."""
        whole = np.full((len(of_own), n_groups, n_groups), missing, dtype=of_own.dtype)
        groups = self.sample.groups
        whole[np.ix_(np.arange(len(of_own)), groups, groups)] = of_own
        return whole


def axes_of_samples(
    samples: Sequence[Sample], pools: Sequence[AxisPool], *, but_ambient: bool = False
) -> list[AxesOfSample]:
    """The axes in each sample by itself."""
    return [
        AxesOfSample(
            sample,
            verdicts_of_cells(sample.analysis, pools, sample.meet, but_ambient=but_ambient),
        )
        for sample in samples
    ]


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


def counts_of_samples(samples: Sequence[AxesOfSample], labels: Sequence[str]) -> pd.DataFrame:
    """One row per sample and group that was tested in it: axes that are specific there.

    An axis counts once, however many groups are at its other end.
    """
    parts = []
    for of in samples:
        specific = of.verdicts.padj <= ALPHA
        own = np.eye(specific.shape[1], dtype=np.bool_)
        parts.append(
            {
                "sample": np.full(len(own), of.sample.name, dtype=object),
                "group": np.array(labels, dtype=object)[of.sample.groups],
                "cells": of.sample.analysis.statistics.sizes,
                "sends": (specific & ~own).any(axis=2).sum(axis=0),
                "receives": (specific & ~own).any(axis=1).sum(axis=0),
                "to_itself": (specific & own).any(axis=2).sum(axis=0),
            }
        )
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    orders = {"sample": [of.sample.name for of in samples], "group": list(labels)}
    named = {name: pd.Categorical(whole[name], order) for name, order in orders.items()}
    return pd.DataFrame(
        named | {name: whole[name].astype(np.int32) for name in whole if name not in named}
    )


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
