"""Niches of tissue whose bands are known, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import anndata as ad
import made_tissue
import numpy as np
import pandas as pd
import pytest
from sameness import different, unchanged
from sklearn.metrics import adjusted_rand_score

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.results import Consensus, Niches

WHO = {"groupby": "cell_type", "sample_key": "section", "n_shifts": 39}


@pytest.fixture(scope="module")
def bands():
    adata = made_tissue.banded()
    tme.tl.niches(adata, **WHO)
    return adata


def test_planted_bands_are_found_over_all_sections(bands):
    found = Niches.read(bands)
    assert adjusted_rand_score(bands.obs["band"], found.niche.astype(str)) > 0.8
    names = list(found.niche.cat.categories)
    assert [name.partition(" ")[0] for name in names] == [str(i + 1) for i in range(len(names))]
    sizes = found.niche.value_counts().reindex(names)
    assert sizes.is_monotonic_decreasing
    assert any("B cell" in name and "CD4 T cell" in name for name in names)


def test_what_surrounds_a_cell_is_counted_without_itself(bands):
    found = Niches.read(bands)
    assert found.types == sorted(bands.obs["cell_type"].unique())
    np.testing.assert_allclose(found.features.sum(axis=1), 1, rtol=1e-5)
    # Of ten neighbours each counts a tenth.
    tenths = found.features.to_numpy() * 10
    np.testing.assert_allclose(tenths, tenths.round(), atol=1e-4)
    places = bands.obsm["spatial"]
    section = (bands.obs["section"] == bands.obs["section"].iloc[0]).to_numpy()
    apart = np.linalg.norm(places[section] - places[0], axis=1)
    nearest = np.flatnonzero(section)[np.argsort(apart)[1:11]]
    shares = bands.obs["cell_type"].iloc[nearest].value_counts(normalize=True)
    expected = shares.reindex(found.types).fillna(0)
    np.testing.assert_allclose(found.features.iloc[0], expected, atol=1e-6)


def test_each_section_has_its_shares_with_their_counts(bands):
    found = Niches.read(bands)
    counted = pd.crosstab(bands.obs["section"], found.niche)
    rows = found.of("share of niche").astype({"sample": str, "feature": str})
    for row in rows.itertuples():
        assert row.cells == counted.loc[row.sample, row.feature]
        assert row.value == pytest.approx(row.cells / 600)
        assert row.low <= row.value <= row.high
    shares = tme.get.niches(bands, rows="shares")
    assert shares.index.tolist() == sorted(bands.obs["section"].unique())
    np.testing.assert_allclose(shares.sum(axis=1), 1)


def test_what_lies_beside_what_is_measured_in_each_section(bands):
    pairs = Niches.read(bands).wide("co-localisation")
    assert (pairs["B cell"]["CD4 T cell"] > 0.5).all()
    assert (pairs["Tumour"]["CD4 T cell"] < 0).all()
    tested = Niches.read(bands).of("co-localisation").dropna(subset="pval")
    assert len(tested) > 100
    assert tested["pval"].min() > 0
    assert (tested["padj"] >= tested["pval"] - 1e-12).all()


def test_pairs_are_above_or_below_what_the_moved_tissue_has(bands):
    found = Niches.read(bands)
    values = pd.DataFrame({"value": [0.2, 0.2, 0.2, np.nan], "expected": [0.9, 0.1, 0.5, 0.5]})
    values["padj"] = [0.01, 0.01, 0.2, np.nan]
    table = values.assign(measure="programme near type", feature="Tumour", partner="one")
    pairs = replace(found, table=table).pairs("programme near type")
    assert pairs.loc[("Tumour", "one")].to_dict() == {"value": 0.2, "n": 3, "above": 1, "below": 1}
    pairs = found.pairs("co-localisation")
    assert pairs.loc[("CD4 T cell", "B cell"), "value"] > 0.5
    assert not (pairs["above"] + pairs["below"] > pairs["n"]).any()


def test_it_does_not_depend_on_the_order_of_cells(bands):
    order = np.random.default_rng(1).permutation(bands.n_obs)
    shuffled = made_tissue.banded()[order].copy()
    tme.tl.niches(shuffled, **WHO)
    niche = shuffled.obs["tme_niche"].loc[bands.obs_names]
    assert (niche.astype(str) == bands.obs["tme_niche"].astype(str)).all()


def test_the_same_seed_gives_the_same(bands):
    again = made_tissue.banded()
    tme.tl.niches(again, **WHO)
    assert different(bands, again) == []


def test_regions_alone_or_types_alone_or_programmes_alone():
    adata = made_tissue.banded(2)
    with unchanged(adata), pytest.raises(InputError, match="types or scores of programmes"):
        tme.tl.niches(adata, sample_key="section")
    score = (adata.obs["band"] == "tumour").to_numpy(float)
    scores = pd.DataFrame({"one": score, "two": 1 - score}, index=adata.obs_names)
    write_scores(adata, scores, "mine")
    tme.tl.niches(adata, scores="mine", sample_key="section", n_niches=2, n_shifts=39)
    found = Niches.read(adata)
    assert (found.types, found.programmes) == ([], ["one", "two"])
    mean = found.features.groupby(adata.obs["band"])["one"].mean()
    assert mean["tumour"] > 0.9 > 0.5 > mean["aggregate"]
    tme.tl.niches(adata, **WHO | {"scores": False, "n_niches": 2})
    assert Niches.read(adata).programmes == []


def test_names_are_those_of_people_and_of_what_is_known():
    adata = made_tissue.banded(2)
    adata.obs["cell_type"] = adata.obs["cell_type"].replace({"Fibroblast": "undetermined"})
    score = (adata.obs["band"] == "tumour").to_numpy(float)
    scores = pd.DataFrame({"tam_spp1": score}, index=adata.obs_names, dtype=np.float32)
    record = Consensus.new_record(adata, params={}, facts={})
    empty = pd.DataFrame()
    Consensus(record=record, key="mine", table=scores, agreement=empty, pairs=empty).write(adata)
    tme.tl.niches(adata, **WHO | {"scores": "mine", "n_niches": 3})
    names = list(adata.obs["tme_niche"].cat.categories)
    assert [name for name in names if "TAM SPP1" in name] == [
        name for name in names if "Tumour" in name
    ]
    assert not any("undetermined" in name or "tam_" in name for name in names)
    features = tme.get.niches(adata, rows="profiles")["feature"]
    assert {"undetermined", "tam_spp1"} <= set(features)


def write_scores(adata: ad.AnnData, table: pd.DataFrame, key: str) -> None:
    from tmeatlas.results import Coverage, Scores

    record = Scores.new_record(adata, params={"method": "mine"}, facts={})
    table = table.astype(np.float32)
    Scores(record=record, key=key, table=table, coverage=Coverage()).write(adata)


def test_by_default_the_lineages_and_the_consensus_are_read():
    adata = made_tissue.place(tme.datasets.simulated(300))
    del adata.obs["sample"]
    tme.pp.prepare(adata, embed=False)
    tme.tl.annotate(adata, "cell_type")
    tme.tl.score(adata, ["caf_pan", "treg_pan"])
    tme.tl.consensus(adata)
    tme.tl.niches(adata, n_niches=2, n_shifts=39)
    found = Niches.read(adata)
    assert found.groupby == "tme_lineage"
    assert set(found.types) == set(adata.obs["tme_lineage"].unique())
    assert set(found.programmes) == set(adata.obsm["tme_consensus"].columns)
    assert set(found.table["sample"]) == {"all cells"}


def test_programmes_that_follow_the_depth_are_not_said_to_lie_together():
    adata = made_tissue.place(tme.datasets.simulated(400))
    del adata.obs["sample"]
    depth = np.asarray((adata.X > 0).sum(axis=1)).ravel()
    # Deep cells lie at the left, and both programmes are nothing but depth.
    adata.obsm["spatial"] = adata.obsm["spatial"][np.argsort(adata.obsm["spatial"][:, 0])]
    adata.obsm["spatial"][np.argsort(depth)] = adata.obsm["spatial"].copy()
    noise = np.random.default_rng(1).normal(0, 0.05, size=(2, 400))
    programmes = pd.DataFrame((np.log1p(depth) + noise).T, adata.obs_names, ["p", "q"])
    write_scores(adata, programmes, "own")
    tme.tl.niches(adata, "cell_type", scores="own", n_niches=2, n_shifts=39)
    together = Niches.read(adata).of("programmes together")
    assert together["value"].abs().max() < 0.2
    without_genes = adata[:, :0].copy()
    tme.tl.niches(without_genes, "cell_type", scores="own", n_niches=2, n_shifts=39)
    together = Niches.read(without_genes).of("programmes together")
    assert together["value"].min() > 0.5


def test_names_with_a_slash_are_kept_in_files(tmp_path):
    adata = made_tissue.banded(2)
    adata.obs["cell_type"] = adata.obs["cell_type"].replace({"Tumour": "Tumour/cycling"})
    tme.tl.niches(adata, **WHO | {"n_niches": 3})
    adata.write_h5ad(tmp_path / "cells.h5ad")
    back = Niches.read(ad.read_h5ad(tmp_path / "cells.h5ad"))
    assert "Tumour/cycling" in back.types
    assert list(back.features.columns) == back.types


def test_spots_are_called_spots():
    adata = made_tissue.banded(2)
    adata.obs["array_row"], adata.obs["array_col"] = 0, 0
    tme.tl.niches(adata, **WHO | {"groupby": "band", "n_niches": 3})
    found = Niches.read(adata)
    assert found.spots
    assert found.rows == "spots"
    assert tme.get.niches(adata).attrs["rows"] == "spots"


def test_another_key_has_its_own_columns():
    adata = made_tissue.banded(2)
    tme.tl.niches(adata, **WHO | {"n_niches": 2}, key_added="mine")
    assert {"mine_niche", "mine_border", "mine_suppressive", "mine_tls"} <= set(adata.obs)
    assert "tme_niche" not in adata.obs
    assert tme.get.niches(adata, rows="cells", key="mine").columns[:4].tolist() == [
        *("niche", "border", "suppressive", "tls"),
    ]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"groupby": "cell_typ"}, MissingKeyError, "cell_type"),
        ({"sample_key": "sections"}, MissingKeyError, "section"),
        ({"scores": "none"}, MissingKeyError, r"No scores in obsm\['none'\]"),
        ({"scores": True}, InputError, "the key of stored scores as `scores=`, or False"),
        ({"n_shifts": 10}, InputError, "`n_shifts=` must be a whole number of 39 or more"),
        ({"n_niches": 0}, InputError, "number of niches"),
        ({"radius": -1.0}, InputError, "distance above 0"),
        ({"lineage_key": "section"}, InputError, "labels that name lineages"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(options, error, message):
    adata = made_tissue.banded(2)
    with unchanged(adata), pytest.raises(error, match=message):
        tme.tl.niches(adata, **WHO | options)


def test_without_places_there_are_no_niches():
    adata = made_tissue.banded(2)
    del adata.obsm["spatial"]
    with unchanged(adata), pytest.raises(MissingKeyError, match=r"obsm\['spatial'\]"):
        tme.tl.niches(adata, **WHO)


def test_columns_of_others_are_not_overwritten():
    adata = made_tissue.banded(2)
    adata.obs["tme_niche"] = "mine"
    with unchanged(adata), pytest.raises(InputError, match="obs already has 'tme_niche'"):
        tme.tl.niches(adata, **WHO)
