"""Words of the page that not every reader knows, with what they mean, for where they stand."""

from __future__ import annotations

from tmeatlas.findings import Confidence
from tmeatlas.lr import MIN_FOLD, Verdict

CONFIDENCE_MEANINGS = {
    Confidence.CLEAR: "Tested, and seen in several samples, which are the replicates.",
    Confidence.FAIR: (
        "Measured with its uncertainty, but not over enough patients: others may differ. The "
        "replicates are cells of one or two samples, two or three patients of a condition, or "
        "sections of tissue; calls of samples, and doubts about labels, rest on the cells of each."
    ),
    Confidence.NOT_READABLE: (
        "Neither shown nor ruled out: too few cells, patients or genes, or samples of the "
        "conditions were made differently."
    ),
    Confidence.NOTE: (
        "No claim: counted or read off the data, or tested, with nothing that is firm."
    ),
}
MEANINGS = {
    "above chance": (
        "Above the level of random lists of genes of like size in these data, and by a margin over "
        "the next programme."
    ),
    "not meant for those cells": (
        "Programmes in cells of a lineage that their gene lists were not made for: what their "
        "score says there is not known."
    ),
    "unassigned": (
        "No state of the lineage is clearly above the level of random genes, or two are alike."
    ),
    "times others|-fold": (
        "The mean in the group over that of other cells of like depth; groups that are high as "
        "well are left out."
    ),
    "response not known|response unknown": (
        "Ligand and receptor are specific. Whether the receiver answers is not known: no gene "
        "list that a second source confirms tells it."
    ),
    "[Ss]pecific in [0-9,]+ of [0-9,]+ samples": (
        "Each sample tested by its own cells; counted are the samples that have enough cells of "
        "both groups{samples}. An axis is adjusted for all its pairs, so that one interaction by "
        "itself may be specific in more of them, or in fewer."
    ),
    "neither shown nor ruled out|[Tt]oo few cells": (
        "The cells do not suffice to say that it is there, nor that it is not. Where a number of "
        "cells is named, what is seen now would then be enough in 80 of 100 cases."
    ),
    "not specific": (
        f"Ruled out: a side is surely no more than {MIN_FOLD:g} times as high as in other cells."
    ),
    "Modifiers": (
        "What strengthens or weakens the axis. It is shown beside it and decides no verdict."
    ),
    r"\bcoreceptors?\b": "A protein that receives the ligand together with the receptor.",
    r"\bcis\b": "Ligand and receptor on the same cell.",
    "Core pairs": (
        "The ligand-receptor pairs that the axis is named after. They decide its verdict; "
        "associated pairs do not."
    ),
    f"{Verdict.AMBIENT}": (
        "RNA from burst cells, which is in all droplets, explains half or more of the molecules "
        "of a side."
    ),
}
"""Patterns of regular expressions and what is meant; `{samples}` is the number in the page."""


def meanings(n_samples: int | None) -> dict[str, list[list[str]]]:
    """The words for the scripts of a page with so many samples; None where it knows none."""
    samples = f"; these data have {n_samples:,}" if n_samples and n_samples > 1 else ""
    return {
        "confidence": [[word.value, text] for word, text in CONFIDENCE_MEANINGS.items()],
        "words": [[words, text.format(samples=samples)] for words, text in MEANINGS.items()],
    }
