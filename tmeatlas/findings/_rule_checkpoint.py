"""PD-1 and its ligands, which every reader looks for: where they are seen, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from tmeatlas._text import clean, sides_of
from tmeatlas.findings._finding import LONGEST_TEXT, About, Candidate, Confidence, Finding
from tmeatlas.findings._material import Material
from tmeatlas.findings._rule_crosstalk import CHECKPOINT, told_axis
from tmeatlas.findings._rule_limits import (
    SELDOM,
    UNREAD,
    Row,
    by_ligand,
    half_seen,
    lacking,
    most,
    shown_by,
    told_of,
    would_do,
)
from tmeatlas.findings._words import joined, label, place
from tmeatlas.interactions import Axis, load_axes
from tmeatlas.lineages import is_within
from tmeatlas.lr import ENDS, Verdict
from tmeatlas.results import Axes, by_evidence, is_verdict, stands_out

MALIGNANT = "malignant"
SEEN = "seen, too few cells to be sure"
NOWHERE = "specific to no groups"
"""What is said of the axis where it is specific nowhere."""


def checkpoint(material: Material) -> Iterator[Candidate]:
    """PD-1 and its ligands, wherever their genes were read."""
    axes = material.get(Axes)
    if axes is None:
        return
    rows = axes.overall().astype({"axis": str})
    rows = rows[rows["axis"] == CHECKPOINT]
    if rows.empty:
        return
    axis = next(each for each in load_axes() if each.id == CHECKPOINT)
    standing = by_evidence(rows[stands_out(rows)]).to_dict("records")
    finding = (
        told_axis(standing[0], axis.name, axes, material.rows)
        if standing
        else _not_standing(_first_ligand(rows, axis), axis.name, axes, material)
    )
    yield Candidate(finding, strength=1.0)


def _first_ligand(rows: pd.DataFrame, axis: Axis) -> pd.DataFrame:
    """The rows over the ligand that the axis is named after, where there are any."""
    first = "_".join(axis.core[0].ligand_genes)
    here = _ligands(rows) == first
    return rows[here] if here.any() else rows


def _ligands(rows: pd.DataFrame) -> pd.Series[str]:
    """The ligand of the best pair of each row."""
    return rows["top_interaction"].map(lambda pair: sides_of(str(pair))[0]).astype(str)


def _not_standing(rows: pd.DataFrame, name: str, axes: Axes, material: Material) -> Finding:
    """What was counted where no pair of groups stands out."""
    confidence, n = Confidence.NOT_READABLE, 0
    if is_verdict(rows, Verdict.GENES_MISSING).all():
        headline, text = UNREAD, lacking(rows.iloc[:1].to_dict("records")[0])
    else:
        few = is_verdict(rows, Verdict.TOO_FEW).any()
        sender, receiver = (most(rows, side) for side in ENDS)
        is_seen = min(sender["ligand_fraction"], receiver["receptor_fraction"]) > SELDOM
        unsure = SEEN if is_seen else half_seen(sender, receiver) or UNREAD
        headline = unsure if few else NOWHERE
        confidence = confidence if few else Confidence.NOTE
        says = "neither shown nor ruled out" if few else "no pair of groups stands out"
        text = f"{_counts(_tumour(rows, material), sender, receiver)}: {says}"
        needed = would_do(
            (label(row[group]), float(row[f"{group}_cells_needed"]))
            for row, group in zip((sender, receiver), ENDS.values(), strict=True)
        )
        text += f"{needed if len(text + needed) < LONGEST_TEXT else ''}."
        n = int(sender["source_cells"])
    return Finding(
        rule="checkpoint",
        about=About.LIMITS,
        headline=told_of(name, headline),
        text=text,
        confidence=confidence,
        n=n,
        unit=material.rows,
        result=axes.key,
        rows=place(axis=CHECKPOINT),
        view={"tab": "crosstalk", "axis": CHECKPOINT, **by_ligand(rows)},
    )


def _tumour(rows: pd.DataFrame, material: Material) -> pd.DataFrame:
    """The rows in which tumour cells send."""
    known = material.lineage_of_group
    malignant = [group for group, lineage in known.items() if is_within(lineage, MALIGNANT)]
    return rows[rows["source"].astype(str).isin(malignant)]


def _counts(tumour: pd.DataFrame, sender: Row, receiver: Row) -> str:
    """The ligand in tumour cells and in the group that has most of it, and the receptor."""
    (ligand, _), (_, receptor) = (
        map(clean, sides_of(str(row["top_interaction"]))) for row in (sender, receiver)
    )
    here = [] if tumour.empty else [most(tumour, "ligand")]
    groups = list(dict.fromkeys(shown_by(row, "ligand") for row in (*here, sender)))
    return f"{ligand} in {joined(groups)}, {receptor} in {shown_by(receiver, 'receptor')}"
