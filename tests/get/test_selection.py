from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.get.selection import selection


@pytest.fixture
def adata():
    names = [f"c{i}" for i in range(8)] + ["-odd", "=SUM(A1)"]
    return ad.AnnData(np.zeros((10, 2), dtype=np.float32), obs=pd.DataFrame(index=names))


def written(tmp_path, text):
    file = tmp_path / "atlas-selection.csv"
    file.write_text(text)
    return file


def test_cells_by_name_in_the_order_of_the_data(adata, tmp_path):
    file = written(tmp_path, "cell,Group,UMAP 1\nc5,A,0.5\n'=SUM(A1),NA,1\nc2,B,2\n'-odd,A,3\n")
    table = selection(adata, file)
    assert table.index.to_list() == ["c2", "c5", "-odd", "=SUM(A1)"]
    assert table["Group"].to_list() == ["B", "A", "A", "NA"]
    assert table["UMAP 1"].to_list() == [2, 0.5, 3, 1]
    assert adata[table.index].n_obs == 4


def test_cells_by_row(adata, tmp_path):
    assert selection(adata, written(tmp_path, "row,Group\n7,A\n0,B\n")).index.to_list() == [
        "c0",
        "c7",
    ]


def test_an_empty_selection(adata, tmp_path):
    table = selection(adata, written(tmp_path, "cell,Group\n"))
    assert table.shape == (0, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cell,Group\nc1,A\nother,A\n", "1 of the 2 cells .*'other'"),
        ("row,Group\n10,A\n", "1 of the 1 cells .*'10'"),
        ("row,Group\n1.5,A\n", "not in the data"),
        ("name,Group\nc1,A\n", "first column, found 'name', 'Group'.*Cell list"),
        ("", "found nothing"),
        ("cell,Group\nc1,A\nc2,A,B,C\n", "is not a table"),
    ],
)
def test_other_files_are_refused(adata, tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        selection(adata, written(tmp_path, text))


def test_no_such_file(adata, tmp_path):
    written(tmp_path, "cell\n")
    with pytest.raises(MissingKeyError, match=r"atlas-selection\.csv"):
        selection(adata, tmp_path / "atlas-selektion.csv")
