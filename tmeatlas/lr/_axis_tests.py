"""Each axis from group to group: the best of its parts, both sides specific."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._stats import both_sides_adjusted
from tmeatlas.lr._axis_parts import Parts, SideList, parts_of
from tmeatlas.lr._axis_pool import AxisPool
from tmeatlas.lr._cells import Cells
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._rows import unfiltered
from tmeatlas.lr._sides import Sides, SideTest, assess_sides
from tmeatlas.lr._verdict import ALPHA

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class AxisTest:
    """One axis; sources × targets unless said otherwise, NaN where not testable."""

    parts: Parts
    sides: Sides
    """Sides of all axes × groups."""
    top: Ints
    """The part that carries the axis: that with the lowest p-value."""
    ligand_pval: Floats
    """Of the top part, times the number of different ligand sides (Bonferroni)."""
    receptor_pval: Floats
    smaller: Floats
    """The least p-value that any side of any part gives, with the same factors."""
    ruled_out: Bools
    """No part can have both sides."""

    @property
    def pval(self) -> Floats:
        """The larger one of both sides of the top part."""
        return np.maximum(self.ligand_pval, self.receptor_pval)

    def at_top(self, of_sides: NDArray, end: str) -> NDArray:
        """Of sides × groups, the ligand of the top part in the source, or its receptor."""
        n_groups = of_sides.shape[1]
        source, target = np.indices((n_groups, n_groups))
        if end == "ligand":
            return of_sides[self.parts.ligand[self.top], source]
        return of_sides[self.parts.receptor[self.top], target]


def assess_axes(
    cells: Cells,
    matched: MatchedInteractions,
    pools: Sequence[AxisPool],
    settings: SideTest,
) -> list[AxisTest]:
    """Test axes that have a core interaction in the data; the sides of all of them at once."""
    listed = SideList(matched, cells.expression)
    parts = [parts_of(pool, listed) for pool in pools]
    sides = assess_sides(
        listed.columns(), cells.codes, cells.strata, listed.genes, settings=settings
    )
    return [_put_together(own, sides, settings.min_fold) for own in parts]


def _put_together(parts: Parts, sides: Sides, min_fold: float) -> AxisTest:
    r"""The best of the parts of one axis.

    .. math:: p = \min_{parts} \max(n_L\, p_L, n_R\, p_R)

    with :math:`n_L` and :math:`n_R` the numbers of different ligand and
    receptor sides: so many chances has chance on either side.
    """
    n_ligands, n_receptors = len(np.unique(parts.ligand)), len(np.unique(parts.receptor))
    ligand = np.minimum(1.0, n_ligands * sides.pval[parts.ligand])[:, :, None]
    receptor = np.minimum(1.0, n_receptors * sides.pval[parts.receptor])[:, None, :]
    larger, smaller = np.maximum(ligand, receptor), np.minimum(ligand, receptor)
    # Among parts with the same p-value, the one whose other side has the lower one.
    top = np.lexsort([smaller, np.where(np.isnan(larger), np.inf, larger)], axis=0)[0]
    lacks = sides.high < min_fold
    impossible = lacks[parts.ligand][:, :, None] | lacks[parts.receptor][:, None, :]
    ligand, receptor = np.broadcast_arrays(ligand, receptor)
    return AxisTest(
        parts=parts,
        sides=sides,
        top=top,
        ligand_pval=np.take_along_axis(ligand, top[None], axis=0)[0],
        receptor_pval=np.take_along_axis(receptor, top[None], axis=0)[0],
        smaller=unfiltered(smaller, parts.ligand, parts.receptor).min(axis=0),
        ruled_out=np.asarray(impossible.all(axis=0)),
    )


@dataclass(frozen=True, eq=False)
class AxisVerdicts:
    """Axes × sources × targets: what the verdicts rest on."""

    tests: Sequence[AxisTest]
    pval: Floats
    padj: Floats
    """AdaFilter-BH over all axes and pairs of groups that may meet."""
    ruled_out: Bools
    threshold: float
    """The p-value that a side had to reach."""


def verdicts_of_cells(tests: Sequence[AxisTest], meet: Bools) -> AxisVerdicts:
    """From all cells together; `meet` says which groups may (sources × targets)."""
    larger, smaller, ruled_out = (
        np.stack([getattr(test, name) for test in tests])
        for name in ("pval", "smaller", "ruled_out")
    )
    return adjusted_verdicts(tests, larger, smaller, ruled_out, meet)


def adjusted_verdicts(
    tests: Sequence[AxisTest], larger: Floats, smaller: Floats, ruled_out: Bools, meet: Bools
) -> AxisVerdicts:
    """From p-values of both sides: the larger one, and the smaller one of any part."""
    larger = np.where(meet[None], larger, np.nan)
    padj = both_sides_adjusted(larger.ravel(), np.where(meet[None], smaller, np.nan).ravel())
    padj = padj.reshape(larger.shape)
    stands = padj <= ALPHA
    largest = float(larger[stands].max()) if stands.any() else 0.0
    threshold = max(largest, ALPHA / max(1, int(np.isfinite(padj).sum())))
    return AxisVerdicts(tests, larger, padj, ruled_out, threshold)
