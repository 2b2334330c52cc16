"""What cannot be tested, and why."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import listing
from tmeatlas.cohort._design import FEWEST, Design
from tmeatlas.cohort._estimates import ROUNDING, Floats
from tmeatlas.cohort._table import LeftOut, SampleTable
from tmeatlas.cohort._tested import Tested

Reasons = NDArray[np.object_]


def reasons_against(values: Floats, design: Design) -> Reasons:
    """Why each feature cannot be tested against the reference at all; empty where it can."""
    reasons = np.full(values.shape[1], "", dtype=object)
    known = np.isfinite(values)
    counts = np.array([known[design.units(i)].sum(axis=0) for i in range(len(design.conditions))])
    enough = (counts[1:] >= FEWEST).any(axis=0) & (counts[0] >= FEWEST)
    for number in np.flatnonzero(~enough):
        found = ", ".join(
            f"{n} in {c!r}" for c, n in zip(design.conditions, counts[:, number], strict=True)
        )
        reasons[number] = (
            f"values in too few {'patients' if design.patients else 'samples'}: {found}"
        )
    with np.errstate(all="ignore"):
        filled = np.where(known, values, np.nan)
        low, high = (
            np.nanmin(filled, axis=0, initial=np.inf),
            np.nanmax(filled, axis=0, initial=-np.inf),
        )
    constant = enough & (high - low <= ROUNDING * np.maximum(np.abs(low), np.abs(high)))
    reasons[constant] = "the same value everywhere"
    return reasons


def left_out_table(
    table: SampleTable, design: Design, reasons: Reasons, tested: Tested
) -> pd.DataFrame:
    """Features and groups without a test, and why."""
    found = list(table.left_out)
    lacking = np.array([~np.isfinite(estimates.pval) for estimates in tested.contrasts])
    why = np.array(reasons)
    for number in np.flatnonzero(lacking.any(axis=0) & (why == "")):
        missing = lacking[:, number]
        which = [c for c, no in zip(design.conditions[1:], missing, strict=True) if no]
        words = "" if missing.all() else f"not in {listing(which)}: "
        why[number] = words + tested.reason
    names, groups = (table.features[column].to_numpy(str) for column in ("feature", "group"))
    for group in dict.fromkeys(groups):
        mine = np.flatnonzero(groups == group)
        for reason in dict.fromkeys(why[mine]):
            alike = mine[why[mine] == reason]
            whole = len(alike) == len(mine) > 1
            if reason:
                found += [
                    LeftOut(name, group, reason) for name in ([""] if whole else names[alike])
                ]
    return pd.DataFrame(found, columns=list(LeftOut._fields)).astype("category")


def nothing_tested(left_out: pd.DataFrame) -> str:
    """The words for a comparison in which nothing is left."""
    reasons = "; ".join(left_out["reason"].value_counts().index[:3])
    return (
        f"Nothing can be compared, all features drop out: {reasons}. Lower "
        f"{option('min_cells')}, name "
        f"larger groups with {option('groupby')}, or compare something that varies."
    )
