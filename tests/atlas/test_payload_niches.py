"""Niches on the page: panels, colours, sections, numbers."""

from __future__ import annotations

import json

import numpy as np
import pytest
from made_tissue import place

import tmeatlas as tme
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page


@pytest.fixture(scope="module")
def in_niches(make_adata):
    adata = place(make_adata())
    tme.tl.niches(adata, "cell_type", sample_key="sample", scores=False, n_niches=3, n_shifts=39)
    return adata


@pytest.fixture(scope="module")
def with_niches(in_niches):
    return build_payload(
        in_niches, groupby="cell_type", sample_key="sample", condition_key="condition"
    )


def test_a_page_with_niches_opens_on_the_tissue(with_niches):
    assert with_niches.maps[0].key == "spatial"
    assert [section.name for section in with_niches.maps[0].sections] == ["P1", "P2", "P3", "P4"]
    assert "3 niches" in with_niches.summary


def test_sections_are_those_of_the_niches(in_niches):
    payload = build_payload(in_niches, groupby="cell_type")
    assert len(payload.maps[0].sections) == 4


def test_niches_are_colours_of_the_page(in_niches, with_niches):
    niche = next(entry for entry in with_niches.called if entry.id == "niche")
    assert niche.name == "Niche"
    stored = in_niches.obs["tme_niche"].astype(str).to_numpy()[with_niches.rows]
    assert [niche.raw_labels[code] for code in niche.codes] == stored.tolist()
    names = {feature.name for feature in with_niches.features if feature.kind == "tissue"}
    assert "Suppressive niche" in names or "B-T aggregates" in names


def test_profiles_are_those_of_the_table(in_niches, with_niches):
    table = tme.get.niches(in_niches, rows="profiles")
    panel = with_niches.niches
    assert panel.niches == list(dict.fromkeys(table["niche"]))
    for niche in panel.niches:
        rows = table[table["niche"] == niche].set_index("feature")
        np.testing.assert_allclose(panel.mean[niche], rows.loc[panel.mean.index, "mean"])
        np.testing.assert_allclose(panel.height[niche], rows.loc[panel.height.index, "height"])
    groups = with_niches.groups.labels
    assert [groups[profile.group] for profile in panel.profiles] == list(panel.mean.index)
    codes = next(entry for entry in with_niches.called if entry.id == "niche").labels
    assert [codes[code] for code in panel.codes] == panel.niches


def test_measures_of_samples_stand_by_condition(in_niches, with_niches):
    panel = with_niches.tissue_measures
    assert panel.headings == ["responder", "", "non-responder", ""]
    shares = tme.get.niches(in_niches, rows="shares")
    for j, kind in enumerate(panel.samples.kinds):
        if kind == "share of niche":
            niche = panel.samples.value.columns[j][1]
            expected = shares.loc[panel.samples.value.index, niche]
            np.testing.assert_allclose(panel.samples.value.iloc[:, j], expected)
    assert [with_niches.sample.labels[code] for code in panel.codes] == ["P1", "P2", "P3", "P4"]


def test_pairs_are_medians_of_the_samples(in_niches, with_niches):
    (pairs,) = with_niches.tissue_measures.beside
    table = tme.get.niches(in_niches)
    rows = table[(table["measure"] == "co-localisation") & table["value"].notna()]
    one, other = pairs.value.index[1], pairs.value.columns[2]
    pair = rows[(rows["feature"] == one) & (rows["partner"] == other)]
    assert pairs.value.iloc[1, 2] == pytest.approx(pair["value"].median())
    assert pairs.n.iloc[1, 2] == len(pair)
    assert pairs.above.iloc[1, 2] == ((pair["padj"] <= 0.05) & (pair["value"] > 0)).sum()


def test_programmes_are_colours_where_the_page_has_them(make_adata):
    adata = place(make_adata())
    tme.tl.niches(adata, sample_key="sample", scores="tme_scores", n_niches=2, n_shifts=39)
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    profiles = payload.niches.profiles
    programmes = [profile for profile in profiles if profile.of == "programme"]
    names = {feature.id: feature.name for feature in payload.features}
    assert {names[profile.feature]: profile.name for profile in programmes} == {
        name: name for name in ("CAF, pan-cancer", "Inflammatory CAF", "SPP1 macrophage")
    } | {"Tumour Treg": "Tumour Treg", "Hypoxia": "Hypoxia"}
    titles = [pairs.title for pairs in payload.tissue_measures.beside]
    assert titles[1:] == ["Programmes beside types", "Programmes beside programmes"]


def test_programmes_of_a_consensus_are_called_by_what_they_mark(make_adata):
    adata = place(make_adata())
    tme.tl.niches(adata, "cell_type", sample_key="sample", n_niches=2, n_shifts=39)
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    programmes = [p for p in payload.niches.profiles if p.of == "programme"]
    assert {p.name: p.feature for p in programmes} == {"CAF": "c:caf", "TAM": "c:tam"}


def test_stale_niches_are_left_out_and_said(in_niches):
    fewer = in_niches[20:].copy()
    payload = build_payload(fewer, groupby="cell_type", sample_key="sample")
    assert payload.niches is None
    assert payload.tissue_measures is None
    assert not any(entry.id == "niche" for entry in payload.called)
    assert any("Niches in tissue, not shown" in note for note in payload.about.notes)


def test_data_without_places_are_not_told_of_niches(make_adata):
    payload = build_payload(make_adata(), groupby="cell_type", sample_key="sample")
    assert not any("niches" in call for _, call in payload.about.absent)
    placed = build_payload(place(make_adata()), groupby="cell_type", sample_key="sample")
    calls = dict(placed.about.absent)
    assert calls["Niches in tissue"] == "tme.tl.niches(adata, 'cell_type', sample_key='sample')"


def test_spots_are_called_spots(in_niches, read_page):
    spots = in_niches.copy()
    spots.obs["array_row"], spots.obs["array_col"] = 0, 0
    payload = build_payload(spots, groupby="cell_type", sample_key="sample")
    assert payload.summary[0] == "600 spots"
    assert dict(payload.about.facts)["Spots"] == "600"
    page = read_page(render_page(payload))
    assert (page.meta["constants"]["row"], page.meta["constants"]["rows"]) == ("spot", "spots")
    cards = {card.id: card for card in payload.cards}
    assert cards["map"].title == "Spots"
    for name in ("map", "dots", "composition", "niches", "tissue_measures"):
        assert "cells" not in cards[name].explanation, name
    assert json.dumps(page.meta["panels"]["niches"])
