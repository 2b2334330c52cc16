"""Messages count spots where rows are spots, and cells again afterwards."""

from __future__ import annotations

import numpy as np
import pytest

import tmeatlas as tme
from tmeatlas._checks import check_adata
from tmeatlas._errors import TMEWarning
from tmeatlas._guard import guarded
from tmeatlas._rows import row_word
from tmeatlas._text import counted


@pytest.fixture(scope="module")
def made():
    adata = tme.datasets.simulated(300)
    tme.pp.prepare(adata, embed=False)
    return adata


@pytest.mark.parametrize("word", ["spots", "cells"])
def test_warnings_count_what_rows_are(made, word):
    adata = made.copy()
    adata.obs["group"] = ["few"] * 2 + ["a", "b"] * 149
    if word == "spots":
        adata.obs["cell_type"] = "spot"
    with pytest.warns(TMEWarning, match=rf"'few \(2 {word}\)'"):
        tme.tl.crosstalk(adata, "group")
    assert row_word() == "cell"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda adata: None, "2 cells"),
        (lambda adata: adata.obs.insert(0, "array_row", 1), "2 cells"),
        (lambda adata: adata.obs.insert(0, "cell_type", "Spot"), "2 spots"),
        (lambda adata: adata.obs.insert(0, "cell_type", ["spot", "T cell"] * 150), "2 cells"),
        (lambda adata: adata.obs.insert(0, "cell_type", ["spot", np.nan] * 150), "2 spots"),
    ],
)
def test_what_says_that_rows_are_spots(made, change, word):
    adata = made.copy()
    del adata.obs["cell_type"]
    change(adata)
    told = []

    def step(cells):
        check_adata(cells)
        told.append(counted(2, "cell"))

    guarded(step, "tmeatlas.step")(adata)
    assert told == [word]
    assert counted(2, "cell") == "2 cells"
    assert counted(2, "gene") == "2 genes"


def test_outside_of_public_functions_nothing_is_kept():
    adata = tme.datasets.simulated(100)
    adata.obs["cell_type"] = "spot"
    check_adata(adata)
    assert row_word() == "cell"
