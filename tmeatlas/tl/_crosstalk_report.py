"""What is said of a crosstalk result: one line of log, and warnings where it has gaps."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import TMEWarning, listing
from tmeatlas._log import logger
from tmeatlas.cells import Groups
from tmeatlas.lr import MatchedInteractions, permutations_too_few

if TYPE_CHECKING:
    from tmeatlas.interactions import Interactions
    from tmeatlas.lr import Rows, Tested
    from tmeatlas.matrix import ExpressionMatrix
    from tmeatlas.results import Crosstalk

# The caller of the public function, seen from `warn_of_gaps`.
STACKLEVEL = 3


def too_small(groups: Groups) -> list[str]:
    """The groups that were left out, with their sizes."""
    return [f"{name} ({n} cells)" for name, n in groups.too_small.items()]


def not_movable(groups: Groups, fixed: NDArray[np.bool_]) -> list[str]:
    """The groups whose labels no shuffle moves."""
    return [groups.labels[group] for group in np.flatnonzero(fixed)]


def facts(
    matrix: ExpressionMatrix,
    groups: Groups,
    interactions: Interactions,
    matched: MatchedInteractions,
    tested: Tested,
    fixed: NDArray[np.bool_],
) -> dict[str, object]:
    """What the table cannot show."""
    rows = tested.rows
    return {
        "matrix": matrix.name,
        "n_cells": int(groups.sizes.sum()),
        "n_groups": len(groups.labels),
        "groups_left_out": too_small(groups),
        "n_interactions": len(interactions),
        "n_interactions_untestable": matched.n_untestable,
        "missing_genes": matched.missing_genes,
        "n_interactions_not_detected": rows.n_not_detected,
        "groups_not_movable": not_movable(groups, fixed),
        "n_rows_tested": rows.n_tests,
        "n_rows_permuted": tested.n_permuted,
        "n_rows_not_testable": rows.n_not_testable,
        "n_rows_not_seen": rows.n_not_seen,
        "n_rows_below_min_fraction": rows.n_below_fraction,
    }


def sample_facts(groups: Groups, groups_of: Mapping[str, Sequence[str]]) -> dict[str, object]:
    """The groups that were too small in a sample, or missing, where samples were tested."""
    if not groups_of:
        return {}
    missing = {
        sample: [label for label in groups.labels if label not in present]
        for sample, present in groups_of.items()
    }
    return {
        "groups_missing_in_samples": [
            f"{sample}: {', '.join(labels)}" for sample, labels in missing.items() if labels
        ]
    }


def log_result(result: Crosstalk, groups: Groups, matched: MatchedInteractions) -> None:
    """One line: what was tested, what was found, and where it was written."""
    logger.info(
        "tested %d interactions (%d more lack genes) between %d groups, %s: uns[%r]",
        len(matched.interactions),
        matched.n_untestable,
        len(groups.labels),
        result.summary(),
        result.key,
    )


def warn_of_gaps(
    groups: Groups, rows: Rows, table: pd.DataFrame, n_perms: int, fixed: NDArray[np.bool_]
) -> None:
    """Warn where the result is not all that was asked for."""
    if groups.too_small:
        warnings.warn(
            f"Groups too small for crosstalk were left out: {listing(too_small(groups))}. "
            "Lower `min_cells=`, or merge them with related groups.",
            TMEWarning,
            stacklevel=STACKLEVEL,
        )
    if fixed.any():
        warnings.warn(
            "Groups that share no sample with another cannot be shuffled: "
            f"{listing(not_movable(groups, fixed), limit=50)}. Rows between them are not tested. "
            "Merge samples of one patient with `sample_key=`, or leave it out and accept that "
            "differences between samples count.",
            TMEWarning,
            stacklevel=STACKLEVEL,
        )
    if permutations_too_few(table, rows, n_perms):
        warnings.warn(
            f"No row can be active: the lowest p-value of {n_perms:,} permutations is too high "
            f"for a correction over {rows.n_tests:,} tests. Raise `n_perms=`, or merge groups.",
            TMEWarning,
            stacklevel=STACKLEVEL,
        )
    if len(rows) == 0:
        warnings.warn(
            "No row is listed: no pair of groups shows both sides of an interaction"
            + (" often enough; lower `min_fraction=`." if rows.n_below_fraction else "."),
            TMEWarning,
            stacklevel=STACKLEVEL,
        )
