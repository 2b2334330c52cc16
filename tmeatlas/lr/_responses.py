"""Does a receiver answer? Scores of response signatures in groups of cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._stats import benjamini_hochberg
from tmeatlas.lr._cells import Cells
from tmeatlas.lr._sides import SideTest, assess_sides

MIN_SHIFT = 0.2
"""Standard deviations by which a response must exceed other cells of like depth to be up."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ResponseScores:
    """What says whether a receiver answers."""

    scores: pd.DataFrame
    """Cells × signatures, all finite."""
    of_axis: Mapping[str, Sequence[str]]
    """Per axis, the signatures of its response; one without is answered by nothing known."""
    validated: Mapping[str, Sequence[str]]
    """Those of them that are known to rise under the ligand from a second source."""

    def of_cells(self, kept: NDArray[np.intp]) -> ResponseScores:
        """The scores of some of the cells."""
        return replace(self, scores=self.scores.iloc[kept])


@dataclass(frozen=True, eq=False)
class Response:
    """Axes × groups; NaN where an axis has no signature that was scored."""

    names: list[str]
    """Per axis, the signatures used, joined by "; "."""
    validated: NDArray[np.bool_]
    """Per axis, whether they are validated."""
    effect: Floats
    """Mean of the group minus that of other cells of like depth, in standard deviations of all."""
    pval: Floats
    padj: Floats
    """Benjamini-Hochberg over all axes and groups."""


def assess_responses(
    cells: Cells, responses: ResponseScores, axes: Sequence[str], settings: SideTest
) -> Response:
    """The response of each axis in each group, against other cells of like depth.

    Where an axis has a validated signature, the others are left out. Of
    several, the lowest p-value counts, times their number.
    """
    used = {
        axis: list(responses.validated.get(axis) or responses.of_axis.get(axis, ()))
        for axis in axes
    }
    names = list(dict.fromkeys(name for found in used.values() for name in found))
    n_groups = len(cells.labels)
    effect, pval = np.full((2, len(axes), n_groups), np.nan)
    if names:
        scores = responses.scores[names].to_numpy(dtype=np.float64)
        of_names = _effects(scores, cells), _pvals(scores, cells, settings)
        for row, found in enumerate(used.values()):
            at = [names.index(name) for name in found]
            if at:
                effect[row] = of_names[0][at].mean(axis=0)
                pval[row] = np.minimum(1.0, of_names[1][at].min(axis=0) * len(at))
    return Response(
        names=["; ".join(found) for found in used.values()],
        validated=np.array([bool(responses.validated.get(axis)) for axis in axes], dtype=np.bool_),
        effect=effect,
        pval=pval,
        padj=benjamini_hochberg(pval.ravel()).reshape(pval.shape),
    )


def _effects(scores: Floats, cells: Cells) -> Floats:
    """Signatures × groups: how far each group's mean is from that of other cells of like depth.

    The differences in the strata are weighted by the cells that are compared in each.
    """
    n_groups = len(cells.labels)
    sizes = cells.strata.sizes(cells.codes, n_groups)
    sums = np.zeros((*sizes.shape, scores.shape[1]))
    np.add.at(sums, (cells.strata.codes, cells.codes), scores)
    others = sizes.sum(axis=1, keepdims=True) - sizes
    both = (sizes > 0) & (others > 0)
    weight = np.where(both, sizes * others / np.maximum(sizes + others, 1), 0.0)
    inside = sums / np.maximum(sizes, 1)[..., None]
    outside = (sums.sum(axis=1, keepdims=True) - sums) / np.maximum(others, 1)[..., None]
    compared = weight.sum(axis=0)
    total = (weight[..., None] * (inside - outside)).sum(axis=0)
    spread = scores.std(axis=0)
    effect: Floats = np.full(total.shape, np.nan)
    known = compared > 0
    effect[known] = total[known] / compared[known, None] / np.where(spread > 0, spread, 1.0)
    return effect.T


def _pvals(scores: Floats, cells: Cells, settings: SideTest) -> Floats:
    """Signatures × groups: whether the group exceeds other cells of like depth by `MIN_SHIFT`.

    No group is set aside: what is tested is the effect that is told.
    """
    spread = scores.std(axis=0)
    scaled = (scores - scores.min(axis=0)) / np.where(spread > 0, spread, 1.0)
    return assess_sides(
        sp.csc_matrix(scaled.astype(np.float32)),
        cells.codes,
        cells.strata,
        list(np.arange(scores.shape[1])[:, None]),
        settings=replace(settings, min_fold=1.0, min_shift=MIN_SHIFT, stands_out=0.0),
    ).pval
