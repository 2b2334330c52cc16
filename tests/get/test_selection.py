from __future__ import annotations

import zlib

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.atlas import build_payload
from tmeatlas.get._selection import selection


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


@pytest.fixture
def mapped(adata):
    rng = np.random.default_rng(0)
    adata.obs["kind, or type"] = pd.Categorical([*"BABABABAB", None])
    adata.obsm["X_umap"] = rng.normal(size=(10, 2))
    adata.obsm["X_umap"][4] = np.nan
    return adata


def test_cells_by_their_place_in_the_order_of_the_atlas(mapped, tmp_path):
    order = build_payload(mapped, groupby="kind, or type").rows
    assert len(order) == 9
    checksum = f"{zlib.crc32(order.astype('<u4').tobytes()):08x}"
    heading = f'"place of 9 by kind, or type on X_umap, order {checksum}"'
    chosen = [7, 0, 8]
    labels = mapped.obs["kind, or type"].astype(object).where(lambda c: c.notna(), "unlabelled")
    lines = [f"{place},{labels.iloc[order[place]]}" for place in chosen]
    file = written(tmp_path, "\n".join([f"{heading},Kind", *lines]) + "\n")
    assert selection(mapped, file).index.to_list() == list(
        mapped.obs_names[sorted(order[place] for place in chosen)]
    )
    other = mapped.copy()
    other.obs["kind, or type"] = pd.Categorical([*"AABBAABBA", None])
    with pytest.raises(InputError, match="in another order"):
        selection(other, file)
    with pytest.raises(InputError, match=r"an atlas of 9 cells.*its 8 cells"):
        selection(mapped[:9].copy(), file)
    beyond = written(tmp_path, f"{heading},Kind\n9,A\n1.5,A\n")
    with pytest.raises(InputError, match=r"2 of the 2 cells .*'9'"):
        selection(mapped, beyond)


def test_what_the_file_is_of_is_no_column(adata, tmp_path):
    text = 'cell,Group,"P1 · 1 of 10 cells · Research use only"\nc5,A,\n'
    assert selection(adata, written(tmp_path, text)).columns.to_list() == ["Group"]


def test_an_empty_selection(adata, tmp_path):
    table = selection(adata, written(tmp_path, "cell,Group\n"))
    assert table.shape == (0, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cell,Group\nc1,A\nother,A\n", "1 of the 2 cells .*'other'"),
        ("row,Group\n1,A\n", "first column, found 'row'"),
        ("name,Group\nc1,A\n", "first column, found 'name', 'Group'.*Download cells for Python"),
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
