"""Cells and spots where they lie, and the figures of niches, as data."""

from __future__ import annotations

import base64
import html
import io
import re

import numpy as np
import PIL.Image
import pytest
from made_adata import make_adata
from made_tissue import place

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.pl._niches import niches, niches_payload
from tmeatlas.pl._spatial import spatial, spatial_payload


@pytest.fixture
def tissue():
    """600 cells of six groups in four sections of 1 mm that lie over each other."""
    return place(make_adata())


@pytest.fixture(scope="module")
def in_niches():
    adata = place(make_adata())
    tme.tl.niches(adata, "cell_type", sample_key="sample", n_niches=3, n_shifts=39)
    return adata


def texts(figure) -> list[str]:
    return [re.sub("<[^>]*>", "", html.unescape(note.text)) for note in figure.layout.annotations]


def test_one_section_is_drawn_as_an_image_is(tissue):
    payload = spatial_payload(tissue, "cell_type")
    row_of = {name: i for i, name in enumerate(tissue.obs_names)}
    rows = [row_of[name] for name in payload["cells"]]
    np.testing.assert_allclose(payload["x"], tissue.obsm["spatial"][rows, 0])
    np.testing.assert_allclose(payload["y"], -tissue.obsm["spatial"][rows, 1])
    labels = np.array(payload["labels"])[payload["codes"]]
    assert labels.tolist() == tissue.obs["cell_type"].astype(str).iloc[rows].tolist()


def test_sections_stand_apart_with_their_names(tissue):
    payload = spatial_payload(tissue, "cell_type", sample_key="sample")
    assert [section["name"] for section in payload["sections"]] == ["P1", "P2", "P3", "P4"]
    sample = tissue.obs.loc[list(payload["cells"]), "sample"].astype(str).to_numpy()
    for section in payload["sections"]:
        left, bottom, right, top = section["box"]
        inside = (payload["x"] > left) & (payload["x"] < right)
        inside &= (payload["y"] > bottom) & (payload["y"] < top)
        np.testing.assert_array_equal(inside, sample == section["name"])
    figure = spatial(tissue, "cell_type", sample_key="sample")
    assert {"P1", "P2", "P3", "P4"} <= set(texts(figure))
    assert figure.layout.yaxis.scaleanchor == "x"


def test_one_sample_alone(tissue):
    payload = spatial_payload(tissue, "cell_type", sample="P3", sample_key="sample")
    assert set(tissue.obs.loc[list(payload["cells"]), "sample"]) == {"P3"}
    assert [section["name"] for section in payload["sections"]] == ["P3"]
    with pytest.raises(MissingKeyError, match="'P3'"):
        spatial(tissue, "cell_type", sample="P33", sample_key="sample")
    with pytest.raises(InputError, match="sample_key="):
        spatial(tissue, "cell_type", sample="P3")


def test_sections_of_the_niches_are_taken_without_being_named(in_niches):
    payload = spatial_payload(in_niches, "tme_niche")
    assert len(payload["sections"]) == 4
    assert payload["title"] == "Niche"
    assert set(payload["labels"]) == set(in_niches.obs["tme_niche"].cat.categories)


def test_spots_lie_on_their_image_and_have_their_size(tissue):
    image = np.zeros((300, 300, 3), dtype=np.uint8)
    image[:150] = [200, 0, 0]  # y up to 500
    tissue.uns["spatial"] = {
        "lib": {
            "images": {"lowres": image},
            "scalefactors": {"tissue_lowres_scalef": 0.3, "spot_diameter_fullres": 55.0},
        }
    }
    payload = spatial_payload(tissue, "CXCL12")
    assert payload["row"] == "spot"
    assert payload["diameter"] == 55
    figure = spatial(tissue, "CXCL12")
    (shown,) = figure.layout.images
    jpeg = base64.b64decode(shown.source.partition(",")[2])
    pixels = np.asarray(PIL.Image.open(io.BytesIO(jpeg)))
    red = np.flatnonzero(pixels[:, 20, 0] > 100)
    per_unit = pixels.shape[0] / shown.sizey
    assert shown.y - red.max() / per_unit == pytest.approx(-500, abs=15)
    width = figure.layout.width - figure.layout.margin.l - figure.layout.margin.r
    low, high = figure.layout.xaxis.range
    assert figure.data[0].marker.size == pytest.approx(55 * width / (high - low), rel=0.02)
    assert "A spot holds several cells." in texts(figure)
    assert not spatial(tissue, "CXCL12", image=False).layout.images


def test_many_cells_are_a_picture(tissue, monkeypatch):
    monkeypatch.setattr("tmeatlas.pl._tissue.MAX_POINTS", 100)
    monkeypatch.setattr("tmeatlas.pl._tissue.PICTURE", 300)
    figure = spatial(tissue, "cell_type")
    (picture,) = figure.layout.images
    png = np.asarray(PIL.Image.open(io.BytesIO(base64.b64decode(picture.source.partition(",")[2]))))
    assert max(png.shape[:2]) == 300
    assert 0.02 < (png[..., 3] > 0).mean() < 0.98
    assert sum(trace.x == (None,) for trace in figure.data) == 6


