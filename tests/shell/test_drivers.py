"""`tmeatlas drivers`: three tables, all of which say what they do not show."""

from __future__ import annotations

import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas.results import WHAT_IT_SHOWS


@pytest.fixture(scope="module")
def cells_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("cells") / "cells.h5ad"
    tme.datasets.simulated(400).write_h5ad(path)
    return path


@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
def test_three_tables_are_written(shell, cells_file, tmp_path):
    words = ("--groupby", "cell_type", "--lineage-key", "cell_type")
    status, _, err = shell("drivers", cells_file, "-o", "drivers.csv", *words)
    assert status == 0, err
    groups, loops, genes = (
        pd.read_csv(tmp_path / f"drivers{end}.csv", keep_default_na=False)
        for end in ("", "_loops", "_genes")
    )
    assert {"Malignant", "CAF iCAF"} <= set(groups["group"])
    assert groups["rank"].min() == 1
    assert {"tam_vegf", "caf_cxcl12"} <= set(loops["loop"])
    assert {"CD274", "VEGFA"} == set(genes["gene"])
    for table in (groups, loops, genes):
        assert set(table["shows"]) == {WHAT_IT_SHOWS}


def test_a_file_beside_that_is_the_input_is_refused(shell, cells_file, tmp_path):
    (tmp_path / "drivers_genes.csv").symlink_to("drivers.csv")
    status, _, err = shell("drivers", cells_file, "-o", "drivers.csv")
    assert status == 1
    assert "are one file" in err
