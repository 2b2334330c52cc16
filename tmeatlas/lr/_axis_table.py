"""From scores and counts to the table of axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._stats import benjamini_hochberg, permutation_pvalue
from tmeatlas.lr._axis_engine import AxisCounts, AxisScores
from tmeatlas.lr._axis_pool import MODIFIERS, SIDES, AxisPool
from tmeatlas.lr._engine import GroupStatistics
from tmeatlas.lr._interval import MIN_CELLS_SEEN, lowest_detectable, wilson_interval
from tmeatlas.lr._verdict import ALPHA, verdicts

PVAL = {"ligand": "ligand_pval", "receptor": "receptor_pval"}

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Seen:
    """Axes × groups: cells that show any partner of a side, or any modifier of a role."""

    sides: dict[str, Ints]
    molecules: dict[str, Floats]
    """The molecules of a side's genes; NaN without counts."""
    modifiers: dict[str, Ints]


@dataclass(frozen=True, eq=False)
class Response:
    """The response signatures: which axes have them, and how the groups differ in them."""

    of_axis: list[list[int]]
    """Per axis, its signatures (numbers of columns)."""
    names: list[str]
    """Per axis, their ids, joined by ";"; empty where it has none."""
    effect: Floats
    """Signatures × groups: mean of the group minus that of all other cells, in SD of all."""


def axis_table(
    pool: AxisPool,
    labels: Sequence[str],
    statistics: GroupStatistics,
    scores: AxisScores,
    counts: AxisCounts,
    seen: Seen,
    response: Response,
    *,
    n_perms: int,
    fixed: NDArray[np.bool_],
) -> pd.DataFrame:
    """One row per axis, source and target, the best first."""
    n_groups = len(labels)
    shape = (len(pool), n_groups, n_groups)
    axis, source, target = (part.ravel() for part in np.indices(shape))
    testable = np.asarray(~(fixed[source] & fixed[target]))
    pval = np.where(testable, permutation_pvalue(counts.pair.ravel(), n_perms), np.nan)
    groups = pd.Index(labels)
    columns: dict[str, object] = {
        "axis": pd.Categorical.from_codes(axis, pd.Index(pool.ids)),
        "source": pd.Categorical.from_codes(source, groups),
        "target": pd.Categorical.from_codes(target, groups),
        "score": scores.pair.ravel().astype(np.float32),
        "pval": pval,
        "padj": benjamini_hochberg(pval),
    }
    group_of = {"ligand": source, "receptor": target}
    movable = {side: ~fixed[group_of[side]] for side in SIDES}
    for side in SIDES:
        at = axis, group_of[side]
        columns |= _side(
            side,
            seen.sides[side][at],
            seen.molecules[side][at],
            statistics.sizes[group_of[side]],
            np.where(movable[side], permutation_pvalue(getattr(counts, side)[at], n_perms), np.nan),
        )
    columns["top_interaction"] = _top(pool, statistics, source, target, axis)
    for role in MODIFIERS:
        has = np.array([len(found) > 0 for found in pool.modifiers[role]])[axis]
        for end, group in (("source", source), ("target", target)):
            share = seen.modifiers[role][axis, group] / statistics.sizes[group]
            columns[f"{role}_{end}"] = np.where(has, share, np.nan).astype(np.float32)
    columns |= _response(response, counts, n_perms, fixed, axis, target)
    table = pd.DataFrame(columns)
    table["missing"] = _missing(table)
    cells = np.minimum(np.asarray(columns["ligand_cells"]), np.asarray(columns["receptor_cells"]))
    table["verdict"] = verdicts(np.asarray(columns["padj"]), cells, testable)
    order = np.lexsort([target, source, axis, -scores.pair.ravel(), np.asarray(columns["padj"])])
    return table.iloc[order].reset_index(drop=True)


def _side(
    side: str, cells: Ints, molecules: Floats, sizes: Ints, pval: Floats
) -> dict[str, NDArray]:
    low, high = wilson_interval(cells, sizes)
    return {
        PVAL[side]: pval,
        f"{side}_cells": cells.astype(np.int32),
        f"{side}_molecules": molecules.astype(np.float32),
        f"{side}_fraction": (cells / sizes).astype(np.float32),
        f"{side}_fraction_low": low.astype(np.float32),
        f"{side}_fraction_high": high.astype(np.float32),
        f"{side}_lowest_fraction": lowest_detectable(sizes).astype(np.float32),
        f"{'source' if side == 'ligand' else 'target'}_cells": sizes.astype(np.int32),
    }


def _top(
    pool: AxisPool, statistics: GroupStatistics, source: Ints, target: Ints, axis: Ints
) -> pd.Categorical[str]:
    """The interaction that gives most of the score; empty where the score is 0."""
    names = [*dict.fromkeys(pool.names), ""]
    number = {name: i for i, name in enumerate(names)}
    of_interaction = np.array([number[name] for name in pool.names])
    roots = np.sqrt(statistics.means)
    best = np.full(len(axis), number[""], dtype=np.int64)
    for a in range(len(pool)):
        part = pool.of(a)
        rows = np.flatnonzero(axis == a)
        product = (
            roots[pool.ligand[part]][:, source[rows]] * roots[pool.receptor[part]][:, target[rows]]
        )
        shown = product.max(axis=0) > 0
        best[rows[shown]] = of_interaction[part][product.argmax(axis=0)[shown]]
    return pd.Categorical.from_codes(best, pd.Index(names))


def _response(
    response: Response,
    counts: AxisCounts,
    n_perms: int,
    fixed: NDArray[np.bool_],
    axis: Ints,
    target: Ints,
) -> dict[str, object]:
    """Effect and p-value of the axis' response signatures in the target; the best of several."""
    n_groups = counts.ligand.shape[1]
    effect = np.full((len(response.of_axis), n_groups), np.nan)
    pval = np.full_like(effect, np.nan)
    p_of_signature = permutation_pvalue(counts.response, n_perms)
    for a, found in enumerate(response.of_axis):
        if found:
            effect[a] = response.effect[found].mean(axis=0)
            # The lowest of several p-values, times their number (Bonferroni).
            pval[a] = np.minimum(1.0, p_of_signature[found].min(axis=0) * len(found))
    pval[:, fixed] = np.nan
    names = pd.Index(dict.fromkeys(response.names))
    codes = names.get_indexer(pd.Index(response.names))[axis]
    return {
        "response": pd.Categorical.from_codes(codes, names),
        "response_effect": effect[axis, target].astype(np.float32),
        "response_pval": pval[axis, target],
    }


def _missing(table: pd.DataFrame) -> pd.Categorical[str]:
    """What speaks against the axis: sides not specific or not seen, no response, no activator."""
    lacks: Mapping[str, NDArray[np.bool_]] = {
        **{
            side: (
                (table[PVAL[side]] > ALPHA) | (table[f"{side}_cells"] < MIN_CELLS_SEEN)
            ).to_numpy()
            for side in SIDES
        },
        "response": (table["response_pval"] > ALPHA).to_numpy(),
        "activation": (
            (table["activation_source"] == 0) & (table["activation_target"] == 0)
        ).to_numpy(),
    }
    code = sum(lack.astype(np.int64) << i for i, lack in enumerate(lacks.values()))
    names = [
        "; ".join(name for i, name in enumerate(lacks) if value >> i & 1)
        for value in range(2 ** len(lacks))
    ]
    return pd.Categorical.from_codes(np.asarray(code), pd.Index(names)).remove_unused_categories()
