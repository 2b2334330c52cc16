from __future__ import annotations

import gzip
import os

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from made_files import (
    ensembl_ids,
    write_10x_h5,
    write_10x_mtx,
    write_cellxgene,
    write_seurat,
    write_zellkonverter,
)

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning


@pytest.fixture(scope="module")
def cells():
    """Counts of 120 cells, each gene seen in one."""
    adata = tme.datasets.simulated(300)[:120].copy()
    adata = adata[:, np.asarray((adata.X > 0).sum(axis=0)).ravel() > 0].copy()
    return adata[:, ::5].copy()


def same(values, expected):
    return abs(sp.csr_matrix(values) - sp.csr_matrix(expected)).max() == 0


class TestTenX:
    @pytest.mark.parametrize(
        "layout",
        [
            {"version": 3},
            {"version": 3, "zipped": False},
            {"version": 2},
            {"version": 2, "zipped": True},
            {"version": 3, "prefix": "GSM5354515_P1_"},
            {"version": 2, "zipped": True, "prefix": "GSM5354515_P1."},
            {"version": 2, "prefix": "count_matrix_", "matrix": "sparse"},
            {"version": 3, "transposed": True},
        ],
    )
    def test_folders_of_any_version(self, cells, tmp_path, layout):
        adata = tme.read(write_10x_mtx(tmp_path / "folder", cells, **layout))
        assert adata.obs_names.equals(cells.obs_names)
        assert adata.var_names.equals(cells.var_names)
        assert adata.var["gene_ids"].tolist() == ensembl_ids(list(cells.var_names))
        assert ("feature_types" in adata.var) == (layout["version"] > 2)
        assert same(adata.X, cells.X)
        assert adata.X.dtype == np.float32

    def test_all_features_of_an_h5_are_kept(self, cells, tmp_path):
        adata = tme.read(
            write_10x_h5(tmp_path / "filtered_feature_bc_matrix.h5", cells, antibodies=3)
        )
        assert adata.var["feature_types"].value_counts().to_dict() == {
            "Gene Expression": cells.n_vars,
            "Antibody Capture": 3,
        }
        assert same(adata.X[:, : cells.n_vars], cells.X)

    def test_an_h5_of_version_2_with_its_human_genome(self, cells, tmp_path):
        assert same(tme.read(write_10x_h5(tmp_path / "a.h5", cells, genomes=["hg19"])).X, cells.X)
        both = write_10x_h5(tmp_path / "b.h5", cells, genomes=["mm10", "GRCh38"])
        assert same(tme.read(both).X, cells.X)
        with pytest.raises(InputError, match="'mm10', 'rn6'"):
            tme.read(write_10x_h5(tmp_path / "c.h5", cells, genomes=["mm10", "rn6"]))

    def test_a_symbol_of_two_ids_stays_two_columns(self, cells, tmp_path):
        twice = cells.copy()
        twice.var_names = ["TBCE", "TBCE", *cells.var_names[2:]]
        folder = write_10x_mtx(tmp_path / "folder", twice, version=2)
        lines = (folder / "genes.tsv").read_text().split("\n")
        lines[0] = "ENSG00000284770\tTBCE"
        (folder / "genes.tsv").write_text("\n".join(lines))
        adata = tme.read(folder)
        assert adata.var_names[:2].tolist() == ["TBCE", "TBCE"]
        assert adata.var["gene_ids"].is_unique

    def test_symbols_that_look_like_missing_values_are_kept(self, cells, tmp_path):
        odd = cells.copy()
        odd.var_names = ["NA", "NaN", "null", *cells.var_names[3:]]
        adata = tme.read(write_10x_mtx(tmp_path / "folder", odd))
        assert adata.var_names[:3].tolist() == ["NA", "NaN", "null"]

    def test_a_header_and_a_lone_column_of_names(self, cells, tmp_path):
        folder = write_10x_mtx(tmp_path / "folder", cells, zipped=False)
        (folder / "features.tsv").write_text("gene\n" + "\n".join(cells.var_names))
        (folder / "barcodes.tsv").write_text("x\n" + "\n".join(cells.obs_names))
        adata = tme.read(folder)
        assert adata.var_names.equals(cells.var_names)
        assert list(adata.var) == []
        assert same(adata.X, cells.X)

    def test_several_prefixes_are_several_samples(self, cells, tmp_path):
        write_10x_mtx(tmp_path, cells[:50], prefix="GSM1_P1_")
        write_10x_mtx(tmp_path, cells[50:], prefix="GSM2_P2_", version=2, zipped=True)
        adata = tme.read(tmp_path)
        assert adata.obs["sample"].value_counts().to_dict() == {"GSM2_P2": 70, "GSM1_P1": 50}
        assert adata.obs_names[0] == f"{cells.obs_names[0]}-GSM1_P1"
        assert same(adata.X, cells.X)
        one = tme.read(tmp_path / "GSM2_P2_matrix.mtx.gz")
        assert one.obs_names.equals(cells.obs_names[50:])

    def test_one_list_of_features_serves_all_samples(self, cells, tmp_path):
        write_10x_mtx(tmp_path, cells[:50], prefix="P1_")
        write_10x_mtx(tmp_path, cells[50:], prefix="P2_")
        (tmp_path / "P1_features.tsv.gz").rename(tmp_path / "GSE1_features.tsv.gz")
        (tmp_path / "P2_features.tsv.gz").unlink()
        assert tme.read(tmp_path).shape == cells.shape

    def test_a_file_beside_its_compressed_copy_is_one(self, cells, tmp_path):
        folder = write_10x_mtx(tmp_path / "folder", cells)
        for file in list(folder.iterdir()):
            (folder / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
        assert tme.read(folder).shape == cells.shape

    def test_empty_droplets_are_said(self, cells, tmp_path):
        raw = cells.copy()
        values = raw.X.toarray()
        values[50:] = 0
        raw.X = values
        with pytest.warns(TMEWarning, match="70 of the 120 barcodes"):
            tme.read(write_10x_h5(tmp_path / "raw_feature_bc_matrix.h5", raw))


class TestOthers:
    def test_cellxgene(self, cells, tmp_path):
        adata = tme.read(write_cellxgene(tmp_path / "a.h5ad", cells))
        assert adata.var_names.str.startswith("ENSG").all()
        assert adata.var["feature_name"].tolist() == cells.var_names.tolist()
        assert same(adata.raw.X, cells.X)

    @pytest.mark.parametrize("main", [True, False])
    def test_zellkonverter(self, cells, tmp_path, main):
        adata = tme.read(write_zellkonverter(tmp_path / "a.h5ad", cells, main=main))
        assert "logcounts" in adata.layers
        assert same(adata.X if main else adata.layers["counts"], cells.X)

    @pytest.mark.parametrize("features", [(), ("vst.mean",)])
    def test_factors_and_names_of_seurat(self, cells, tmp_path, features):
        path = write_seurat(tmp_path / "a.h5ad", cells, features=features)
        assert anndata.read_h5ad(path).obs["cell_type"].dtype.kind == "i"
        adata = tme.read(path)
        assert adata.obs["cell_type"].tolist() == cells.obs["cell_type"].tolist()
        assert adata.raw.var_names.equals(cells.var_names)
        assert "_index" not in (*adata.var, *adata.raw.var, *adata.obs)
        adata.write_h5ad(tmp_path / "again.h5ad")
        again = anndata.read_h5ad(tmp_path / "again.h5ad")
        assert again.raw.var_names.equals(cells.var_names)

    def test_a_missing_level_of_a_factor_is_missing(self, cells, tmp_path):
        path = write_seurat(tmp_path / "a.h5ad", cells)
        with h5py.File(path, "r+") as file:
            file["obs/sample"][0] = -(2**31)
        assert tme.read(path).obs["sample"].isna().tolist() == [True] + [False] * 119

    def test_zarr_by_content(self, cells, tmp_path):
        cells.write_zarr(tmp_path / "store")
        assert same(tme.read(tmp_path / "store").X, cells.X)

    def test_h5ad_by_another_name(self, cells, tmp_path):
        cells.write_h5ad(tmp_path / "cells.h5")
        assert same(tme.read(str(tmp_path / "cells.h5")).X, cells.X)


@pytest.fixture(scope="module")
def wrong(tmp_path_factory, cells):
    """Files that hold no cells, and what the error has to say of each."""
    folder = tmp_path_factory.mktemp("wrong")
    whole = folder / "whole.h5ad"
    cells.write_h5ad(whole)
    contents = {
        "empty.h5ad": (b"", "is empty"),
        "text.h5ad": (b"no HDF5 at all", "no HDF5 file"),
        "cut.h5ad": (whole.read_bytes()[:9000], "damaged or cut short"),
        "seurat.rds": (b"\x1f\x8b rds", r"zellkonverter::writeH5AD.*readRDS\('seurat.rds'\)"),
        "image.RData": (b"RDX3", r"load\('image.RData'\)"),
        "book.xlsx": (b"PK\x03\x04", "read_csv"),
        "values.csv": (b",c1,c2\nA,1,2\n", r"sc.read_csv\('values.csv'\).T.write_h5ad"),
        "values.txt": (b"\tc1\nA\t1\n", "delimiter"),
        "all.tar": (b"....", "Unpack"),
        "whole.h5ad.gz": (b"\x1f\x8b\x08", "Unpack"),
        "note.pdf": (b"%PDF", "Expected .h5ad"),
    }
    for name, (content, _) in contents.items():
        (folder / name).write_bytes(content)
    said = {name: message for name, (_, message) in contents.items()}
    groups = {
        "cells.loom": (("matrix", "row_attrs", "col_attrs"), "sc.read_loom"),
        "cells.h5seurat": (("assays", "meta.data", "cell.names"), "SeuratDisk::Convert"),
        "cells.h5mu": (("mod", "obs", "var"), "holds no table of cells"),
        "molecule_info.h5": (("barcode_idx", "umi", "barcodes"), "filtered_feature_bc_matrix"),
        "other.h5": (("weights",), "It holds: weights"),
    }
    for name, (held, message) in groups.items():
        with h5py.File(folder / name, "w") as file:
            for each in held:
                file.create_group(each)
        said[name] = message
    with h5py.File(folder / "half.h5", "w") as file:
        file.create_dataset("matrix/barcodes", data=[b"A"])
    said["half.h5"] = "damaged or cut short.*missing one or more"
    (folder / "nothing").mkdir()
    said["nothing"] = "found nothing"
    write_10x_mtx(folder / "run" / "outs" / "filtered_feature_bc_matrix", cells)
    said["run"] = "'outs/filtered_feature_bc_matrix'"
    write_10x_mtx(folder / "lone", cells)
    (folder / "lone" / "barcodes.tsv.gz").unlink()
    said["lone"] = r"Expected barcodes.tsv \(.gz or not\) beside 'matrix.mtx.gz'"
    write_10x_mtx(folder / "mixed", cells, zipped=False)
    (folder / "mixed" / "barcodes.tsv").write_text("A\nB\n")
    said["mixed"] = "expected those of 'features.tsv'"
    write_10x_mtx(folder / "torn", cells)
    torn = folder / "torn" / "features.tsv.gz"
    torn.write_bytes(torn.read_bytes()[:200])
    said["torn"] = "'features.tsv.gz' is a damaged .gz"
    write_10x_mtx(folder / "short", cells, zipped=False)
    matrix = folder / "short" / "matrix.mtx"
    matrix.write_bytes(matrix.read_bytes()[:3000])
    said["short"] = "18,020 entries, which a file of 3,000 bytes cannot hold"
    write_10x_mtx(folder / "words", cells, zipped=False)
    (folder / "words" / "matrix.mtx").write_text("these are\nno numbers\n")
    said["words"] = "'words' cannot be read as a matrix of 10x"
    os.mkfifo(folder / "pipe.h5ad")
    said["pipe.h5ad"] = "found a pipe"
    return folder, said


def test_what_cannot_be_read_is_refused_in_one_line_with_its_remedy(wrong):
    folder, said = wrong
    for name, message in said.items():
        with pytest.raises(InputError, match=message) as refused:
            tme.read(folder / name)
        assert "\n" not in str(refused.value), name


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("whole.h5a", MissingKeyError),
        ("", InputError),
        ("https://example.org/cells.h5ad", InputError),
        (b"whole.h5ad", InputError),
        (None, InputError),
    ],
)
def test_no_path_of_a_file(wrong, path, error, monkeypatch):
    monkeypatch.chdir(wrong[0])
    with pytest.raises(error):
        tme.read(path)


def test_analyse_takes_a_path_and_gives_the_cells(tmp_path):
    tme.datasets.simulated(300).write_h5ad(tmp_path / "cells.h5ad")
    adata = tme.analyse(tmp_path / "cells.h5ad", "cell_type", min_cells=3)
    assert "tme_crosstalk" in adata.uns
    assert adata.n_obs == 300
    assert isinstance(adata.obs, pd.DataFrame)
