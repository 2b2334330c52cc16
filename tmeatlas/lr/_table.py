"""The tidy table of a crosstalk analysis: one row per interaction, source and target."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._stats import benjamini_hochberg, permutation_pvalue
from tmeatlas.interactions import Interaction
from tmeatlas.lr._engine import GroupStatistics, Rows
from tmeatlas.lr._interval import lowest_detectable, wilson_interval
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._verdict import ALPHA, verdicts


def crosstalk_table(
    matched: MatchedInteractions,
    labels: Sequence[str],
    statistics: GroupStatistics,
    rows: Rows,
    pval: NDArray[np.float64],
    *,
    sample: str = "",
) -> pd.DataFrame:
    """The rows with names, statistics, p-values and verdicts, the best first.

    `pval` is NaN where a row was not tested; `sample` is empty for all cells.
    """
    entries, groups = matched.interactions, pd.Index(labels)
    padj = benjamini_hochberg(pval, n_tests=rows.n_tests)
    # In order before the columns are made: names and numbers are laid out once.
    order = _best_first(rows, padj, entries, len(groups))
    rows, pval, padj = rows.chosen(order), pval[order], padj[order]
    sides = {
        "ligand": (matched.ligand[rows.interaction], rows.source),
        "receptor": (matched.receptor[rows.interaction], rows.target),
    }
    fewest_cells = np.minimum(*(statistics.n_seen[at] for at in sides.values()))
    # One number for partner and group finds values in half the time.
    places = {side: of * len(groups) + group for side, (of, group) in sides.items()}
    return pd.DataFrame(
        {
            "source": pd.Categorical.from_codes(rows.source, groups),
            "target": pd.Categorical.from_codes(rows.target, groups),
            "ligand_complex": _repeated([e.ligand_complex for e in entries], rows),
            "receptor_complex": _repeated([e.receptor_complex for e in entries], rows),
            "axis": _repeated([e.axis for e in entries], rows),
            "interaction": _repeated([e.id for e in entries], rows),
            "role": _repeated([e.role for e in entries], rows),
            "score": rows.score.astype(np.float32),
            **{
                f"{side}_{what}": values.ravel()[place]
                for what, values in _of_partners(statistics).items()
                for side, place in places.items()
            },
            "source_cells": statistics.sizes[rows.source].astype(np.int32),
            "target_cells": statistics.sizes[rows.target].astype(np.int32),
            "pval": pval,
            "padj": padj,
            "verdict": verdicts(padj, fewest_cells, rows.testable),
            "sample": pd.Categorical.from_codes(
                np.zeros(len(rows), dtype=np.int8), pd.Index([sample])
            ),
        },
        copy=False,  # every column is an array of its own
    )


def _of_partners(statistics: GroupStatistics) -> dict[str, NDArray]:
    """What is told of a ligand or receptor in a group: partners × groups each."""
    low, high = wilson_interval(statistics.n_seen, statistics.sizes)
    lowest = np.broadcast_to(lowest_detectable(statistics.sizes), low.shape)
    floats = {
        "mean": statistics.means,
        "fraction": statistics.fractions,
        "fraction_low": low,
        "fraction_high": high,
        "lowest_fraction": lowest,
        "molecules": statistics.molecules,
    }
    return {
        **{what: values.astype(np.float32) for what, values in floats.items()},
        "cells": statistics.n_seen.astype(np.int32),
    }


def permutations_too_few(table: pd.DataFrame, rows: Rows, n_perms: int) -> bool:
    """Whether nothing but the coarseness of the p-values keeps rows from being active.

    So many rows at the lowest possible p-value that chance has hardly put them
    there (five times and ten more than expected), and none is active. The
    margin is wide because the rows of one ligand go together.
    """
    lowest = float(permutation_pvalue(0, n_perms))
    at_lowest = int((table["pval"] <= lowest).sum())
    by_chance = rows.n_tests * lowest
    return at_lowest > 5 * by_chance + 10 and not bool((table["padj"] <= ALPHA).any())


def _repeated(names: Sequence[str], rows: Rows) -> pd.Categorical:
    """The name of each row's interaction, as sorted categories: stored once, not per row."""
    categories, codes = np.unique(np.asarray(names, dtype=object), return_inverse=True)
    return pd.Categorical.from_codes(codes[rows.interaction], pd.Index(categories))


def _best_first(
    rows: Rows, padj: NDArray[np.float64], entries: Sequence[Interaction], n_groups: int
) -> NDArray[np.intp]:
    """Order by adjusted p-value (missing ones last), by score from the top, then by names."""
    names = [(e.ligand_complex, e.receptor_complex, e.axis, e.id) for e in entries]
    rank = np.empty(len(names), dtype=np.int64)
    rank[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    by_name = (rows.source * n_groups + rows.target) * len(names) + rank[rows.interaction]
    # np.lexsort sorts by its last key first.
    return np.lexsort([by_name, -rows.score.astype(np.float32), padj])
