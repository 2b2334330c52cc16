"""The map of the tissue: sections side by side, spots of their size, images below them."""

from __future__ import annotations

import io

import numpy as np
import PIL.Image
import pytest

from tmeatlas.atlas import build_payload

SIDE = 25


@pytest.fixture
def grid():
    """600 places, 25 in a row, 10 apart."""
    return np.stack(np.meshgrid(np.arange(SIDE), np.arange(24)), axis=-1).reshape(-1, 2) * 10.0


def real(entry, name, values):
    low, high = getattr(entry, f"{name}_range")
    return low + np.asarray(values, dtype=float) / 65535 * (high - low)


def slide(pixels, *, scale=1.0, diameter=6.0, name="hires"):
    factors = {f"tissue_{name}_scalef": scale, "spot_diameter_fullres": diameter}
    return {"images": {name: pixels}, "scalefactors": factors}


def test_image_coordinates_are_turned_upright(adata):
    adata.obsm["spatial"] = adata.obsm["X_umap"]
    upright = build_payload(adata, groupby="cell_type")
    plane = adata.obsm["X_umap"][upright.rows, 1]
    assert np.corrcoef(upright.maps[0].y, plane)[0, 1] == pytest.approx(-1, abs=1e-6)


def test_cells_all_but_fill_the_distance_to_their_neighbours(adata, payload, grid):
    assert payload.maps[0].diameter == 0
    adata.obsm["spatial"] = grid
    spatial = build_payload(adata, groupby="cell_type")
    assert spatial.maps[0].diameter == pytest.approx(0.84 / (SIDE - 1))
    adata.obsm["spatial"] = grid * 0
    assert build_payload(adata, groupby="cell_type").maps[0].diameter == 0


@pytest.mark.parametrize(("diameter", "shown"), [(6.0, 6.0), (1.0, 8.4), (float("nan"), 8.4)])
def test_spots_have_the_size_that_the_data_tell(adata, grid, diameter, shown):
    adata.obsm["spatial"] = grid
    adata.uns["spatial"] = {"lib": slide(np.zeros((4, 4, 3)), diameter=diameter)}
    found = build_payload(adata, groupby="cell_type").maps[0]
    assert found.diameter == pytest.approx(shown / 240)


def test_sections_stand_side_by_side_without_a_change_of_scale(adata, grid):
    adata.obsm["spatial"] = grid
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    found = payload.maps[0]
    assert [section.name for section in found.sections] == ["P1", "P2", "P3", "P4"]
    places = np.column_stack([real(found, "x", found.x), real(found, "y", found.y)])
    stored, sample = grid[payload.rows] * [1, -1], payload.sample.codes
    for code, section in enumerate(found.sections):
        here = sample == code
        moved = places[here] - stored[here]
        np.testing.assert_allclose(moved, np.broadcast_to(moved[0], moved.shape), atol=0.05)
        left, bottom, right, top = section.box
        inside = (found.x >= left - 1) & (found.x <= right + 1)
        inside &= (found.y >= bottom - 1) & (found.y <= top + 1)
        np.testing.assert_array_equal(inside, here)


def test_one_section_stays_where_it_is(adata, grid):
    adata.obsm["spatial"] = grid
    adata.obs["one"] = "S"
    found = build_payload(adata, groupby="cell_type", sample_key="one").maps[0]
    assert found.x_range == (0, 240)
    assert found.y_range == (-230, 0)
    assert [section.name for section in found.sections] == ["S"]
    assert build_payload(adata, groupby="cell_type").maps[0].sections == []


def test_sections_of_a_condition_stand_together(adata, grid):
    adata.obsm["spatial"] = grid
    names = {"P1": "b", "P2": "a", "P3": "b", "P4": "a"}
    adata.obs["class"] = adata.obs["sample"].astype(str).map(names).astype("category")
    payload = build_payload(adata, groupby="cell_type", sample_key="sample", condition_key="class")
    assert [section.name for section in payload.maps[0].sections] == ["P2", "P4", "P1", "P3"]


def test_cells_without_a_section_stand_apart(adata, grid):
    adata.obsm["spatial"] = grid
    adata.obs["sample"] = adata.obs["sample"].where(np.arange(adata.n_obs) >= 50)
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    names = [section.name for section in payload.maps[0].sections]
    assert names == ["P1", "P2", "P3", "P4", "no section"]
    assert payload.n_cells == 600


