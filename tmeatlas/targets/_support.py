"""What the data say for a drug, in one word; and what an action means for its drug target."""

from __future__ import annotations

from enum import StrEnum

from tmeatlas.targets._table import NOT_STATED

EXPRESSED = 0.1
"""Share of the cells of a type that show a gene from which the type counts as having it: a
convention, that of CellPhoneDB's `threshold`."""
FEWEST_SAMPLES = 2
"""One sample alone does not speak for the others."""


class Support(StrEnum):
    """The words, in the order in which they are told and sorted."""

    SUPPORTED = "supported"
    ONE_SAMPLE = "seen in one sample"
    NOT_SPECIFIC = "expressed, not specific"
    NOT_SEEN = "not seen"
    NOT_MEASURED = "not measured"


class Role(StrEnum):
    """What the drug target is for the axis, the programme or the cells."""

    LIGAND = "ligand"
    RECEPTOR = "receptor"
    BOTH = "ligand and receptor"
    ACCESSORY = "further part of the axis"
    """No core pair has it: a coreceptor, or what carries the signal on in the receiver."""
    PROGRAMME = "gene of the programme"
    CELLS = "cells"
    NONE = ""


AGENTS = {"blocks": "blocker", "activates": "agonist"}


def direction(action: str, role: Role) -> str:
    """The action against what the drug target is there: "blocker of the ligand"."""
    if action == NOT_STATED:
        return "action not stated"
    if action not in AGENTS:
        return action
    whose = {
        Role.CELLS: "a gene of the cells",
        Role.PROGRAMME: "a gene of the programme",
        Role.ACCESSORY: "a further part of the axis",
    }.get(role, f"the {role}" if role else "the drug target")
    return f"{AGENTS[action]} of {whose}"


def support_of(n_samples: int, *, in_all: bool, measured: bool, most_share: float) -> Support:
    """By the samples that show it, else by whether the gene is expressed.

    `in_all` says that it stands where all cells are put together, `measured` that the data
    have the gene or tell such cells; `most_share` is the highest share of cells of a type
    that show the gene, NaN where no gene counts.
    """
    if n_samples >= FEWEST_SAMPLES:
        return Support.SUPPORTED
    if n_samples == 1 or in_all:
        return Support.ONE_SAMPLE
    if not measured:
        return Support.NOT_MEASURED
    return Support.NOT_SPECIFIC if most_share >= EXPRESSED else Support.NOT_SEEN
