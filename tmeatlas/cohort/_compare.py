"""Every feature between conditions: one engine for all that samples have values of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas._stats import benjamini_hochberg
from tmeatlas.cohort._deseq import deseq
from tmeatlas.cohort._design import Design
from tmeatlas.cohort._estimates import Floats
from tmeatlas.cohort._left_out import left_out_table, nothing_tested, reasons_against
from tmeatlas.cohort._methods import COUNTS_METHOD, METHODS, choose
from tmeatlas.cohort._replicates import Replicates, average, sample_rows
from tmeatlas.cohort._table import SampleTable
from tmeatlas.cohort._tested import Tested
from tmeatlas.cohort._welch import means_and_errors

MOST_LISTED = 5_000
"""Features whose values of patients are listed; of more, those with the lowest p-values."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Compared:
    """The tests of all features."""

    table: pd.DataFrame
    """One row per feature that was tested and condition, by rising p-value."""
    samples: pd.DataFrame
    """One row per feature and patient."""
    left_out: pd.DataFrame
    """Features and groups that were not tested, with the reason."""
    facts: dict[str, Any] = field(default_factory=dict)
    cautions: list[str] = field(default_factory=list)
    """What has to be said beside the result."""


def compare(table: SampleTable, design: Design, *, method: str | None = None) -> Compared:
    """Test every feature of `table` between the conditions of `design`.

    Samples of a patient are averaged first. P-values are adjusted over all features, groups
    and conditions (Benjamini-Hochberg), those of the overall test by themselves.
    """
    chosen = choose(method, design, counts=table.counts is not None)
    replicates = average(table, design)
    reasons = reasons_against(replicates.means, design)
    values = np.where(reasons != "", np.nan, replicates.means)
    if chosen == COUNTS_METHOD and replicates.counts is not None:
        known = np.isfinite(replicates.means)
        tested = deseq(replicates.counts, known, design, table.features)
    else:
        tested = METHODS[chosen](values, design, table.features)
    rows = _rows(table.features, replicates, design, tested)
    left_out = left_out_table(table, design, reasons, tested)
    if rows.empty:
        raise InputError(nothing_tested(left_out))
    rows["padj"] = benjamini_hochberg(rows["pval"])
    rows = rows.sort_values(["pval", "number", "condition"], kind="stable")
    first = rows.drop_duplicates("number")
    overall = pd.Series(benjamini_hochberg(first["overall_pval"]), first["number"].to_numpy())
    rows["overall_padj"] = rows["number"].map(overall).astype(np.float64)
    listed = np.sort(first["number"].to_numpy()[:MOST_LISTED])
    floors = [float(n.rsplit(" ", 1)[1]) for n in rows["note"] if n.startswith("smallest")]
    cautions = design.cautions()
    if floors and min(floors) > 0.05:
        cautions.append(
            f"With so few patients no permutation can give a p below {min(floors):.2g}: nothing "
            f"could have come out as different. Use Welch's test (leave out {option('method')})."
        )
    return Compared(
        table=rows.drop(columns="number").reset_index(drop=True)[COLUMNS],
        samples=sample_rows(table.features, replicates, design, listed),
        left_out=left_out,
        facts={
            "method": chosen,
            "overall_test": tested.overall_test,
            "conditions": list(design.conditions),
            "replicates": [f"{name}: {n}" for name, n in design.sizes().items()],
            "replicates_are": "patients" if design.patients else "samples",
            "unpaired": list(design.unpaired),
            "samples_without_condition": list(design.without_condition),
            "n_tests": len(rows),
            "n_values_listed": len(listed),
        },
        cautions=cautions,
    )


COLUMNS = [
    *("feature", "group", "condition", "reference", "effect", "low", "high", "unit"),
    *("statistic", "df", "pval", "padj", "n", "n_reference", "mean", "mean_reference"),
    *("cells", "cells_reference", "test", "overall_pval", "overall_padj", "note"),
]


def _rows(
    features: pd.DataFrame, replicates: Replicates, design: Design, tested: Tested
) -> pd.DataFrame:
    """One row per feature and condition that has a p-value."""
    parts = []
    for i, estimates in enumerate(tested.contrasts, start=1):
        done = np.flatnonzero(np.isfinite(estimates.pval))
        case, reference, cells, cells_reference = _compared(replicates, design, i)
        n1, mean1, _ = means_and_errors(case[:, done])
        n0, mean0, _ = means_and_errors(reference[:, done])
        note = np.array(tested.notes[i - 1], dtype=object)[done] if tested.notes else ""
        parts.append(
            pd.DataFrame(
                {
                    "number": done,
                    "feature": features["feature"].to_numpy(object)[done],
                    "group": features["group"].to_numpy(object)[done],
                    "unit": features["unit"].to_numpy(object)[done],
                    "condition": design.conditions[i],
                    "reference": design.reference,
                    **{
                        name: getattr(estimates, name)[done]
                        for name in ("effect", "low", "high", "statistic", "df", "pval")
                    },
                    "n": n1.astype(np.int32),
                    "n_reference": n0.astype(np.int32),
                    "mean": mean1,
                    "mean_reference": mean0,
                    "cells": cells[done].astype(np.int32),
                    "cells_reference": cells_reference[done].astype(np.int32),
                    "test": tested.test,
                    "overall_pval": tested.overall[done],
                    "note": note,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _compared(
    replicates: Replicates, design: Design, condition: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Values and cells of a condition and of the reference, NaN where they were not compared."""
    case, reference = design.units(condition), design.units(0)
    if design.paired:
        partner = {design.pairs[unit]: unit for unit in reference}
        case = np.array([unit for unit in case if design.pairs[unit] in partner], dtype=np.intp)
        reference = np.array([partner[design.pairs[unit]] for unit in case], dtype=np.intp)
    values = [replicates.means[units] for units in (case, reference)]
    if design.paired:
        both = np.isfinite(values[0]) & np.isfinite(values[1])
        values = [np.where(both, part, np.nan) for part in values]
    cells = [
        np.where(np.isfinite(part), replicates.cells[units], 0).sum(axis=0)
        for part, units in zip(values, (case, reference), strict=True)
    ]
    return values[0], values[1], cells[0], cells[1]