def test_a_page_opens_on_what_places_most_cells(adata, grid):
    few = np.where(np.arange(600)[:, None] < 200, grid, np.nan)
    adata.obsm["spatial"] = few
    payload = build_payload(adata, groupby="cell_type")
    assert [entry.key for entry in payload.maps] == ["X_umap"]
    assert any("spatial" in note for note in payload.about.notes)


def test_image_lies_where_its_section_does(adata, grid):
    adata.obsm["spatial"] = grid + 100
    pixels = np.zeros((200, 220, 3), dtype=np.float32)
    pixels[75:150, 50:125] = [1, 0, 0]  # x 100 to 250 and y 150 to 300, at half a pixel per unit
    adata.uns["spatial"] = {"lib": slide(pixels, scale=0.5)}
    adata.obs["section"] = "S"
    found = build_payload(adata, groupby="cell_type", sample_key="section").maps[0]
    ((data, box),) = found.images
    shown = np.asarray(PIL.Image.open(io.BytesIO(data)))
    left, right = real(found, "x", [box[0], box[2]])
    bottom, top = real(found, "y", [box[1], box[3]])
    assert left < 100
    assert right > 340
    assert top > -100
    assert bottom < -330
    red = (shown[..., 0] > 128) & (shown[..., 1] < 128)
    rows, columns = np.nonzero(red)
    per_unit = shown.shape[1] / (right - left)
    assert (left + columns.min() / per_unit) == pytest.approx(100, abs=3)
    assert (top - rows.min() / per_unit) == pytest.approx(-150, abs=3)
    assert (left + (columns.max() + 1) / per_unit) == pytest.approx(250, abs=3)


def test_images_of_sections_are_found_by_name_or_library(adata, grid):
    adata.obsm["spatial"] = grid
    white = np.full((300, 300, 3), 255, dtype=np.uint8)
    adata.uns["spatial"] = {"P1": slide(white), "lib": slide(white), "lost": slide(white)}
    library = adata.obs["sample"].astype(str).map({"P2": "lib"}).fillna("none")
    adata.obs["library_id"] = library
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    assert len(payload.maps[0].images) == 2
    assert any("lost" in note and "not shown" in note for note in payload.about.notes)


@pytest.mark.parametrize(
    "broken",
    [
        {"images": {"hires": np.zeros((4, 4, 3))}, "scalefactors": {}},
        {"images": {"hires": "none"}, "scalefactors": {"tissue_hires_scalef": 1.0}},
        {"images": {"hires": np.zeros((9, 9, 7))}, "scalefactors": {"tissue_hires_scalef": 1.0}},
        {"images": 3, "scalefactors": None},
        "<script>",
    ],
)
def test_broken_images_are_left_out(adata, grid, broken):
    adata.obsm["spatial"] = grid
    adata.uns["spatial"] = {"<b>lib</b>": broken}
    found = build_payload(adata, groupby="cell_type").maps[0]
    assert found.images == []
    assert found.diameter == pytest.approx(8.4 / 240)


def test_large_images_are_made_small(adata, grid):
    adata.obsm["spatial"] = grid * 10
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (2400, 2500, 3), dtype=np.uint8)
    adata.uns["spatial"] = {"lib": slide(noise)}
    found = build_payload(adata, groupby="cell_type").maps[0]
    ((data, _),) = found.images
    assert max(PIL.Image.open(io.BytesIO(data)).size) <= 1200
    assert len(data) < 1_500_000


def test_regions_of_spots_are_named_once_in_each_section(adata, grid):
    adata.obsm["spatial"] = grid
    assert build_payload(adata, groupby="cell_type").maps[0].regions == []  # cells, not spots
    adata.uns["spatial"] = {"lib": slide(np.zeros((4, 4, 3)))}
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    found = payload.maps[0]
    codes, samples = payload.groups.codes, payload.sample.codes
    expected = np.bincount(samples * 100 + codes)
    assert sorted(region.n for region in found.regions) == sorted(expected[expected >= 3])
    for group, x, y, _ in found.regions:
        mine = codes == group
        away = np.hypot(found.x[mine] - x, found.y[mine] - y)
        assert away.min() < 65535 / 8
    assert found.core.box is None
