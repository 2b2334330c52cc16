from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from anndata import AnnData
from made_files import (
    logged,
    write_10x_h5,
    write_10x_mtx,
    write_cellxgene,
    write_table,
    write_zellkonverter,
)

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas.readers import columns_of_table


@pytest.fixture(scope="module")
def cells():
    """Counts of 120 cells, each gene seen in one."""
    adata = tme.datasets.simulated(300)[:120].copy()
    return adata[:, np.asarray((adata.X > 0).sum(axis=0)).ravel() > 0][:, ::5].copy()


@pytest.fixture
def two(cells, tmp_path):
    """A folder and an .h5 of the same genes, and the table of both."""
    write_10x_mtx(tmp_path / "data" / "first", cells[:50])
    write_10x_h5(tmp_path / "data" / "second.h5", cells[50:])
    return write_table(
        tmp_path / "data" / "samples.csv",
        {
            "sample": ["B", "A"],
            "path": ["first", "second.h5"],
            "patient": ["01", "02"],
            "age": [61, 48],
            "condition": ["untreated", "treated"],
        },
    )


def same(values, expected):
    return abs(sp.csr_matrix(values) - sp.csr_matrix(expected)).max() == 0


def test_samples_are_below_each_other_with_what_the_table_says(two, cells, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)  # paths are relative to the table
    adata = tme.read(two)
    assert same(adata.X, cells.X)
    assert adata.var_names.equals(cells.var_names)
    assert set(adata.var) == {"gene_ids", "feature_types", "genome"}
    assert adata.obs_names[[0, -1]].tolist() == [
        f"{cells.obs_names[0]}-B",
        f"{cells.obs_names[-1]}-A",
    ]
    assert adata.obs["sample"].tolist() == ["B"] * 50 + ["A"] * 70
    assert adata.obs["patient"].cat.categories.tolist() == ["01", "02"]
    assert adata.obs["age"].tolist() == [61] * 50 + [48] * 70
    # In the order of the table, so that the first condition is that of the user.
    assert adata.obs["condition"].cat.categories.tolist() == ["untreated", "treated"]
    assert columns_of_table(two) == ("sample", "patient", "age", "condition")
    adata.write_h5ad(tmp_path / "joined.h5ad")


def test_cells_of_equal_names_are_told_apart(cells, tmp_path):
    write_10x_mtx(tmp_path / "a", cells)
    table = write_table(tmp_path / "s.tsv", {"sample": ["1", "2"], "path": ["a", "a"]})
    adata = tme.read(table)
    assert adata.obs_names.is_unique
    assert adata.obs["sample"].cat.categories.tolist() == ["1", "2"]


def test_genes_that_not_all_have_are_left_out_and_counted(cells, tmp_path):
    write_10x_mtx(tmp_path / "a", cells)
    write_10x_mtx(tmp_path / "b", cells[:, 100:][:, ::-1])
    table = write_table(tmp_path / "s.csv", {"sample": ["a", "b"], "path": ["a", "b"]})
    expected = f"{cells.n_vars - 100:,} of {cells.n_vars:,} genes are in all samples.*'b' has"
    with pytest.warns(TMEWarning, match=expected):
        adata = tme.read(table)
    assert adata.var_names.equals(cells.var_names[100:])
    assert same(adata.X, sp.vstack([cells.X[:, 100:]] * 2))


def test_genes_are_the_same_by_id_where_all_have_ids(cells, tmp_path):
    cells = cells[:, [name != "" for name in cells.var_names]].copy()
    write_10x_mtx(tmp_path / "a", cells)
    write_cellxgene(tmp_path / "b.h5ad", cells)
    for order in (["a", "b.h5ad"], ["b.h5ad", "a"]):
        table = write_table(tmp_path / "s.csv", {"sample": order, "path": order})
        adata = tme.read(table)
        assert adata.n_vars == cells.n_vars
        has_ids = order[0] == "b.h5ad"
        assert adata.var_names.str.startswith("ENSG").all() == has_ids
        assert adata.var["feature_name"].tolist() == cells.var_names.tolist()
        assert "X_umap" not in adata.obsm
        assert adata.raw is None  # the 10x sample has none


@pytest.mark.filterwarnings("ignore:Variable names are not unique")
def test_repeated_symbols_meet_their_own_kind(cells, tmp_path):
    twice = cells.copy()
    twice.var_names = ["TBCE", "TBCE", *cells.var_names[2:]]
    for name, part in (("a", twice[:50]), ("b", twice[50:])):
        folder = write_10x_mtx(tmp_path / name, part, version=2)
        (folder / "genes.tsv").write_text("".join(f"{gene}\n" for gene in twice.var_names))
    table = write_table(tmp_path / "s.csv", {"sample": ["a", "b"], "path": ["a", "b"]})
    adata = tme.read(table)
    assert adata.var_names.equals(twice.var_names)
    assert same(adata.X, cells.X)


