"""Each axis from group to group: the best of its core pairs, both sides specific."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._stats import both_sides_adjusted
from tmeatlas.lr._axis_pool import AxisPool
from tmeatlas.lr._rows import unfiltered
from tmeatlas.lr._run import Analysis
from tmeatlas.lr._verdict import p_threshold

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class AxisTest:
    """One axis, sources × targets; NaN where not testable."""

    top: Ints
    """Number of the interaction that carries the axis: that with the lowest p-value."""
    ligand_pval: Floats
    """Of the top interaction, times the number of different ligands (Bonferroni)."""
    receptor_pval: Floats
    smaller: Floats
    """The least p-value that any side of any core pair gives, with the same factors."""
    ruled_out: Bools
    """No core pair can have both sides."""
    n_ligands: int
    n_receptors: int

    @property
    def pval(self) -> Floats:
        """The larger one of both sides of the top interaction."""
        return np.maximum(self.ligand_pval, self.receptor_pval)


def axis_test(analysis: Analysis, pool: AxisPool, *, but_ambient: bool = False) -> AxisTest:
    r"""Test an axis that has a core interaction in the data.

    .. math:: p = \min_{pairs} \max(n_L\, p_L, n_R\, p_R)

    with :math:`n_L` and :math:`n_R` the numbers of different ligands and
    receptors: so many chances has chance on either side. With `but_ambient` no
    row rests on a pair of which a side is mostly ambient RNA, though all count
    as chances; its p-value is 1 where there is no other.
    """
    core = _shown(analysis, pool)
    of_ligand, of_receptor = analysis.matched.ligand[core], analysis.matched.receptor[core]
    n_ligands, n_receptors = len(np.unique(of_ligand)), len(np.unique(of_receptor))
    pval = analysis.sides.pval
    ligand = np.minimum(1.0, n_ligands * pval[of_ligand])[:, :, None]
    receptor = np.minimum(1.0, n_receptors * pval[of_receptor])[:, None, :]
    larger, smaller = np.maximum(ligand, receptor), np.minimum(ligand, receptor)
    ruled_out = analysis.ruled_out_of(core)
    # Among pairs with the same p-value (of 1, mostly) one that is not ruled out, as the axis is
    # not; then the one whose other side has the lower p-value.
    order = [smaller, ruled_out, np.where(np.isnan(larger), np.inf, larger)]
    if but_ambient:
        of_groups = analysis.ambient
        ambient = of_groups[of_ligand][:, :, None] | of_groups[of_receptor][:, None, :]
        ligand, receptor = (
            np.where(ambient & np.isfinite(side), 1.0, side) for side in (ligand, receptor)
        )
        order.append(ambient)
    top = np.lexsort(order, axis=0)[0]
    ligand, receptor = np.broadcast_arrays(ligand, receptor)
    return AxisTest(
        top=core[top],
        ligand_pval=np.take_along_axis(ligand, top[None], axis=0)[0],
        receptor_pval=np.take_along_axis(receptor, top[None], axis=0)[0],
        smaller=unfiltered(smaller, of_ligand, of_receptor).min(axis=0),
        ruled_out=np.asarray(ruled_out.all(axis=0)),
        n_ligands=n_ligands,
        n_receptors=n_receptors,
    )


def _shown(analysis: Analysis, pool: AxisPool) -> Ints:
    """The core pairs whose both sides some cell shows, whoever it is; all where there is none."""
    shown = analysis.detected
    matched = analysis.matched
    both = shown[matched.ligand[pool.core]] & shown[matched.receptor[pool.core]]
    return pool.core[both] if both.any() else pool.core


@dataclass(frozen=True, eq=False)
class AxisVerdicts:
    """Axes × sources × targets: what the verdicts rest on."""

    tests: Sequence[AxisTest]
    pval: Floats
    smaller: Floats
    """The least p-value that any side of any core pair gives."""
    padj: Floats
    """AdaFilter-BH over all axes and pairs of groups that may meet."""
    ruled_out: Bools
    threshold: float
    """The p-value that a side had to reach."""


def verdicts_of_cells(
    analysis: Analysis, pools: Sequence[AxisPool], meet: Bools, *, but_ambient: bool = False
) -> AxisVerdicts:
    """From all cells of the analysis; `meet` says which groups may (sources × targets)."""
    tests = [axis_test(analysis, pool, but_ambient=but_ambient) for pool in pools]
    larger, smaller, ruled_out = (
        np.stack([getattr(test, name) for test in tests])
        for name in ("pval", "smaller", "ruled_out")
    )
    return adjusted_verdicts(tests, larger, smaller, ruled_out, meet)


def adjusted_verdicts(
    tests: Sequence[AxisTest], larger: Floats, smaller: Floats, ruled_out: Bools, meet: Bools
) -> AxisVerdicts:
    """From p-values of both sides: the larger one, and the smaller one of any pair."""
    larger, smaller = (np.where(meet[None], pval, np.nan) for pval in (larger, smaller))
    padj = both_sides_adjusted(larger.ravel(), smaller.ravel()).reshape(larger.shape)
    return AxisVerdicts(tests, larger, smaller, padj, ruled_out, p_threshold(larger, padj))
