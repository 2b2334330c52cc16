"""The tidy table of a crosstalk analysis: one row per interaction, source and target."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._stats import wilson_interval
from tmeatlas.interactions import Interaction
from tmeatlas.lr._group_statistics import GroupStatistics
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._needed import Seen, cells_needed
from tmeatlas.lr._rows import PairTests, Rows
from tmeatlas.lr._run import Analysis
from tmeatlas.lr._sides import Sides
from tmeatlas.lr._verdict import ALPHA, AMBIENT_SIDES, Verdict, verdict_of_rows

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
ENDS = {"ligand": "source", "receptor": "target"}
"""The group in which each side is looked for."""


def crosstalk_table(
    analysis: Analysis,
    rows: Rows,
    tests: PairTests,
    ruled_out: NDArray[np.bool_],
    *,
    sample: str = "",
) -> pd.DataFrame:
    """The rows with names, statistics, p-values and verdicts, in the order given.

    `tests` is what the verdict rests on: of the cells of the analysis, or of
    its samples. `sample` is empty for all cells.
    """
    padj = rows.at(tests.padj)
    groups = pd.Index(analysis.cells.labels)
    entries, at = analysis.matched.interactions, _places(analysis, rows)
    ambient = ambient_at(analysis, at)
    verdict = verdict_of_rows(padj, rows.at(ruled_out), rows.judged, ambient > 0)
    columns: dict[str, object] = {
        "source": pd.Categorical.from_codes(rows.source, groups),
        "target": pd.Categorical.from_codes(rows.target, groups),
    }
    columns |= _names(entries, rows)
    columns["coverage"] = _coverage(analysis.matched)[rows.interaction]
    columns["n_resources"] = np.array([e.n_resources for e in entries], np.int32)[rows.interaction]
    columns |= {"score": score_at(analysis, at), "mean": _mean(analysis, at)}
    columns |= sides_at(analysis, at)
    pvals = {side: analysis.sides.pval.ravel()[place] for side, place in at.items()}
    reach = dict.fromkeys(ENDS, np.full(len(rows), analysis.tests.threshold))
    columns |= needed_at(analysis, at, pvals, verdict == Verdict.TOO_FEW, reach)
    columns |= {f"{side}_pval": of_side for side, of_side in pvals.items()}
    columns |= {"pval": rows.at(tests.pval), "padj": padj, "verdict": verdict}
    columns["ambient"] = pd.Categorical.from_codes(ambient, pd.Index(AMBIENT_SIDES))
    columns["sample"] = pd.Categorical.from_codes(np.zeros(len(rows), np.int8), pd.Index([sample]))
    return pd.DataFrame(columns, copy=False)  # every column is an array of its own


def _coverage(matched: MatchedInteractions) -> NDArray[np.float32]:
    """Of each interaction, the share of those of its axis that have all genes in the data."""
    shares = [matched.coverage[entry.axis] for entry in matched.interactions]
    return np.array(shares, dtype=np.float32)


def places(
    analysis: Analysis,
    interaction: NDArray[np.integer],
    source: NDArray[np.integer],
    target: NDArray[np.integer],
) -> dict[str, Places]:
    """Per side, where its partner and group are in a flat array of partners × groups."""
    n_groups = len(analysis.cells.labels)
    return {
        "ligand": analysis.matched.ligand[interaction] * n_groups + source,
        "receptor": analysis.matched.receptor[interaction] * n_groups + target,
    }


def _places(analysis: Analysis, rows: Rows) -> dict[str, Places]:
    return places(analysis, rows.interaction, rows.source, rows.target)


def ambient_at(analysis: Analysis, at: dict[str, Places]) -> NDArray[np.int8]:
    """Which sides are mostly ambient RNA, as places in `AMBIENT_SIDES`."""
    flat = analysis.ambient.ravel()
    ligand, receptor = (flat[place].astype(np.int8) for place in at.values())
    return ligand + 2 * receptor


def _names(entries: Sequence[Interaction], rows: Rows) -> dict[str, pd.Categorical]:
    """The names of each row's interaction, as sorted categories: stored once, not per row."""
    of: dict[str, Callable[[Interaction], str]] = {
        "ligand_complex": lambda entry: entry.ligand_complex,
        "receptor_complex": lambda entry: entry.receptor_complex,
        "axis": lambda entry: entry.axis,
        "interaction": lambda entry: entry.id,
        "role": lambda entry: entry.role,
        "core": lambda entry: entry.core,
        "disputed": lambda entry: entry.disputed,
    }
    columns = {}
    for column, name in of.items():
        names = np.asarray([name(entry) for entry in entries], dtype=object)
        categories, codes = np.unique(names, return_inverse=True)
        columns[column] = pd.Categorical.from_codes(codes[rows.interaction], pd.Index(categories))
    return columns


