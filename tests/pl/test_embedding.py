from __future__ import annotations

import base64
import zlib

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.cells._colours import PALETTE
from tmeatlas.pl._embedding import MAX_POINTS, embedding, embedding_payload
from tmeatlas.pl._raster import draw_cells, hex_to_rgb, png_uri, scale_rgb


def test_groups(scored):
    payload = embedding_payload(scored, "group")
    assert payload["kind"] == "groups"
    assert payload["labels"] == ["alpha", "beta", "gamma"]
    assert payload["colours"] == list(PALETTE[:3])
    rows = scored.obs_names.get_indexer(payload["cells"])
    assert sorted(rows) == list(range(60))
    assert not np.array_equal(rows, np.arange(60))
    np.testing.assert_array_equal(payload["codes"], scored.obs["group"].cat.codes.iloc[rows])
    np.testing.assert_array_equal(payload["x"], scored.obsm["X_umap"][rows, 0])
    assert payload["axes"] == ["UMAP 1", "UMAP 2"]


def test_colours_of_scanpy_are_taken(scored):
    scored.obs["group"] = scored.obs["group"].cat.add_categories("unused")
    scored.obs["group"] = scored.obs["group"].cat.reorder_categories(
        ["beta", "unused", "alpha", "gamma"]
    )
    scored.uns["group_colors"] = ["#ff0000", "#00ff00", "#0000ff", "#123456"]
    payload = embedding_payload(scored, "group")
    assert payload["labels"] == ["beta", "alpha", "gamma"]
    assert payload["colours"] == ["#ff0000", "#0000ff", "#123456"]
    figure = embedding(scored, "group")
    assert [trace.marker.color for trace in figure.data] == payload["colours"]


@pytest.mark.parametrize(
    ("color", "title", "values"),
    [
        ("caf_a", "CAF (A)", lambda a: a.obsm["tme_scores"]["caf_a"]),
        ("depth", "Depth", lambda a: a.obs["depth"]),
        ("GB", "GB", lambda a: a.X[:, 1]),
    ],
)
def test_numbers(scored, color, title, values):
    payload = embedding_payload(scored, color)
    assert payload["kind"] == "numbers"
    assert payload["title"] == title
    rows = scored.obs_names.get_indexer(payload["cells"])
    np.testing.assert_allclose(payload["values"], np.asarray(values(scored))[rows])
    assert payload["limits"][0] < payload["limits"][1]


def test_the_column_of_a_score_has_its_name(scored):
    scored.obs["tme_caf_a"] = scored.obsm["tme_scores"]["caf_a"]
    assert embedding_payload(scored, "tme_caf_a")["title"] == "CAF (A)"


def test_cells_without_coordinates_group_or_number(scored):
    scored.obsm["X_umap"][:5] = np.nan
    scored.obs["group"] = scored.obs["group"].where(np.arange(60) > 9)
    payload = embedding_payload(scored, "group")
    assert len(payload["x"]) == 55
    assert payload["labels"][-1] == "unlabelled"
    assert (payload["codes"] == 3).sum() == 5
    scored.obs.loc["cell20", "depth"] = np.nan
    figure = embedding(scored, "depth")
    assert len(figure.data) == 2
    assert len(figure.data[0].x) == 1


def test_many_cells_become_a_picture(scored):
    n = MAX_POINTS + 1
    rng = np.random.default_rng(0)
    obs = pd.DataFrame(
        {"group": pd.Categorical(rng.choice(["a", "b"], n)), "n": rng.normal(size=n)}
    )
    obs.index = obs.index.astype(str)
    adata = AnnData(obs=obs, var=pd.DataFrame(index=["G"]), X=np.ones((n, 1), np.float32))
    adata.obsm["X_umap"] = rng.normal(size=(n, 2))
    for color in ("group", "n"):
        figure = embedding(adata, color)
        assert len(figure.layout.images) == 1
        assert len(figure.to_json()) < 2_000_000
        assert sum(len(trace.x) for trace in figure.data) <= 2
    assert [trace.name for trace in embedding(adata, "group").data] == ["a", "b"]


def test_picture_shows_the_last_cell_on_top():
    xy = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    rgb = hex_to_rgb(["#ff0000", "#00ff00", "#0000ff"])
    picture = draw_cells(xy, rgb, ((-1.0, 2.0), (-1.0, 2.0)), radius=3)
    assert picture.shape == (1200, 1200, 4)
    assert picture[800, 400].tolist() == [0, 0, 255, 255]
    assert picture[400, 800].tolist() == [0, 255, 0, 255]
    assert picture[803, 400].tolist() == [0, 0, 255, 255]
    assert picture[804, 400, 3] == 0
    assert (picture[..., 3] > 0).sum() == 2 * 29  # pixels of a disc of radius 3


def test_png_holds_the_picture():
    picture = np.random.default_rng(0).integers(0, 256, (5, 7, 4)).astype(np.uint8)
    raw = base64.b64decode(png_uri(picture).split(",")[1])
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    at = raw.index(b"IDAT")
    length = int.from_bytes(raw[at - 4 : at], "big")
    rows = np.frombuffer(zlib.decompress(raw[at + 4 : at + 4 + length]), np.uint8).reshape(5, 29)
    np.testing.assert_array_equal(rows[:, 1:].reshape(5, 7, 4), picture)


def test_scale_runs_from_first_to_last_colour():
    rgb = scale_rgb(np.array([-1.0, 0.0, 0.5, 1.0, 9.0]), ["#000000", "#ffffff"], 0.0, 1.0)
    assert rgb[:, 0].tolist() == [0, 0, 128, 255, 255]


def test_a_column_of_obs_is_drawn_whatever_the_scores_are(scored):
    adata = scored.copy()
    adata.obsm["tme_scores"] = np.zeros((adata.n_obs, 2))
    assert embedding_payload(adata, "group")["labels"] == ["alpha", "beta", "gamma"]
    with pytest.raises(InputError, match="Expected a DataFrame of scores"):
        embedding(adata, "caf_a")


def test_what_cannot_be_drawn(scored):
    with pytest.raises(MissingKeyError, match=r"'caf_a'.*`color="):
        embedding(scored, "caf_aa")
    with pytest.raises(MissingKeyError, match="X_umap"):
        embedding(scored, "group", basis="tsne")
    for size in (0, "x", float("nan")):
        with pytest.raises(InputError, match=r"`point_size=` must be .* above 0.*Leave it out"):
            embedding(scored, "group", point_size=size)
    with pytest.raises(InputError, match=r"as `color`, found None\. Columns of groups: 'group'"):
        embedding(scored, None)
    del scored.obsm["X_umap"]
    scored.obsm.pop("tme_scores")
    with pytest.raises(InputError, match=r"tme\.pp\.prepare"):
        embedding(scored, "group")
