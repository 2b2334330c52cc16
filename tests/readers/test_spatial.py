"""Tissue and modalities are read as SpatialData, MuData and Space Ranger write them."""

from __future__ import annotations

import json
import sys

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import tmeatlas as tme
from tmeatlas._errors import DependencyError, InputError
from tmeatlas.cells import read_tissue, rows_are_spots
from tmeatlas.readers import read


def cells_of(n: int, prefix: str = "c", seed: int = 0) -> ad.AnnData:
    rng = np.random.default_rng(seed)
    counts = sp.csr_matrix(rng.poisson(1.0, (n, 6)).astype(np.float32))
    obs = pd.DataFrame({"cell_type": ["T cell", "B cell"] * (n // 2)})
    obs.index = [f"{prefix}{i}" for i in range(n)]
    return ad.AnnData(counts, obs=obs, var=pd.DataFrame(index=list("ABCDEF")))


@pytest.fixture(scope="module")
def sections():
    """Cells of two regions of one SpatialData, in mixed order, and where each lies."""
    spatialdata = pytest.importorskip("spatialdata")
    from spatialdata.models import ShapesModel, TableModel

    rng = np.random.default_rng(1)
    table = cells_of(20)
    table.obs["region"] = pd.Categorical(rng.permutation(["left", "right"] * 10))
    table.obs["instance"] = rng.permutation(20)
    places = pd.DataFrame(rng.random((20, 2)) * 100, index=table.obs["instance"])
    shapes = {}
    for region in ("left", "right"):
        own = places[(table.obs["region"] == region).to_numpy()]
        own = own.sample(frac=1, random_state=2)
        shapes[region] = ShapesModel.parse(own.to_numpy(), geometry=0, radius=3, index=own.index)
    table = TableModel.parse(
        table, region=["left", "right"], region_key="region", instance_key="instance"
    )
    return spatialdata.SpatialData(shapes=shapes, tables={"table": table}), places.to_numpy()


@pytest.mark.filterwarnings("ignore:zarr v3 autosharding:UserWarning")
def test_the_table_of_spatial_data_with_the_places_of_its_shapes(sections, tmp_path):
    held, places = sections
    held.write(tmp_path / "tissue.zarr")
    found = read(tmp_path / "tissue.zarr")
    np.testing.assert_allclose(found.obsm["spatial"], places)
    assert (found.X != held.tables["table"].X).nnz == 0
    assert read_tissue(found, "region").sections == ("left", "right")
    assert not rows_are_spots(found)


def test_places_that_the_table_has_are_kept(tmp_path):
    table = cells_of(10)
    table.obsm["spatial"] = np.arange(20.0).reshape(10, 2)
    table.write_zarr(tmp_path / "tissue.zarr" / "tables" / "other")
    (tmp_path / "tissue.zarr" / "zarr.json").write_text("{}")
    assert read(tmp_path / "tissue.zarr").obsm["spatial"].tolist() == table.obsm["spatial"].tolist()


def test_several_tables_are_named(tmp_path):
    for name in ("coarse", "fine"):
        cells_of(4).write_zarr(tmp_path / "tissue.zarr" / "tables" / name)
    (tmp_path / "tissue.zarr" / "zarr.json").write_text("{}")
    with pytest.raises(InputError, match=r"'coarse', 'fine'.*'tissue\.zarr/tables/coarse'"):
        read(tmp_path / "tissue.zarr")
    assert read(tmp_path / "tissue.zarr" / "tables" / "fine").n_obs == 4
    (tmp_path / "empty.zarr" / "tables").mkdir(parents=True)
    (tmp_path / "empty.zarr" / "zarr.json").write_text("{}")
    with pytest.raises(InputError, match="holds no table"):
        read(tmp_path / "empty.zarr")


@pytest.mark.filterwarnings("ignore::UserWarning:mudata")
@pytest.mark.parametrize("names", [("prot", "rna"), ("gex",)])
def test_the_modality_of_the_genes(names, tmp_path):
    mudata = pytest.importorskip("mudata")
    held = {name: cells_of(8, seed=i) for i, name in enumerate(names)}
    if "prot" in held:
        held["prot"].var_names = list("UVWXYZ")
    mudata.MuData(held).write(tmp_path / "cells.h5mu")
    found = read(tmp_path / "cells.h5mu")
    assert (found.X != held[names[-1]].X).nnz == 0
    assert found.obs["cell_type"].tolist() == held[names[-1]].obs["cell_type"].tolist()


@pytest.mark.filterwarnings("ignore::UserWarning:mudata")
def test_modalities_of_which_none_is_known_are_named(tmp_path):
    mudata = pytest.importorskip("mudata")
    held = {"one": cells_of(4), "two": cells_of(4, seed=1)}
    held["two"].var_names = list("UVWXYZ")
    mudata.MuData(held).write(tmp_path / "cells.h5mu")
    with pytest.raises(InputError, match=r"'one', 'two'.*read_h5mu\('cells.h5mu'\)\['one'\]"):
        read(tmp_path / "cells.h5mu")


@pytest.fixture
def slide(tmp_path):
    """What Space Ranger writes of a slide of 30 spots, of which the file of counts has 24."""
    image = pytest.importorskip("matplotlib.image")
    folder = tmp_path / "outs"
    (folder / "spatial").mkdir(parents=True)
    names = [f"SPOT{i:02}-1" for i in range(30)]
    row, column = np.divmod(np.arange(30), 6)
    positions = pd.DataFrame(
        {
            "barcode": names,
            "in_tissue": (np.arange(30) < 24).astype(int),
            "array_row": row,
            "array_col": 2 * column + row % 2,
            "pxl_row_in_fullres": 100 * row,
            "pxl_col_in_fullres": 115 * column + 57 * (row % 2),
        }
    )
    positions.to_csv(folder / "spatial" / "tissue_positions.csv", index=False)
    scales = {
        "spot_diameter_fullres": 65.0,
        "tissue_hires_scalef": 0.5,
        "tissue_lowres_scalef": 0.1,
    }
    (folder / "spatial" / "scalefactors_json.json").write_text(json.dumps(scales))
    for size in ("hires", "lowres"):
        image.imsave(folder / "spatial" / f"tissue_{size}_image.png", np.zeros((6, 6, 3)))
    counts = sp.csc_matrix(np.random.default_rng(0).poisson(2, (6, 24)).astype(np.int32))
    with h5py.File(folder / "filtered_feature_bc_matrix.h5", "w") as file:
        file.attrs["library_ids"] = np.array([b"slide1"])
        matrix = file.create_group("matrix")
        matrix["barcodes"] = np.array(names[:24], dtype="S")
        matrix["data"], matrix["indices"], matrix["indptr"] = (
            counts.data,
            counts.indices,
            counts.indptr,
        )
        matrix["shape"] = np.array([6, 24])
        features = matrix.create_group("features")
        features["id"] = np.array([f"ENSG{i:011}" for i in range(6)], dtype="S")
        features["name"] = np.array(list("ABCDEF"), dtype="S")
        features["feature_type"] = np.array(["Gene Expression"] * 6, dtype="S")
        features["genome"] = np.array(["GRCh38"] * 6, dtype="S")
    return folder, positions


def test_a_folder_of_space_ranger(slide):
    pytest.importorskip("squidpy")
    folder, positions = slide
    found = read(folder)
    assert found.shape == (24, 6)
    # Pixels of the image: x to the right, y down.
    expected = positions[["pxl_col_in_fullres", "pxl_row_in_fullres"]].to_numpy()[:24]
    assert found.obsm["spatial"].tolist() == expected.tolist()
    assert rows_are_spots(found)
    assert set(found.uns["spatial"]["slide1"]["images"]) == {"hires", "lowres"}


def test_a_folder_of_space_ranger_without_squidpy(slide, monkeypatch):
    monkeypatch.setitem(sys.modules, "squidpy.read", None)
    with pytest.raises(DependencyError, match=r"pip install 'tmeatlas\[spatial\]'"):
        read(slide[0])


def test_sections_of_a_table_keep_their_places_and_images(slide, tmp_path):
    pytest.importorskip("squidpy")
    positions = slide[1]
    table = tmp_path / "sections.csv"
    table.write_text("sample,path,patient\nP1a,outs,P1\nP1b,outs,P1\n")
    found = tme.read(table)
    assert found.obs["sample"].value_counts().to_dict() == {"P1a": 24, "P1b": 24}
    expected = positions[["pxl_col_in_fullres", "pxl_row_in_fullres"]].to_numpy()[:24]
    assert found.obsm["spatial"].tolist() == [*expected.tolist(), *expected.tolist()]
    assert list(found.uns["spatial"]) == ["P1a", "P1b"]
    assert rows_are_spots(found)


def test_places_that_not_all_samples_have_are_left_out(tmp_path):
    for name in ("one", "two"):
        cells = cells_of(10)
        if name == "one":
            cells.obsm["spatial"] = np.arange(20.0).reshape(10, 2)
        cells.write_h5ad(tmp_path / f"{name}.h5ad")
    (tmp_path / "both.csv").write_text("sample,path\none,one.h5ad\ntwo,two.h5ad\n")
    assert "spatial" not in tme.read(tmp_path / "both.csv").obsm


def test_sections_without_genes(tmp_path):
    for name in ("one", "two"):
        cells = cells_of(10)[:, :0].copy()
        cells.obsm["spatial"] = np.arange(20.0).reshape(10, 2)
        cells.write_h5ad(tmp_path / f"{name}.h5ad")
    (tmp_path / "both.csv").write_text("sample,path\none,one.h5ad\ntwo,two.h5ad\n")
    found = tme.read(tmp_path / "both.csv")
    assert found.shape == (20, 0)
    assert read_tissue(found, "sample").sections == ("one", "two")
    cells_of(10).write_h5ad(tmp_path / "one.h5ad")
    with pytest.raises(InputError, match=r"'two\.h5ad' has 10 cells and 0 genes"):
        tme.read(tmp_path / "both.csv")