def test_without_places_the_slot_is_named():
    with pytest.raises(MissingKeyError, match="spatial"):
        spatial(make_adata(), "cell_type")


def test_size_has_to_be_above_zero(tissue):
    with pytest.raises(InputError, match="point_size"):
        spatial(tissue, "cell_type", point_size=0)


def test_names_from_data_are_text(tissue, hostile):
    names = dict(zip(["P1", "P2", "P3", "P4"], hostile, strict=False))
    tissue.obs["sample"] = tissue.obs["sample"].cat.rename_categories(names)
    figure = spatial(tissue, "sample", sample_key="sample")
    written = [note.text for note in figure.layout.annotations]
    assert not any("<a" in text or "%{" in text for text in written)


def test_profiles_are_the_means_of_the_niches(in_niches):
    payload = niches_payload(in_niches)
    around = in_niches.obsm["tme_niches"]
    niche, sample = in_niches.obs["tme_niche"], in_niches.obs["sample"]
    j, i = 1, 0
    here = niche == payload["niches"][j]
    expected = around.loc[here].groupby(sample[here], observed=True).mean().iloc[:, i].mean()
    assert payload["mean"][i, j] == pytest.approx(expected, abs=1e-4)
    figure = niches(in_niches)
    assert list(figure.layout.xaxis.ticktext) == payload["niches"]
    assert figure.data[0].z.shape == (len(payload["features"]), 3)


def test_shares_of_niches_are_those_of_the_cells(in_niches):
    figure = niches(in_niches, kind="shares", condition_key="condition")
    names = list(figure.layout.yaxis.ticktext)
    shares = in_niches.obs.groupby("sample", observed=True)["tme_niche"].value_counts(
        normalize=True
    )
    for bar in figure.data:
        expected = [shares[name, html.unescape(bar.name)] for name in names]
        np.testing.assert_allclose(bar.x, expected, atol=1e-6)
    assert {"responder", "non-responder"} <= set(texts(figure))


def test_pairs_tell_in_how_many_sections_they_stand_out(in_niches):
    payload = niches_payload(in_niches, kind="beside")
    table = tme.get.niches(in_niches)
    rows = table[(table["measure"] == "co-localisation") & table["value"].notna()]
    one, other = payload["types"][0], payload["types"][1]
    pair = rows[(rows["feature"] == one) & (rows["partner"] == other)]
    assert payload["value"][0, 1] == pytest.approx(pair["value"].median())
    assert payload["n"][0, 1] == len(pair)
    more = int(((pair["padj"] <= 0.05) & (pair["value"] > 0)).sum())
    assert payload["above"][0, 1] == more
    assert niches(in_niches, kind="beside").data[0].z.shape == (6, 6)


def test_stability_marks_the_number_that_was_taken(in_niches):
    table = tme.get.niches(in_niches, rows="stability")
    (dots,) = niches(in_niches, kind="stability").data
    assert list(dots.x) == table["k"].tolist()
    sizes = np.asarray(dots.marker.size)
    assert sizes[table["chosen"].to_numpy(bool)].min() == sizes.max()


def test_unknown_kind_names_those_there_are(in_niches):
    with pytest.raises(InputError, match="profiles, shares, beside, stability"):
        niches(in_niches, kind="bars")


@pytest.mark.parametrize(
    ("column", "title", "unit"),
    [
        ("tme_niches_tls", "B-T aggregates", "score; 1 = B and T cells are near"),
        ("tme_niches_suppressive", "Suppressive niche", "score; 1 = all that it takes is near"),
        (
            "tme_niches_border",
            "Distance to the tumour border",
            "units of the coordinates; below 0 = inside of the tumour",
        ),
    ],
)
def test_what_niches_write_has_the_name_that_it_has_on_the_page(in_niches, column, title, unit):
    adata = in_niches.copy()
    adata.obs[column] = np.linspace(0, 1, adata.n_obs)
    payload = spatial_payload(adata, column)
    assert (payload["title"], payload["unit"]) == (title, unit)


def test_niches_of_other_cells_forbid_no_colour(in_niches):
    adata = in_niches[: in_niches.n_obs // 2].copy()
    adata.obs["tme_niches_tls"] = 0.5
    adata.obsm["X_umap"] = adata.obsm["spatial"]
    assert tme.pl.embedding(adata, "tme_niches_tls").data


def test_a_part_of_the_cells_is_drawn_by_the_sections_of_niches(in_niches):
    names = list(in_niches.obs["sample"].cat.categories[:2])
    part = in_niches[in_niches.obs["sample"].isin(names)].copy()
    for color in ("cell_type", "tme_niche"):
        payload = spatial_payload(part, color)
        assert [each["name"] for each in payload["sections"]] == names
    del part.obs["sample"]
    assert not spatial_payload(part, "cell_type")["sections"]
