"""What could not be seen at this depth, or with these cells and genes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas._text import clean, counted, percent, sides_of, three_digits
from tmeatlas.findings._finding import LONGEST_HEADLINE, About, Candidate, Confidence, Finding
from tmeatlas.findings._material import Material
from tmeatlas.findings._words import joined, label, of, of_group, place
from tmeatlas.interactions import load_axes
from tmeatlas.lr import ENDS, Verdict
from tmeatlas.results import FEWEST_CELLS, Axes, Crosstalk, by_evidence, is_verdict

ASKED_FIRST = ("ctla4_cd28", "tigit", "lag3", "tim3")
"""Axes that readers look for first: those of checkpoints that drugs act on. PD-1 has a rule of its
own."""
SELDOM = 0.05
"""Share of the cells of a group up to which a gene is seen too seldom to be read (a convention)."""
MOST_NEEDED = 100_000
UNREAD = "cannot be read here"

Row = Mapping[Any, Any]


def by_ligand(rows: pd.DataFrame) -> dict[str, str]:
    """The view that colours the cells by the ligand of the best row, where that has one."""
    ranked = by_evidence(rows)
    pair = str((ranked if len(ranked) else rows)["top_interaction"].iloc[0])
    ligand = sides_of(pair)[0]
    return {"colour": f"g:{ligand}"} if ligand else {}


def axes_not_readable(material: Material) -> Iterator[Candidate]:
    """The first checkpoint axis that is neither shown nor ruled out, with its counts."""
    axes = material.get(Axes)
    if axes is None:
        return
    rows = axes.overall()
    names = {axis.id: axis.name for axis in load_axes()}
    for number, axis in enumerate(ASKED_FIRST):
        here = rows[rows["axis"].astype(str) == axis]
        if here.empty:
            continue
        missing, few = (is_verdict(here, v) for v in (Verdict.GENES_MISSING, Verdict.TOO_FEW))
        says = UNREAD
        if missing.all():
            text, n = lacking(here.iloc[:1].to_dict("records")[0]), 0
        elif (few | missing).all():
            best = by_evidence(here).iloc[:1].to_dict("records")[0]
            if min(best["ligand_fraction"], best["receptor_fraction"]) > SELDOM:
                continue
            sender, receiver = (most(here, side) for side in ENDS)
            says = half_seen(sender, receiver) or UNREAD
            text = _too_few(best, material.rows)
            if says != UNREAD:
                text = _half_text(sender, receiver, here, material.rows)
            n = int(best["source_cells"])
        else:
            continue
        yield Candidate(
            Finding(
                rule="axes_not_readable",
                about=About.LIMITS,
                headline=told_of(names.get(axis, axis), says),
                text=text,
                confidence=Confidence.NOT_READABLE,
                n=n,
                unit=material.rows,
                result=axes.key,
                rows=place(axis=axis),
                view={"tab": "crosstalk", "axis": axis, **by_ligand(here)},
            ),
            strength=1.0 - 0.2 * number,
        )
        return


def most(rows: pd.DataFrame, side: str) -> Row:
    """The row of the group in which most cells show a side, of equal ones the largest group."""
    by = [f"{side}_fraction", f"{ENDS[side]}_cells"]
    return rows.sort_values(by, ascending=False, kind="stable")[:1].to_dict("records")[0]


def half_seen(sender: Row, receiver: Row) -> str:
    """`its ligand FGL1 is not seen`, where the other side is; empty where both or neither are.

    The rows are those in which most cells show the ligand, and the receptor.
    """
    seen = {
        side: row[f"{side}_fraction"] > SELDOM and row[f"{side}_cells"] >= FEWEST_CELLS
        for side, row in zip(ENDS, (sender, receiver), strict=True)
    }
    if seen["ligand"] == seen["receptor"]:
        return ""
    side, row = ("receptor", receiver) if seen["ligand"] else ("ligand", sender)
    word = "hardly" if row[f"{side}_cells"] else "not"
    return f"its {side} {_gene(row, side)} is {word} seen"


def told_of(axis: str, says: str) -> str:
    """The headline on an axis; what is too long for it is told in the text."""
    headline = f"{clean(axis)}: {says}"
    return headline if len(headline) <= LONGEST_HEADLINE else f"{clean(axis)}: {UNREAD}"


def shown_by(row: Row, side: str) -> str:
    """`2 of 112 Macrophage TAM`: the cells of the group of a side that show it."""
    group = ENDS[side]
    n, total = int(row[f"{side}_cells"]), int(row[f"{group}_cells"])
    return f"{of(n, total)} {label(row[group])}"


def _gene(row: Row, side: str) -> str:
    ligand, receptor = map(clean, sides_of(str(row["top_interaction"])))
    return ligand if side == "ligand" else receptor


def _half_text(sender: Row, receiver: Row, rows: pd.DataFrame, words: str) -> str:
    """Where the side that is seen is, with its share, then where most is of the other."""
    sides = []
    for side, row in zip(ENDS, (sender, receiver), strict=True):
        sides.append((row[f"{side}_fraction"], side, row))
    sides.sort(key=lambda each: -each[0])
    told = [f"{_gene(row, side)} in {shown_by(row, side)}" for _, side, row in sides]
    share = percent(float(sides[0][0]))
    between = (rows["source"] == sender["source"]) & (rows["target"] == receiver["target"])
    route = next(iter(rows[between].to_dict("records")), sender)
    needed = _needed(route, words)
    return f"{told[0]} ({share}), {told[1]}: neither shown nor ruled out{needed}."


def lacking(row: Mapping[Any, Any]) -> str:
    """Which genes of an axis are not in the data."""
    genes = [gene.strip() for gene in re.split("[,;]", str(row["missing_genes"]))]
    genes = [gene for gene in genes if gene]
    return (
        f"{counted(len(genes), 'gene')} of its core pairs {'is' if len(genes) == 1 else 'are'} not "
        f"in the data: {joined(genes[:4])}."
    )


def _too_few(row: Mapping[Any, Any], rows: str) -> str:
    ligand, receptor = sides_of(str(row["top_interaction"]))
    sides = [f"{ligand} in {shown_by(row, 'ligand')}", f"{receptor} in {shown_by(row, 'receptor')}"]
    return f"{joined(sides)}: neither shown nor ruled out{_needed(row, rows)}."


def _needed(row: Row, rows: str) -> str:
    """`; about 12,900 Malignant cells would do`; empty where no number is known."""
    return would_do(
        (of_group(row[group], rows), float(row[f"{group}_cells_needed"])) for group in ENDS.values()
    )


def would_do(sides: Iterable[tuple[str, float]]) -> str:
    """How many cells it would take of each group, the more where it is on both sides.

    Nothing where no number, or no sensible one, would do for a side: those of the other alone would
    not settle it.
    """
    needed: dict[str, float] = {}
    for name, number in sides:
        if not np.isnan(number):
            needed[name] = max(number, needed.get(name, 0.0))
    if not needed or max(needed.values()) > MOST_NEEDED:
        return ""
    return f"; about {joined([f'{three_digits(n)} {name}' for name, n in needed.items()])} would do"


def groups_too_small(material: Material) -> Iterator[Candidate]:
    """The groups that have too few cells for crosstalk."""
    crosstalk = material.get(Crosstalk)
    if crosstalk is None:
        return
    left = [str(each) for each in np.atleast_1d(crosstalk.record.facts.get("groups_left_out", []))]
    if not left:
        return
    named = [label(each) for each in left[:4]]
    yield Candidate(
        Finding(
            rule="groups_too_small",
            about=About.LIMITS,
            headline=f"{counted(len(left), 'group')} too small for crosstalk",
            text=f"{joined(named)}: what {'it' if len(left) == 1 else 'they'} would send or "
            "receive is not known.",
            confidence=Confidence.NOT_READABLE,
            n=len(left),
            unit="groups",
            result=crosstalk.key,
            rows="",
            view={"tab": "crosstalk"},
        ),
        strength=0.2,
    )


def no_axis(material: Material) -> Iterator[Candidate]:
    """That no axis is specific, and in how many routes there are too few cells to tell."""
    axes = material.get(Axes)
    if axes is None or axes.table.empty or len(axes.standing):
        return
    rows: pd.DataFrame = axes.overall()
    few = int(is_verdict(rows, Verdict.TOO_FEW).sum())
    missing = int(is_verdict(rows, Verdict.GENES_MISSING).sum())
    parts = [f"{few:,} have too few {material.rows} to tell"] if few else []
    parts += [f"{missing:,} lack genes"] if missing else []
    yield Candidate(
        Finding(
            rule="no_axis",
            about=About.LIMITS,
            headline="No axis is specific between groups",
            text=f"Of {len(rows):,} routes 0 are specific: {joined(parts) or 'all are ruled out'}.",
            confidence=Confidence.NOT_READABLE,
            n=len(rows),
            unit="routes",
            result=axes.key,
            rows="",
            view={"tab": "crosstalk"},
        ),
        strength=0.6,
    )
