"""Further columns of obs to colour by: which look useful, and what those that are named become."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.obs_columns import MOST_CATEGORIES, MOST_NUMBERS
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.payload import DEFAULT_TITLE


@pytest.fixture
def rich(adata):
    """Columns as they come: useful, constant, ids, coordinates, our own, and one that is known."""
    n, rng = adata.n_obs, np.random.default_rng(0)
    minor = adata.obs["cell_type"].astype(str) + rng.choice([" 1", " 2"], n)
    adata.obs["celltype_minor"] = pd.Categorical(minor)
    adata.obs["n_genes"] = rng.integers(200, 5_000, n)
    adata.obs["percent_mito"] = np.where(np.arange(n) % 7 == 0, np.nan, rng.random(n))
    adata.obs["grade"] = rng.integers(1, 4, n).astype(float)
    adata.obs["treated"] = rng.random(n) < 0.5
    adata.obs["patient"] = adata.obs["sample"].astype(str).str.lower()  # as the samples
    adata.obs["tissue"] = "breast"
    adata.obs["cell_id"] = np.arange(n)
    adata.obs["number"] = rng.permutation(n)
    adata.obs["barcode"] = [f"b{i}" for i in range(n)]
    adata.obs["UMAP_1"] = rng.random(n)
    adata.obs["_scvi_batch"] = rng.integers(0, 3, n)
    adata.obs["tme_mine"] = rng.random(n)
    adata.obs["lists"] = [[i % 2] for i in range(n)]
    return adata


def made(adata, **options):
    return build_payload(adata, groupby="cell_type", sample_key="sample", **options)


def names(payload):
    numbers = [feature.id for feature in payload.features if feature.kind == "obs"]
    return [category.key for category in payload.further], numbers


def test_useful_columns_are_found_without_being_named(rich):
    found = names(made(rich, condition_key="condition"))
    assert found == (["celltype_minor", "grade", "treated"], ["o:n_genes", "o:percent_mito"])


def test_columns_that_are_named_are_all_that_is_shown(rich):
    payload = made(rich, obs_keys=["barcode", "tissue", "percent_mito", "patient"])
    assert names(payload) == (["barcode", "tissue", "patient"], ["o:percent_mito"])
    barcode = payload.further[0]
    assert len(barcode.labels) == 200
    assert barcode.labels[-1] == "other (401 categories)"
    assert not barcode.is_main
    assert names(made(rich, obs_keys=[])) == ([], [])


def test_values_are_those_of_the_column_and_missing_ones_stay_missing(rich, read_page):
    payload = made(rich)
    feature = next(one for one in payload.features if one.id == "o:percent_mito")
    wanted = rich.obs["percent_mito"].to_numpy()[payload.rows]
    shown = feature.low + (feature.high - feature.low) * feature.steps / 254.0
    known = np.isfinite(wanted)
    assert (feature.steps == 255).tolist() == (~known).tolist()
    assert np.abs(shown - wanted)[known].max() <= (feature.high - feature.low) / 254
    grade = next(one for one in payload.further if one.key == "grade")
    told = [grade.labels[code] for code in grade.codes]
    assert told == [f"{value:.0f}" for value in rich.obs["grade"].to_numpy()[payload.rows]]
    packed = read_page(render_page(payload)).meta["categories"]
    assert {entry["id"]: entry["main"] for entry in packed}["obs-grade"] is False


def test_no_more_than_a_few_of_each_kind_unless_named(adata):
    rng = np.random.default_rng(1)
    for i in range(12):
        adata.obs[f"kind {i}"] = rng.choice(["a", "b"], adata.n_obs)
        adata.obs[f"score {i}"] = rng.random(adata.n_obs)
    categories, numbers = names(made(adata))
    assert (len(categories), len(numbers)) == (MOST_CATEGORIES, MOST_NUMBERS)
    every = [f"{what} {i}" for what in ("kind", "score") for i in range(12)]
    assert [len(part) for part in names(made(adata, obs_keys=every))] == [12, 12]


def test_text_of_a_column_is_safe_and_ids_differ(adata):
    adata.obs["a-b"] = np.where(np.arange(adata.n_obs) % 2, "</script><b>", "nan")
    adata.obs["a b"] = np.where(np.arange(adata.n_obs) % 3, "x", "y")
    payload = made(adata, obs_keys=["a-b", "a b"])
    assert [category.id for category in payload.further] == ["obs-a-b", "obs-a-b-2"]
    assert "</script><b>" not in render_page(payload)


def test_what_cannot_be_shown_is_an_error(adata):
    adata.obs["empty"] = np.nan
    with pytest.raises(MissingKeyError, match=r"celltype.*cell_type"):
        made(adata, obs_keys=["celltype"])
    with pytest.raises(InputError, match="empty in every drawn cell"):
        made(adata, obs_keys=["empty"])
    with pytest.raises(InputError, match=r"\['condition'\]\?"):
        made(adata, obs_keys="condition")


def test_title_is_that_of_the_file_where_it_is_known(adata):
    assert made(adata).title == DEFAULT_TITLE
    adata.uns[keys.FILE] = "wu2021_CID4465"
    assert made(adata).title == "wu2021_CID4465"
    assert made(adata, title="Mine").title == "Mine"
