"""That no difference between conditions is firm, and which are leads: they stand within one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas.cohort import ALPHA
from tmeatlas.findings._features import are_meant
from tmeatlas.findings._finding import (
    LONGEST_HEADLINE,
    LONGEST_TEXT,
    About,
    Candidate,
    Confidence,
    Finding,
)
from tmeatlas.findings._material import Material
from tmeatlas.findings._rule_conditions import differences, direction, forbidden, named, told_rows
from tmeatlas.findings._words import capital, label, p_value
from tmeatlas.results import FEWEST, Comparison, Differences, Level, is_weak

ALL_COMPARISONS = "all"
"""The comparison of a view that shows all together."""


def no_difference(material: Material) -> Iterator[Candidate]:
    """Where nothing can be told that is firm: how much was tested, and which leads there are."""
    found = Differences.of(material.comparisons)
    if not found.n_tested or any(True for _ in differences(material)):
        return
    largest = max(found.comparisons, key=lambda each: int(each.table["pval"].notna().sum()))
    numbers = [int(n) for n in largest.table[["n_reference", "n"]].max()]
    several = len(found.comparisons) > 1
    is_read = min(numbers) >= FEWEST and not forbidden(material)
    yield Candidate(
        Finding(
            rule="no_difference",
            about=About.CONDITION,
            headline=_headline(found, largest),
            text=_text(found, material, largest, numbers),
            confidence=Confidence.NOTE if is_read else Confidence.NOT_READABLE,
            n=sum(numbers),
            unit=f"{largest.replicate}s",
            result=largest.key,
            rows="",
            view={"tab": "samples", "comparison": ALL_COMPARISONS if several else largest.key},
        ),
        strength=0.5,
    )


def _headline(found: Differences, largest: Comparison) -> str:
    """`Control v case: nothing firm, 3 leads`, the reference first as in the page."""
    if found.at(Level.OVER_ALL):
        return capital(str(found))  # such as a programme in cells that it is not meant for
    conditions, reference = largest.conditions, label(largest.reference)
    whose = (
        f"{reference} v {label(conditions[0])}" if len(conditions) == 1 else f"{reference} v others"
    )
    says = f"nothing firm, {found.leads}" if found.at(Level.WITHIN) else "nothing firm, no lead"
    headline = f"{capital(whose)}: {says}"
    return headline if len(headline) <= LONGEST_HEADLINE else f"Conditions: {says}"


def _text(
    found: Differences, material: Material, largest: Comparison, numbers: Sequence[int]
) -> str:
    """The surest leads with who is behind them, or that there is none."""
    rows = pd.concat([_leads(found, each, material) for each in found.comparisons])
    if rows.empty:
        return (
            f"Of {found.n_tested:,} tested with {numbers[0]} v {numbers[1]} {largest.replicate}s, "
            f"none has adjusted p ≤ {ALPHA:g}; that does not show that they are alike."
        )
    meant = rows[rows["meant"]].sort_values(["weak", "padj"], kind="stable")
    others = len(rows) - len(meant)
    outside = [f"{others:,} not meant for those cells"]
    conditions = list(dict.fromkeys(rows["condition"]))
    alone = len(conditions) == 1
    told = list(meant["told"] if alone else meant["told"] + " in " + meant["condition"])
    first = f"In {conditions[0]}: " if alone else ""
    text = ""
    for n in range(len(told), -1, -1):
        beyond = [f"{len(told) - n:,} more"] if n < len(told) else []
        parts = [*told[:n], *beyond, *(outside if others else [])]
        text = f"{first}{'; '.join([*parts, f'{found.n_tested:,} tested'])}."
        if len(text) <= LONGEST_TEXT:
            break
    return text


def _leads(found: Differences, comparison: Comparison, material: Material) -> pd.DataFrame:
    """The rows of a comparison that stand somehow, each in words."""
    rows = told_rows(comparison)
    rows = rows[found.levels(rows) > Level.NOT_SHOWN]
    told = [
        f"{named(row, comparison, material)} {direction(row, comparison)} ({_sure(row)})"
        for row in rows.to_dict("records")
    ]
    return pd.DataFrame(
        {
            "told": told,
            "condition": [label(name) for name in rows["condition"]],
            "padj": rows["padj"].to_numpy(np.float64),
            "weak": is_weak(rows),
            "meant": are_meant(material, comparison.what, rows["feature"], rows["group"]),
        }
    ).astype({"told": object, "condition": object})


def _sure(row: Mapping[Any, Any]) -> str:
    """How many of the reference and of the condition, and the adjusted p."""
    return f"{row['n_reference']} v {row['n']}, adjusted {p_value(row['padj'])}"