def sides_at(analysis: Analysis, at: dict[str, Places]) -> dict[str, NDArray]:
    """What is told of the ligand in the source, and of the receptor in the target."""
    statistics, sides = analysis.statistics, analysis.sides
    low, high = wilson_interval(statistics.n_seen, statistics.sizes)
    floats = {
        "mean": statistics.means,
        "fraction": statistics.fractions,
        "fraction_low": low,
        "fraction_high": high,
        "specificity": sides.specificity,
        "specificity_low": sides.low,
        "specificity_high": sides.high,
        "molecules": statistics.molecules,
    }
    columns: dict[str, NDArray] = {}
    for what, values in floats.items():
        flat = values.astype(np.float32).ravel()
        columns |= {f"{side}_{what}": flat[place] for side, place in at.items()}
    seen, sizes = statistics.n_seen.astype(np.int32).ravel(), statistics.sizes.astype(np.int32)
    for side, place in at.items():
        columns[f"{side}_cells"] = seen[place]
        columns[f"{ENDS[side]}_cells"] = sizes[place % len(sizes)]
    return columns


def strength(statistics: GroupStatistics, sides: Sides) -> Floats:
    """How specific and how broad a side is, from 0 to 1, by what is sure of both.

    :math:`(s - 1) / (s + 3)` of the lower limit of its specificity, not below 0
    and half way at 5 times the other cells, times the lower limit of the share
    of cells that show it.
    """
    low = np.nan_to_num(sides.low, nan=1.0)
    contrast = np.maximum((low - 1.0) / (low + 3.0), 0.0)
    result: Floats = contrast * wilson_interval(statistics.n_seen, statistics.sizes)[0]
    return result


def score_at(analysis: Analysis, at: dict[str, Places]) -> NDArray[np.float32]:
    """The geometric mean of the strengths of both sides."""
    of_sides = strength(analysis.statistics, analysis.sides).ravel()
    ligand, receptor = (of_sides[place] for place in at.values())
    return np.sqrt(ligand * receptor).astype(np.float32)


def _mean(analysis: Analysis, at: dict[str, Places]) -> NDArray[np.float32]:
    means = analysis.statistics.means.ravel()
    return ((means[at["ligand"]] + means[at["receptor"]]) / 2.0).astype(np.float32)


def needed_at(
    analysis: Analysis,
    at: dict[str, Places],
    pvals: dict[str, Floats],
    too_few: NDArray[np.bool_],
    thresholds: dict[str, Floats],
) -> dict[str, NDArray[np.float32]]:
    """The cells that each side would need, where it is what keeps a row from standing out.

    `pvals` are those of the rows, and `thresholds` what a side of each has to reach.
    """
    sides, sizes = analysis.sides, analysis.statistics.sizes
    columns = {}
    for side, place in at.items():
        fails = np.flatnonzero(too_few & (pvals[side] > thresholds[side]))
        where = place[fails]
        seen = Seen(
            share=analysis.statistics.fractions.ravel()[where],
            others_share=sides.others_share.ravel()[where],
            pval=sides.pval.ravel()[where],
            cells=sizes[where % len(sizes)],
            others=sides.others.ravel()[where],
        )
        reach = thresholds[side][fails]
        needed = np.full(len(place), np.nan, dtype=np.float32)
        needed[fails] = cells_needed(seen, fold=analysis.settings.min_fold, threshold=reach)
        columns[f"{ENDS[side]}_cells_needed"] = needed
    return columns


def best_first(analysis: Analysis, rows: Rows, tests: PairTests) -> Rows:
    """What stands out, the rest, what is ambient, then what has no verdict.

    Each by falling score, then by names.
    """
    entries, n_groups = analysis.matched.interactions, len(analysis.cells.labels)
    names = [(e.ligand_complex, e.receptor_complex, e.axis, e.id) for e in entries]
    rank = np.empty(len(names), dtype=np.int64)
    rank[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    by_name = (rows.source * n_groups + rows.target) * len(names) + rank[rows.interaction]
    at = _places(analysis, rows)
    stands = np.where(ambient_at(analysis, at) > 0, 2, 0)
    part = np.where(rows.at(tests.padj) <= ALPHA, stands, np.where(rows.judged, 1, 3))
    # np.lexsort sorts by its last key first.
    return rows.chosen(np.lexsort([by_name, -score_at(analysis, at), part]))
