"""Axes whose best pair is mostly ambient RNA: whether another of their pairs carries them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tmeatlas._stats import both_sides_adjusted
from tmeatlas.lr._axis_pool import AxisPool
from tmeatlas.lr._axis_samples import AxesOfSample, axes_of_samples, verdicts_of_samples
from tmeatlas.lr._axis_tests import AxisVerdicts, verdicts_of_cells
from tmeatlas.lr._run import Analysis
from tmeatlas.lr._samples import FEWEST_SAMPLES, Sample
from tmeatlas.lr._verdict import ALPHA

Bools = NDArray[np.bool_]
OF_TOP = ("top", "ligand_pval", "receptor_pval")
"""What is told of the pair that carries a row."""


def judged_axes(
    overall: Analysis, samples: Sequence[Sample], pools: Sequence[AxisPool], meet: Bools
) -> tuple[AxisVerdicts, list[AxesOfSample]]:
    """What the verdicts of all cells (or of the samples) rest on, and those of each sample.

    A row rests on an ambient pair only where no other pair stands out.
    """
    found, of_samples = _tested(overall, samples, pools, meet, but_ambient=False)
    if not overall.ambient.any():
        return found, of_samples
    others, others_of_samples = _tested(overall, samples, pools, meet, but_ambient=True)
    rested = [
        replace(own, verdicts=_elsewhere(own.verdicts, other.verdicts, own.sample.analysis))
        for own, other in zip(of_samples, others_of_samples, strict=True)
    ]
    return _elsewhere(found, others, overall), rested


def _tested(
    overall: Analysis,
    samples: Sequence[Sample],
    pools: Sequence[AxisPool],
    meet: Bools,
    *,
    but_ambient: bool,
) -> tuple[AxisVerdicts, list[AxesOfSample]]:
    """All axes over all cells, or over the samples where there are enough, and in each sample."""
    joint = verdicts_of_cells(overall, pools, meet, but_ambient=but_ambient)
    found = axes_of_samples(samples, pools, but_ambient=but_ambient)
    if len(found) >= FEWEST_SAMPLES:
        joint = verdicts_of_samples(joint, found, meet)
    return joint, found


def _elsewhere(found: AxisVerdicts, others: AxisVerdicts, analysis: Analysis) -> AxisVerdicts:
    """`found`, where rows by an ambient pair rest on another that stands out as well.

    Adjusted as if none rested on an ambient pair. Rows that keep theirs also
    keep their adjusted p-value, whatever is ambient elsewhere.
    """
    ambient = _rests_on_ambient(found, analysis)
    larger = np.where(ambient, others.pval, found.pval)
    padj = both_sides_adjusted(larger.ravel(), found.smaller.ravel()).reshape(larger.shape)
    takes = ambient & (padj <= ALPHA)
    tests = [
        replace(test, **{n: np.where(at, getattr(other, n), getattr(test, n)) for n in OF_TOP})
        for test, other, at in zip(found.tests, others.tests, takes, strict=True)
    ]
    return replace(
        found,
        tests=tests,
        pval=np.where(takes, others.pval, found.pval),
        padj=np.where(takes, padj, found.padj),
    )


def _rests_on_ambient(found: AxisVerdicts, analysis: Analysis) -> Bools:
    """Axes × sources × targets: a side of the pair that carries the row is mostly ambient."""
    top = np.stack([test.top for test in found.tests])
    _, source, target = np.indices(top.shape)
    ambient, matched = analysis.ambient, analysis.matched
    result: Bools = ambient[matched.ligand[top], source] | ambient[matched.receptor[top], target]
    return result
