"""`tmeatlas drug-targets`: three tables, all of which say that they are no advice."""

from __future__ import annotations

import pandas as pd
import pytest

import tmeatlas as tme

USE = "Research context, never advice."


@pytest.fixture(scope="module")
def cells_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("cells") / "cells.h5ad"
    tme.datasets.simulated(400).write_h5ad(path)
    return path


@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
def test_three_tables_are_written(shell, cells_file, tmp_path):
    words = ("--groupby", "cell_type", "--lineage-key", "cell_type")
    status, _, err = shell("drug-targets", cells_file, "-o", "drugs.csv", *words)
    assert status == 0, err
    drugs = pd.read_csv(tmp_path / "drugs.csv", keep_default_na=False)
    assert len(drugs) > 100
    assert set(drugs["use"]) == {USE}
    stated = drugs["status"] != "not stated"
    assert (drugs.loc[stated, "status_date"] != "").all()
    expression = pd.read_csv(tmp_path / "drugs_expression.csv")
    assert {"drug_target", "group", "share"} <= set(expression)
    left_out = pd.read_csv(tmp_path / "drugs_conflicting.csv")
    assert len(left_out) == 7
    assert set(left_out["use"]) == {USE}


def test_a_table_that_cannot_be_used_is_told_before_the_cells_are_read(
    shell, cells_file, tmp_path, monkeypatch
):
    def read(*_, **__):
        raise AssertionError("the input was read")

    monkeypatch.setattr("tmeatlas.shell._reading.read_cells", read)
    (tmp_path / "mine.csv").write_text("drug,drug_target,action,status\none,KDR,blocks,Approved\n")
    status, _, err = shell("drug-targets", cells_file, "-o", "drugs.csv", "--table", "mine.csv")
    assert status == 1
    assert "only with its date" in err
    assert "--table" in err
