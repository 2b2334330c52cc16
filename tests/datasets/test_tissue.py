"""Simulated tissue: niches are where they were planted, null tissue is smooth and has none."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy.spatial import cKDTree

import tmeatlas as tme
from tmeatlas._errors import TMEError

NICHES = ["tumour", "hypoxic core", "suppressive", "infiltrate", "TLS", "stroma"]


@pytest.fixture(scope="module")
def planted() -> ad.AnnData:
    return tme.datasets.simulated_cohort(
        1, n_cells=1500, tissue="niches", near_axes=["tgfb"], rng=3
    )


@pytest.fixture(scope="module")
def smooth() -> ad.AnnData:
    return tme.datasets.simulated_cohort(2, n_cells=900, tissue="smooth", rng=1)


@pytest.fixture(scope="module")
def spots() -> ad.AnnData:
    return tme.datasets.simulated_cohort(1, n_cells=1200, tissue="spots", rng=1)


def neighbours(adata: ad.AnnData, sample: str, n: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Rows of a section, and for each of them the rows of its nearest cells."""
    rows = np.flatnonzero(adata.obs["sample"] == sample)
    places = adata.obsm["spatial"][rows]
    return rows, rows[cKDTree(places).query(places, n + 1)[1][:, 1:]]


def morans_i(values: np.ndarray, adata: ad.AnnData, sample: str) -> float:
    rows, near = neighbours(adata, sample)
    centred = values - values[rows].mean()
    return float((centred[rows] * centred[near].mean(axis=1)).mean() / centred[rows].var())


def test_places_look_like_cells(planted):
    """A cell for every 125 µm² or so, none on top of another, each section from (0, 0)."""
    assert planted.obsm["spatial"].shape == (3000, 2)
    for sample in planted.obs["sample"].cat.categories:
        places = planted.obsm["spatial"][planted.obs["sample"] == sample]
        assert np.allclose(places.min(axis=0), 0)
        nearest = cKDTree(places).query(places, 2)[0][:, 1]
        assert 6 < np.median(nearest) < 12
        assert np.quantile(nearest, 0.01) > 2
        assert 400 < np.ptp(places, axis=0).max() < 700


def test_niches_have_their_cells(planted):
    shares = pd.crosstab(planted.obs["true_niche"], planted.obs["true_state"], normalize="index")
    assert list(shares.index) == NICHES
    assert shares.loc["tumour", ["malignant", "malignant_cycling"]].sum() > 0.7
    assert shares.loc["stroma", ["mycaf", "icaf", "pericyte", "endothelial"]].sum() > 0.7
    for state, home in {
        "malignant_hypoxic": "hypoxic core",
        "treg": "suppressive",
        "cd8_exhausted": "suppressive",
        "cd8_effector": "infiltrate",
        "b": "TLS",
    }.items():
        assert shares[state].idxmax() == home


def test_niches_are_territories(planted):
    """Most neighbours of a cell live in its niche; the core of the tumour has tumour around it."""
    niche = planted.obs["true_niche"].to_numpy()
    for sample in planted.obs["sample"].cat.categories:
        rows, near = neighbours(planted, sample)
        assert (niche[near] == niche[rows, None]).mean() > 0.75
        other = (niche[near] != niche[rows, None]) & (niche[rows, None] == "hypoxic core")
        assert (niche[near][other] == "tumour").mean() > 0.8


def test_composition_of_samples_is_that_without_tissue(planted):
    """The tissue says where cells lie, not which there are."""
    without = tme.datasets.simulated_cohort(1, n_cells=1500, rng=3)
    assert (planted.obs["true_state"] == without.obs["true_state"]).all()
    assert "spatial" not in without.obsm
    assert "near_only" not in without.uns["truth"]
    levels = [x.uns["truth_levels"] for x in (planted, without)]
    pd.testing.assert_frame_equal(*levels)


def test_a_part_of_the_activity_is_smooth(planted):
    activity = planted.obs["true_interferon"].to_numpy(dtype=float)
    for sample in planted.obs["sample"].cat.categories:
        assert 0.3 < morans_i(activity, planted, sample) < 0.6
    without = tme.datasets.simulated_cohort(1, n_cells=1500, rng=3).obs["true_interferon"]
    assert np.std(activity) == pytest.approx(without.std(), rel=0.1)


def test_only_sources_beside_a_target_have_the_ligand(planted):
    truth = planted.uns["truth"].set_index("axis")["near_only"]
    assert truth.groupby(level=0).all().to_dict() == {
        "csf1": False, "cxcl12": False, "pd1_pdl1": False, "tgfb": True, "vegf": False,
    }  # fmt: skip
    kind = planted.obs["cell_type"].to_numpy()
    near = np.zeros(planted.n_obs, dtype=bool)
    for sample in planted.obs["sample"].cat.categories:
        rows = np.flatnonzero(planted.obs["sample"] == sample)
        targets = rows[kind[rows] == "CAF myCAF"]
        tree = cKDTree(planted.obsm["spatial"][targets])
        near[rows] = tree.query(planted.obsm["spatial"][rows])[0] <= 30
    source = kind == "TAM SPP1"
    assert min((source & near).sum(), (source & ~near).sum()) > 40
    depth = np.asarray(planted.X.sum(axis=1)).ravel()
    of = {name: np.asarray(planted[:, name].X.todense()).ravel() for name in ("TGFB1", "CSF1R")}

    def level(gene: str, cells: np.ndarray) -> float:
        return 1e4 * of[gene][cells].sum() / depth[cells].sum()

    assert level("TGFB1", source & near) > 5 * level("TGFB1", source & ~near)
    assert level("CSF1R", source & near) < 1.5 * level("CSF1R", source & ~near)