def test_layers_and_raw_stay_where_all_samples_have_them(cells, tmp_path):
    cells = cells.copy()
    del cells.obs["sample"]
    first = write_zellkonverter(tmp_path / "a.h5ad", cells[:50])
    write_zellkonverter(tmp_path / "b.h5ad", cells[50:])
    table = write_table(tmp_path / "s.csv", {"sample": ["a", "b"], "path": [first, "b.h5ad"]})
    adata = tme.read(table)
    assert adata.X is None
    assert sorted(filter(None, adata.layers)) == ["counts", "logcounts"]
    assert same(adata.layers["counts"], cells.X)
    write_cellxgene(tmp_path / "c.h5ad", cells[:50])
    write_cellxgene(tmp_path / "d.h5ad", cells[50:])
    table = write_table(tmp_path / "t.csv", {"sample": ["a", "b"], "path": ["c.h5ad", "d.h5ad"]})
    adata = tme.read(table)
    assert same(adata.raw.X, cells.X)
    np.testing.assert_allclose(adata.X.toarray(), logged(cells.X).toarray())
    assert adata.raw.var_names.equals(adata.var_names)


def test_a_column_of_a_file_that_the_table_replaces_is_said(cells, tmp_path):
    cells.write_h5ad(tmp_path / "a.h5ad")
    table = write_table(
        tmp_path / "s.csv", {"sample": ["a"], "path": ["a.h5ad"], "cell_type": ["all"]}
    )
    with pytest.warns(TMEWarning, match="'sample' of 'a'; 'cell_type' of 'a'"):
        adata = tme.read(table)
    assert set(adata.obs["cell_type"]) == {"all"}


def test_columns_of_obs_that_only_some_have_are_missing_elsewhere(cells, tmp_path):
    cells[:50].copy().write_h5ad(tmp_path / "a.h5ad")
    plain = cells[50:].copy()
    del plain.obs["cell_type"]
    plain.write_h5ad(tmp_path / "b.h5ad")
    table = write_table(tmp_path / "s.csv", {"sample": ["a", "b"], "path": ["a.h5ad", "b.h5ad"]})
    with pytest.warns(TMEWarning, match="replaced"):
        adata = tme.read(table)
    assert adata.obs["cell_type"].isna().sum() == 70
    adata.write_h5ad(tmp_path / "joined.h5ad")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
@pytest.mark.filterwarnings("ignore:'s.csv' is not in UTF-8")
def test_in_the_encodings_of_spreadsheets(cells, tmp_path, encoding):
    plain = AnnData(cells.X, var=cells.var)
    plain.write_h5ad(tmp_path / "a.h5ad")
    table = tmp_path / "s.csv"
    table.write_bytes("sample;path;clinic\r\nA;a.h5ad;Köln\r\n".encode(encoding))
    assert list(tme.read(table).obs["clinic"].unique()) == ["Köln"]


def test_as_spreadsheets_save_it(two):
    text = two.read_text().replace(",", ";").replace("sample;path", "Sample; Path ")
    two.write_text("\ufeff" + text.replace("\n", "\r\n"), encoding="utf-8")
    assert tme.read(two).n_obs == 120


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("sample,file\nA,second.h5\n", "columns 'sample' and 'path'.*'file'"),
        ("sample,path\n", "lists no sample"),
        ("sample,path\nA,second.h5\nA,first\n", "found several of 'A'"),
        ("sample,path\nA,\n", "Line 2 of 'samples.csv' has no path"),
        ("sample,path\nA,first\n,second.h5\n", "Line 3 of 'samples.csv' has no sample"),
        ("sample,path\nA,secnd.h5\n", "Sample 'A' of 'samples.csv'.*'second.h5'"),
        ("sample,path\nA,samples.csv\n", "expected cells, found the table"),
        ("sample,path\nA,https://example.org/a.h5\n", "Sample 'A'.*Download"),
        ("\x00\x01\x02\x00", "columns"),
    ],
)
def test_tables_that_cannot_be_used(two, text, message):
    two.write_text(text)
    with pytest.raises((InputError, MissingKeyError), match=message):
        tme.read(two)


def test_samples_that_share_no_genes(cells, tmp_path):
    write_10x_mtx(tmp_path / "a", cells)
    other = cells.copy()
    del other.obs["sample"]
    other.var_names = [f"Gene{i}" for i in range(other.n_vars)]
    other.write_h5ad(tmp_path / "b.h5ad")
    table = write_table(tmp_path / "s.csv", {"sample": ["a", "b"], "path": ["a", "b.h5ad"]})
    with pytest.raises(InputError, match=r"no genes in common.*'Gene0'"):
        tme.read(table)


def test_a_sample_without_cells_is_named(cells, tmp_path):
    cells[:0].copy().write_h5ad(tmp_path / "a.h5ad")
    table = write_table(tmp_path / "s.csv", {"sample": ["none"], "path": ["a.h5ad"]})
    with pytest.raises(InputError, match=r"Sample 'none': 'a.h5ad' has 0 cells"):
        tme.read(table)


def test_no_path_but_a_table_has_columns(cells, tmp_path):
    assert columns_of_table(write_10x_mtx(tmp_path / "a", cells)) == ()
