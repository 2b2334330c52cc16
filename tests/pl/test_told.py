"""What a row says in words: verdicts, how many times, shares, and the cells needed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tmeatlas._text import three_digits
from tmeatlas.pl._told import (
    cells_needed,
    fold_words,
    p_words,
    share_words,
    verdict_words,
)


def row(**changes) -> pd.Series:
    found = {
        "source": "CAF",
        "target": "T cell",
        "verdict": "too few cells",
        "padj": 0.3,
        "source_cells": 379,
        "target_cells": 20,
        "source_cells_needed": np.nan,
        "target_cells_needed": np.nan,
        "ligand_cells": 155,
        "ligand_fraction": 0.408971,
        "ligand_specificity": 3.21,
        "ligand_specificity_low": 0.456,
        "ligand_specificity_high": 2720.4,
    }
    return pd.Series(found | changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "too few cells"),
        ({"source_cells_needed": 507}, "too few cells: about 507 CAF cells would be needed"),
        ({"target_cells_needed": 45_804}, "too few cells: about 45,800 T cells would be needed"),
        (
            {"source_cells_needed": 507, "target_cells_needed": 21},
            "too few cells: about 507 CAF cells and about 21 T cells would be needed",
        ),
        (
            {"target": "CAF", "source_cells_needed": 507, "target_cells_needed": 621},
            "too few cells: about 621 CAF cells would be needed",
        ),
        (
            {"source_cells_needed": np.inf, "target_cells_needed": 45},
            "too few cells: more CAF cells alone would not settle it",
        ),
        ({"verdict": "specific"}, "specific"),
        ({"verdict": ""}, "no verdict, as its role carries no signal"),
    ],
)
def test_a_verdict_says_what_is_lacking(changes, words):
    assert verdict_words(row(**changes)) == words


def test_groups_can_be_called_otherwise():
    found = row(source_cells_needed=507, target_cells_needed=21)
    names = {"source": "sender", "target": "receiver"}
    assert cells_needed(found, names) == (
        "about 507 sender cells and about 21 receiver cells would be needed"
    )


@pytest.mark.parametrize(
    ("number", "words"),
    [(3, "3"), (507.4, "507"), (1234, "1,230"), (458_040, "458,000"), (999.9, "1,000")],
)
def test_three_digits_count(number, words):
    assert three_digits(number) == words


def test_how_many_times_a_side_exceeds_others():
    assert fold_words(row(), "ligand") == "at least 0.46-fold"
    nothing = {"ligand_specificity": np.nan}
    assert fold_words(row(**nothing), "ligand") == "not seen"
    untestable = row(**nothing, verdict="not testable")
    assert fold_words(untestable, "ligand") == "no other cells to compare with"


def test_shares_have_the_number_of_cells():
    assert share_words(row(), "ligand") == "41% of 379 CAF cells"
    hostile = row(source="<b>%{x}")
    assert share_words(hostile, "ligand") == "41% of 379 &lt;b&gt;&#37;{x} cells"


def test_p_and_samples_are_told_as_far_as_there_are_any():
    assert p_words(row()) == "adjusted p 0.3"
    assert p_words(row(padj=np.nan)) == ""
    assert p_words(row(n_samples=8, n_samples_specific=5)) == (
        "adjusted p 0.3, this interaction specific in 5 of 8 samples"
    )
