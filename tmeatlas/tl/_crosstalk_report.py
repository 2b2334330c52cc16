"""What is said of a crosstalk result: one line of log, and warnings where it has gaps."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._checks import Groups
from tmeatlas._errors import TMEWarning, listing
from tmeatlas._log import logger
from tmeatlas.lr._match import MatchedInteractions

if TYPE_CHECKING:
    from tmeatlas.lr._engine import Rows

# The caller of the public function, seen from `warn_of_gaps`.
STACKLEVEL = 3


def too_small(groups: Groups) -> list[str]:
    """The groups that were left out, with their sizes."""
    return [f"{name} ({n} cells)" for name, n in groups.too_small.items()]


def not_movable(groups: Groups, fixed: NDArray[np.bool_]) -> list[str]:
    """The groups whose labels no shuffle moves."""
    return [groups.labels[group] for group in np.flatnonzero(fixed)]


def log_result(key_added: str, groups: Groups, matched: MatchedInteractions, rows: Rows) -> None:
    """One line: what was tested and where it was written."""
    logger.info(
        "tested %d interactions (%d more lack genes) between %d groups, %d rows: uns[%r]",
        len(matched.interactions),
        matched.n_untestable,
        len(groups.labels),
        len(rows),
        key_added,
    )


def warn_of_gaps(
    groups: Groups, rows: Rows, table: pd.DataFrame, n_perms: int, fixed: NDArray[np.bool_]
) -> None:
    """Warn where the result is not all that was asked for."""
    from tmeatlas.lr._table import permutations_too_few

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
