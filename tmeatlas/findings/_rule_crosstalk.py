"""Which axes stand out between which groups, over which pair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tmeatlas._text import clean, percent, sides_of
from tmeatlas.findings._finding import About, Candidate, Confidence, Finding
from tmeatlas.findings._material import Material
from tmeatlas.findings._words import joined, label, of, place, times
from tmeatlas.interactions import load_axes
from tmeatlas.lr import Verdict
from tmeatlas.results import Axes, by_evidence, is_open, stands_out

SEVERAL = 3
"""Samples from which on these are the replicates, as in the verdicts."""
CHECKPOINT = "pd1_pdl1"
"""The axis that has a rule of its own."""
RESPONSES = {
    Verdict.ACTIVE: "the receiver answers",
    Verdict.SPECIFIC: "no higher response",
    Verdict.RESPONSE_UNKNOWN: "response not known",
}


def axes_that_stand_out(material: Material) -> Iterator[Candidate]:
    """One sentence per axis that is specific somewhere, of its route with the most evidence."""
    axes = material.get(Axes)
    if axes is None:
        return
    rows = by_evidence(axes.overall())
    rows = rows[stands_out(rows)].astype({"axis": str})
    rows = rows[rows["axis"] != CHECKPOINT]
    names = {axis.id: axis.name for axis in load_axes()}
    for row in rows.drop_duplicates("axis").to_dict("records"):
        yield Candidate(
            told_axis(row, names.get(row["axis"], row["axis"]), axes, material.rows),
            strength=float(row["score"]),
        )


def told_axis(row: Mapping[Any, Any], name: str, axes: Axes, words: str) -> Finding:
    """An axis on a route where it is specific."""
    source, target = label(row["source"]), label(row["target"])
    n_samples = int(row.get("n_samples") or 0)
    specific = int(row.get("n_samples_specific") or 0)
    several = n_samples >= SEVERAL
    ligand, receptor = map(clean, sides_of(str(row["top_interaction"])))
    sides = (
        f"{gene} in {percent(float(row[f'{side}_fraction']))} of {group} ({_times(row, side)})"
        for gene, side, group in ((ligand, "ligand", source), (receptor, "receptor", target))
    )
    seen = f"; axis specific in {of(specific, n_samples, 'sample')}" if several else ""
    return Finding(
        rule="axes_that_stand_out",
        about=About.CROSSTALK,
        headline=f"{clean(name)}: {source} → {target}",
        text=f"{joined(list(sides))}{seen}; {RESPONSES[Verdict(str(row['verdict']))]}.",
        confidence=Confidence.CLEAR if several else Confidence.FAIR,
        n=n_samples if several else _cells(row),
        unit="samples" if several else words,
        result=axes.key,
        rows=place(axis=row["axis"], source=row["source"], target=row["target"]),
        view={
            "tab": "crosstalk",
            "axis": str(row["axis"]),
            "sender": str(row["source"]),
            "receiver": str(row["target"]),
            "colour": f"g:{ligand}",
        },
    )


def _cells(row: Mapping[Any, Any]) -> int:
    """Cells of both groups; of a group that sends to itself each counts once."""
    both = int(row["source_cells"]) + int(row["target_cells"])
    return int(row["source_cells"]) if row["source"] == row["target"] else both


def _times(row: Mapping[Any, Any], side: str) -> str:
    """How many times as high as in other cells of like depth."""
    if is_open(row, side):
        return f"at least {times(float(row[f'{side}_specificity_low']))} times others"
    return f"{times(float(row[f'{side}_specificity']))} times others"
