"""All axes of one data set, on arrays and frames: pooled, tested, and put into a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import CoverageError, listing
from tmeatlas.lr import _axis_engine as engine
from tmeatlas.lr._axis_pool import MODIFIERS, SIDES, AxisPool, pool_axes
from tmeatlas.lr._axis_table import Response, Seen, axis_table
from tmeatlas.lr._engine import detected_partners, group_statistics
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._null import Null
from tmeatlas.lr._partners import Partners
from tmeatlas.lr._run import Cells


@dataclass(frozen=True, eq=False)
class ResponseScores:
    """What says whether a receiver answers."""

    scores: pd.DataFrame
    """Cells × signatures, all finite."""
    of_axis: Mapping[str, Sequence[str]]
    """Per axis, the signatures of its response; one without is answered by nothing known."""


@dataclass(frozen=True, eq=False)
class TestedAxes:
    """The table, and what it does not show."""

    table: pd.DataFrame
    pool: AxisPool


def run_axes(
    cells: Cells,
    matched: MatchedInteractions,
    responses: ResponseScores,
    null: Null,
    *,
    fixed: NDArray[np.bool_],
) -> TestedAxes:
    """Test all axes between all groups of `cells`; `fixed` groups cannot be moved.

    Raises
    ------
    CoverageError
        No axis has a direct interaction with a ligand and a receptor in some cell.
    """
    codes, sizes, partners = cells.codes, cells.sizes, matched.partners
    scaled = engine.standardised(cells.expression)
    statistics = group_statistics(scaled, codes, sizes, partners)
    pool = pool_axes(matched, detected_partners(statistics, partners))
    _check_pool(pool)
    used = {axis: list(responses.of_axis.get(axis, ())) for axis in pool.ids}
    names = list(dict.fromkeys(name for found in used.values() for name in found))
    scores = responses.scores[names].to_numpy(dtype=np.float64)
    means = engine.response_means(scores.astype(np.float32), codes, sizes)
    observed = engine.axis_scores(statistics, pool, means)
    counts = engine.count_axes(
        scaled, codes, sizes, partners, pool, observed, null, response=scores
    )
    response = Response(
        of_axis=[[names.index(name) for name in found] for found in used.values()],
        names=["; ".join(found) for found in used.values()],
        effect=_effect(means, scores, sizes),
    )
    table = axis_table(
        *(pool, cells.labels, statistics, observed, counts, _seen(cells, partners, pool)),
        response,
        n_perms=null.n_perms,
        fixed=fixed,
    )
    return TestedAxes(table, pool)


def _check_pool(pool: AxisPool) -> None:
    """Refuse data in which no axis can be judged."""
    if not len(pool):
        raise CoverageError(
            "No axis has a direct interaction (role 'signalling' or 'adhesion', or none) whose "
            f"ligand and receptor any cell shows; looked at {listing(pool.not_detected)}. What "
            "there is of other interactions: tme.get.crosstalk(adata)."
        )


def _seen(cells: Cells, partners: Partners, pool: AxisPool) -> Seen:
    """How many cells of each group show the sides and modifiers of each axis, and how much."""
    at = cells.codes, len(cells.labels), partners
    sides = pool.sides()
    return Seen(
        sides={side: engine.seen_by_group(cells.expression, *at, sides[side]) for side in SIDES},
        molecules={
            side: engine.molecules_by_group(cells.counts, *at, sides[side]) for side in SIDES
        },
        modifiers={
            role: engine.seen_by_group(cells.expression, *at, pool.modifiers[role])
            for role in MODIFIERS
        },
    )


def _effect(
    means: NDArray[np.float64], scores: NDArray[np.float64], sizes: NDArray[np.int64]
) -> NDArray[np.float64]:
    """How far each group's mean is from that of all other cells, in standard deviations."""
    total, n = (means * sizes).sum(axis=1, keepdims=True), int(sizes.sum())
    others = (total - means * sizes) / np.maximum(n - sizes, 1)
    spread = scores.std(axis=0)[:, None] if scores.size else np.ones((means.shape[0], 1))
    effect: NDArray[np.float64] = (means - others) / np.where(spread > 0, spread, 1.0)
    return effect
