"""Coordinates, sections and spots are read from an AnnData, or it is said what is amiss."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from tmeatlas._asker import asked_from_shell
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas.cells import read_tissue, rows_are_spots


@pytest.fixture
def adata() -> ad.AnnData:
    """Six cells of two sections that lie on top of each other, without genes."""
    obs = pd.DataFrame(
        {"sample": pd.Categorical(list("ababab")), "cell_type": ["T cell"] * 6},
        index=[f"c{i}" for i in range(6)],
    )
    return ad.AnnData(obs=obs, obsm={"spatial": np.arange(12, dtype=np.float32).reshape(6, 2)})


@pytest.mark.parametrize("held", [np.asarray, sp.csr_matrix, "DataFrame", "backwards"])
def test_places_and_sections(adata, held):
    places = adata.obsm["spatial"].copy()
    if held == "DataFrame":
        stored = pd.DataFrame(places, index=adata.obs_names, columns=["x", "y"])
    elif held == "backwards":
        stored = np.asfortranarray(places.astype(int))
    else:
        stored = held(places)
    adata.obsm["spatial"] = stored
    tissue = read_tissue(adata, "sample")
    assert tissue.coordinates.tolist() == places.tolist()
    assert tissue.coordinates.dtype == np.float64
    assert tissue.coordinates.flags.c_contiguous
    assert tissue.sections == ("a", "b")
    assert tissue.section.tolist() == [0, 1, 0, 1, 0, 1]
    assert not tissue.spots
    adata.obsm["spatial"] = places
    tissue.coordinates[:] = -1
    assert adata.obsm["spatial"].tolist() == places.tolist()


def test_without_a_column_all_cells_are_one_section(adata):
    adata.obsm["spatial"][adata.obs["sample"] == "b"] += 100
    tissue = read_tissue(adata)
    assert tissue.sections == ("all cells",)
    assert tissue.section.tolist() == [0] * 6


def test_spots_are_known_by_their_column_or_their_slide(adata):
    del adata.obs["sample"]
    assert not rows_are_spots(adata)
    adata.obs["cell_type"] = "spot"
    assert rows_are_spots(adata)
    assert read_tissue(adata).sections == ("all spots",)
    adata.obs["cell_type"] = "T cell"
    adata.uns["spatial"] = {"A1": {"scalefactors": {"spot_diameter_fullres": 89.4}}}
    assert rows_are_spots(adata)


def test_cells_without_places(adata):
    del adata.obsm["spatial"]
    with pytest.raises(MissingKeyError, match=r"obsm\['spatial'\] is not there.*\['x', 'y'\]"):
        read_tissue(adata)
    adata.obs[["x_centroid", "y_centroid"]] = np.arange(12.0).reshape(6, 2)
    with pytest.raises(MissingKeyError) as told:
        read_tissue(adata)
    call = "adata.obsm['spatial'] = adata.obs[['x_centroid', 'y_centroid']].to_numpy()"
    assert call in str(told.value)
    exec(call, {"adata": adata})
    assert (
        read_tissue(adata, "sample").coordinates.tolist() == np.arange(12.0).reshape(6, 2).tolist()
    )


def test_cells_of_spatial_data_without_places(adata):
    """The call of the message, run on what it is about."""
    spatialdata = pytest.importorskip("spatialdata")
    from spatialdata.models import ShapesModel

    places = adata.obsm.pop("spatial")
    order = [3, 1, 0, 2, 5, 4]
    adata.obs["cell_id"] = order
    adata.uns["spatialdata_attrs"] = {
        **{"region": "nuclei", "region_key": "part", "instance_key": "cell_id"}
    }
    shapes = ShapesModel.parse(places[np.argsort(order)], geometry=0, radius=1)
    sdata = spatialdata.SpatialData(shapes={"nuclei": shapes})
    with pytest.raises(MissingKeyError, match="centres of its elements") as told:
        read_tissue(adata)
    call = str(told.value).split("elements: ")[1].split(", or read")[0]
    exec(call, {"adata": adata, "sdata": sdata, "spatialdata": spatialdata})
    np.testing.assert_allclose(read_tissue(adata, "sample").coordinates, places)


def test_cells_without_a_section(adata):
    adata.obs["sample"] = pd.Categorical(["a", None, "a", "b", "b", None])
    with pytest.raises(
        InputError, match=r"2 cells of 6 have no section.*notna\(\)\]\.copy"
    ) as told:
        read_tissue(adata, "sample")
    kept = adata[adata.obs["sample"].notna()].copy()
    assert "adata = adata[adata.obs['sample'].notna()].copy()" in str(told.value)
    assert read_tissue(kept, "sample").section.tolist() == [0, 0, 1, 1]
    with asked_from_shell(), pytest.raises(InputError, match="`--sample-key`"):
        read_tissue(adata, "sample")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_places_that_are_not_finite(adata, value):
    adata.obsm["spatial"][2, 1] = value
    with pytest.raises(InputError, match="1 of 6 rows have no finite place") as told:
        read_tissue(adata, "sample")
    assert "adata[np.isfinite(adata.obsm['spatial']).all(axis=1)].copy()" in str(told.value)
    kept = adata[np.isfinite(adata.obsm["spatial"]).all(axis=1)].copy()
    assert len(read_tissue(kept, "sample").coordinates) == 5


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (np.zeros((6, 2)), "All rows of 'all cells' lie at one place"),
        (np.zeros((6, 1)), r"found an array of shape \(6, 1\)"),
        (np.full((6, 2), "x"), "does not hold numbers"),
    ],
)
def test_what_are_no_places(adata, stored, said):
    adata.obsm["spatial"] = stored
    with pytest.raises(InputError, match=said):
        read_tissue(adata)


def test_each_section_needs_more_than_one_place(adata):
    here = (adata.obs["sample"] == "b").to_numpy()
    adata.obsm["spatial"][here] = 3
    with pytest.raises(InputError, match="All rows of 'b' lie at one place"):
        read_tissue(adata, "sample")
    alone = adata[~here | (np.arange(6) == 1)].copy()
    assert read_tissue(alone, "sample").sections == ("a", "b")


def test_a_third_column_is_told_where_it_says_something(adata):
    adata.obsm["spatial"] = np.arange(18.0).reshape(6, 3)
    with pytest.warns(TMEWarning, match="has 3 columns.*`sample_key=`"):
        assert read_tissue(adata, "sample").coordinates.shape == (6, 2)
    adata.obsm["spatial"][:, 2] = 1
    assert read_tissue(adata, "sample").coordinates.shape == (6, 2)


def test_sections_that_lie_on_top_of_each_other_are_told_and_those_beside_are_not(adata):
    with pytest.warns(TMEWarning, match=r"obs\['sample'\] names 2 samples.*`sample_key='sample'`"):
        read_tissue(adata)
    read_tissue(adata, "sample")
    adata.obsm["spatial"][adata.obs["sample"] == "b"] += 100
    read_tissue(adata)


def test_fields_of_view_of_cosmx_have_places_in_the_whole_section(adata):
    adata.obsm["spatial_fov"] = (
        adata.obsm["spatial"] + 100 * (adata.obs["sample"] == "b").to_numpy()[:, None]
    )
    adata.obs["slide"] = adata.obs.pop("sample")
    with pytest.warns(TMEWarning, match=r"adata\.obsm\['spatial'\] = adata\.obsm\['spatial_fov'\]"):
        read_tissue(adata)
    adata.obsm["spatial"] = adata.obsm["spatial_fov"]
    read_tissue(adata)


def test_other_columns_may_be_mixed_within_a_section(adata):
    adata.obs["cluster"] = adata.obs.pop("sample")
    adata.obs["patient"] = "P1"
    assert read_tissue(adata).sections == ("all cells",)


def test_several_slides_are_told(adata):
    del adata.obs["sample"]
    adata.uns["spatial"] = {"A1": {"images": {}}, "B1": {"images": {}}}
    with pytest.warns(TMEWarning, match=r"uns\['spatial'\] has 2 slides.*`sample_key=`"):
        read_tissue(adata)