def test_niches_can_differ_between_conditions():
    """Where cells live differs, and not how many of each there are."""
    effects = {"niches": {"TLS": 4.0}}
    options = {"n_cells": 400, "tissue": "niches", "patient_effect": 0.0}
    with_effect = tme.datasets.simulated_cohort(6, effects=effects, **options)
    without = tme.datasets.simulated_cohort(6, **options)
    assert (with_effect.obs["cell_type"] == without.obs["cell_type"]).all()
    share = {
        name: x.obs["true_niche"].eq("TLS").groupby(x.obs["condition"], observed=True).mean()
        for name, x in {"with": with_effect, "without": without}.items()
    }
    assert share["with"]["case"] > 1.15 * share["with"]["control"]
    assert share["without"]["case"] < 1.15 * share["without"]["control"]
    assert with_effect.uns["truth_effects"].loc[0, ["what", "feature", "size"]].tolist() == [
        "niches", "TLS", 4.0,
    ]  # fmt: skip


def test_smooth_tissue_is_smooth_and_has_no_niches(smooth):
    """Each type lies together; activity, in each type, does not follow where another type is."""
    assert "true_niche" not in smooth.obs
    types = pd.get_dummies(smooth.obs["cell_type"]).astype(float)
    common = types.columns[types.mean() > 0.05]
    clumped, followed = [], []
    activity = smooth.obs["true_stress"].to_numpy(dtype=float)
    for sample in smooth.obs["sample"].cat.categories:
        rows, near = neighbours(smooth, sample)
        clumped += [morans_i(types[name].to_numpy(), smooth, sample) for name in common]
        around = activity[near].mean(axis=1)
        followed += [np.corrcoef(around, types[name].iloc[rows])[0, 1] for name in common]
    assert np.mean(clumped) > 0.08
    assert abs(np.mean(followed)) < 0.03


def test_spots_hold_the_cells_under_them(spots):
    assert "cell_type" not in spots.obs
    assert spots.obs["true_cells"].sum() == 2400
    assert 6 < spots.obs["true_cells"].mean() < 11
    shares = spots.obsm["true_shares"]
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-5)
    depth = np.asarray(spots.X.sum(axis=1)).ravel()
    assert np.corrcoef(depth, spots.obs["true_cells"])[0, 1] > 0.6
    for sample in spots.obs["sample"].cat.categories:
        rows = spots.obs["sample"] == sample
        places = spots.obsm["spatial"][rows]
        grid = spots.obs.loc[rows, ["array_row", "array_col"]].to_numpy()
        assert ((grid.sum(axis=1) % 2) == 0).all()
        assert len(np.unique(grid, axis=0)) == len(grid)
        assert np.allclose(places[:, 0], 50 * grid[:, 1])
        assert np.quantile(cKDTree(places).query(places, 2)[0][:, 1], 0.9) == pytest.approx(100)
    slides = spots.uns["spatial"]
    assert list(slides) == list(spots.obs["sample"].cat.categories)
    assert slides["sample01"]["scalefactors"]["spot_diameter_fullres"] == 55.0
    counted = shares["B"].groupby(spots.obs["true_niche"], observed=True).mean()
    assert counted.idxmax() == "TLS"


@pytest.mark.parametrize("tissue", ["niches", "smooth", "spots"])
def test_same_seed_same_tissue_and_it_can_be_saved(tissue, tmp_path):
    one, other = (
        tme.datasets.simulated_cohort(1, n_cells=120, tissue=tissue, rng=4) for _ in range(2)
    )
    assert (one.obsm["spatial"] == other.obsm["spatial"]).all()
    assert (one.X != other.X).nnz == 0
    pd.testing.assert_frame_equal(one.obs, other.obs)
    one.write_h5ad(tmp_path / "one.h5ad")
    again = ad.read_h5ad(tmp_path / "one.h5ad")
    assert (again.obsm["spatial"] == one.obsm["spatial"]).all()
    assert again.uns["truth"]["near_only"].tolist() == [False] * len(one.uns["truth"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tissue": "niche"}, "'niches'"),
        ({"tissue": True}, "niches"),
        ({"near_axes": ["tgfb"]}, "tissue='niches'"),
        ({"tissue": "niches", "near_axes": "tgfb"}, r"near_axes=\['tgfb'\]"),
        ({"tissue": "niches", "near_axes": ["tgf"]}, "'tgfb'"),
        ({"effects": {"niches": {"TLS": 2.0}}}, "tissue='niches'"),
        ({"tissue": "smooth", "effects": {"niches": {"TLS": 2.0}}}, "tissue='niches'"),
        ({"tissue": "niches", "effects": {"niches": {"tls": 2.0}}}, "'TLS'"),
        ({"tissue": "niches", "effects": {"niches": {"TLS": 0}}}, "factor"),
    ],
)
def test_bad_input(options, words):
    with pytest.raises(TMEError, match=words):
        tme.datasets.simulated_cohort(2, n_cells=20, **options)
