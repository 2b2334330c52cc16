"""Axes: pooled interactions, tested among cells of like depth."""

from __future__ import annotations

import itertools

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData
from scipy.stats import kstest
from tmeatlas.lr._engine import detected_partners, group_statistics
from tmeatlas.lr._null import Null

from tmeatlas._errors import CoverageError, InputError, MissingKeyError, StaleResultError
from tmeatlas.datasets import simulated
from tmeatlas.get import axes as get_axes
from tmeatlas.interactions._given import as_interactions
from tmeatlas.lr import _axis_engine as engine
from tmeatlas.lr import _null
from tmeatlas.lr._axis_pool import pool_axes
from tmeatlas.lr._match import match_interactions
from tmeatlas.pp import prepare
from tmeatlas.tl import axes, crosstalk, score

KEY = "tme_axes"
DATABASE = pd.DataFrame(
    [
        ("G0", "G1", "one", "signalling"),
        ("G2", "G3_G4", "one", "signalling"),
        ("G0", "G9", "one", "decoy"),
        ("G0", "G10", "one", "activation"),
        ("G5", "G6", "two", "adhesion"),
        ("G7", "G8", "three", "signalling"),
        ("G11", "G12", "three", "signalling"),
        ("G13", "G14", "three", "signalling"),
    ],
    columns=["ligand", "receptor", "axis", "role"],
)


def lognormal_data(n_cells=400, n_genes=60, n_groups=4, *, density=0.4, seed=0) -> AnnData:
    """Cells of samples in groups whose expression has nothing to do with them."""
    rng = np.random.default_rng(seed)
    values = rng.lognormal(0, 0.5, (n_cells, n_genes)) * (rng.random((n_cells, n_genes)) < density)
    obs = pd.DataFrame(
        {
            "group": pd.Categorical([f"g{i % n_groups}" for i in range(n_cells)]),
            "sample": pd.Categorical(["left", "right"]).repeat(n_cells // 2),
        },
        index=[f"cell{i}" for i in range(n_cells)],
    )
    var = pd.DataFrame(index=[f"G{i}" for i in range(n_genes)])
    return AnnData(sp.csr_matrix(values, dtype=np.float32), obs=obs, var=var)


def with_axes(adata, *, n_perms=199, **options) -> pd.DataFrame:
    crosstalk(adata, "group", database=DATABASE, n_perms=19, **options)
    axes(adata, database=DATABASE, n_perms=n_perms)
    return adata.uns[KEY]


@pytest.fixture
def adata() -> AnnData:
    return lognormal_data()


@pytest.fixture
def planted() -> AnnData:
    """Both interactions of axis "one" go from g0 to g1."""
    adata = lognormal_data()
    values = adata.X.toarray()
    for genes, group in ((["G0", "G2"], "g0"), (["G1", "G3", "G4"], "g1")):
        columns = adata.var_names.get_indexer(genes)
        values[np.ix_(adata.obs["group"] == group, columns)] += 0.6
    adata.X = sp.csr_matrix(values)
    return adata


def test_one_row_per_axis_source_and_target(adata):
    table = with_axes(adata)
    assert len(table) == 3 * 16
    assert not table.duplicated(["axis", "source", "target"]).any()
    for name, dtype in table.dtypes.items():
        assert str(dtype) in ("category", "float32", "float64", "int32"), name
    assert table["padj"].is_monotonic_increasing
    assert table["pval"].between(1 / 200, 1).all()
    assert set(table["verdict"].cat.categories) == {
        "active",
        "detected",
        "not detectable",
        "not testable",
    }


def test_axes_that_no_cell_shows_are_an_error_that_says_so(adata):
    decoy = pd.DataFrame({"ligand": ["G0"], "receptor": ["G1"], "axis": ["x"], "role": ["decoy"]})
    crosstalk(adata, "group", database=decoy, n_perms=19)
    with pytest.raises(CoverageError, match=r"No axis has a direct interaction.*'x'"):
        axes(adata, database=decoy, n_perms=19)
    assert KEY not in adata.uns


def test_molecules_are_those_of_all_genes_of_a_side(adata):
    assert with_axes(adata)["ligand_molecules"].isna().all()
    counts = adata.X.copy()
    counts.data = np.ceil(counts.data * 2)
    adata.layers["counts"] = counts
    table = with_axes(adata)
    of_group = pd.DataFrame(counts.toarray(), columns=adata.var_names, index=adata.obs["group"])
    of_group = of_group.groupby(level=0, observed=True).sum()
    for row in table[table["axis"] == "one"].itertuples():
        assert row.ligand_molecules == of_group.loc[row.source, ["G0", "G2"]].sum()
        assert row.receptor_molecules == of_group.loc[row.target, ["G1", "G3", "G4"]].sum()


def test_score_and_fractions_equal_their_definitions(adata):
    table = with_axes(adata)
    frame = adata.to_df().astype(np.float64)
    scaled = frame / frame.std(ddof=1)
    means = scaled.groupby(adata.obs["group"], observed=True).mean()
    for row in table[table["axis"] == "one"].itertuples():
        complex_mean = min(means.loc[row.target, "G3"], means.loc[row.target, "G4"])
        pairs = [
            np.sqrt(means.loc[row.source, "G0"] * means.loc[row.target, "G1"]),
            np.sqrt(means.loc[row.source, "G2"] * complex_mean),
        ]
        assert row.score == pytest.approx(np.mean(pairs), rel=1e-4)
        assert row.top_interaction == ["G0^G1", "G2^G3_G4"][int(np.argmax(pairs))]
        source, target = (frame[adata.obs["group"] == g] for g in (row.source, row.target))
        sent = ((source["G0"] > 0) | (source["G2"] > 0)).sum()
        received = ((target["G1"] > 0) | ((target["G3"] > 0) & (target["G4"] > 0))).sum()
        assert (row.ligand_cells, row.receptor_cells) == (sent, received)
        assert row.decoy_target == pytest.approx((target["G9"] > 0).mean())
        assert row.activation_source == pytest.approx((source["G10"] > 0).mean())
        assert np.isnan(row.cis_source)
    assert table.loc[table["axis"] == "two", "decoy_target"].isna().all()


def test_a_planted_axis_comes_first_in_its_direction_only(planted):
    table = with_axes(planted, n_perms=999)
    first = table.iloc[0]
    assert (first["axis"], first["source"], first["target"]) == ("one", "g0", "g1")
    assert first["verdict"] == "active"
    assert first["missing"] == ""
    back = table[(table["axis"] == "one") & (table["source"] == "g1") & (table["target"] == "g0")]
    assert back["pval"].item() > 0.5
    assert back["missing"].item() == "ligand; receptor"


def test_pvalues_are_uniform_where_nothing_goes_on():
    pvalues = np.concatenate(
        [with_axes(lognormal_data(seed=seed), n_perms=199)["pval"] for seed in range(8)]
    )
    assert kstest(pvalues, "uniform").statistic < 0.09
    assert (pvalues <= 0.05).mean() < 0.09


def deep_and_shallow(seed):
    """g0 and g1 are deeper than g2 and g3 in every gene, and differ in nothing else."""
    adata = lognormal_data(800, density=0.8, seed=seed)
    rng = np.random.default_rng(seed)
    depth = np.where(adata.obs["group"].isin(["g0", "g1"]), 0.85, 0.6)
    depth = np.clip(rng.normal(depth, 0.15), 0.2, 1)
    seen = rng.random(adata.shape) < depth[:, None]
    adata.X = sp.csr_matrix(adata.X.toarray() * seen)
    return adata


def test_depth_of_a_group_is_not_taken_for_crosstalk(monkeypatch):
    low = {}
    for strata in (1, 5):
        monkeypatch.setattr(_null, "DEPTH_STRATA", strata)
        tables = [with_axes(deep_and_shallow(seed), n_perms=99) for seed in range(3)]
        low[strata] = np.mean([(table["pval"] <= 0.05).mean() for table in tables])
    assert low[1] > 0.2
    assert low[5] < 0.1


def test_too_few_cells_are_not_detectable():
    adata = lognormal_data()
    values = adata.X.toarray()
    rare = adata.var_names.get_indexer(["G5"])
    values[:, rare] = 0
    values[:2, rare] = 3.0  # two cells, of g0 and g1
    adata.X = sp.csr_matrix(values)
    table = with_axes(adata)
    two = table[table["axis"] == "two"]
    assert (two["verdict"] == "not detectable").all()
    assert (two["ligand_cells"] <= 1).all()
    # 100 cells a group: a share of 6 % would have shown.
    np.testing.assert_allclose(two["ligand_lowest_fraction"], 0.0618, atol=1e-3)


def test_rows_between_groups_that_cannot_be_moved_are_not_tested(adata):
    only = adata.obs["group"].isin(["g2", "g3"])
    adata.obs["sample"] = np.where(only, "only " + adata.obs["group"].astype(str), "mixed")
    with pytest.warns(match="share no sample"):
        table = with_axes(adata, sample_key="sample")
    fixed = table["source"].isin(["g2", "g3"]) & table["target"].isin(["g2", "g3"])
    assert ((table["verdict"] == "not testable") == fixed).all()
    assert (table["padj"].isna() == fixed).all()


def test_threads_batches_and_storage_change_nothing(planted, storage):
    usual = with_axes(planted)
    other = planted.copy()
    other.X = storage(other.X.toarray())
    pd.testing.assert_frame_equal(with_axes(other), usual)


def test_counts_are_the_same_for_any_threads_and_batches(planted):
    matched = match_interactions(as_interactions(DATABASE), planted.var_names)
    values = sp.csc_matrix(planted.X[:, matched.columns])
    codes = planted.obs["group"].cat.codes.to_numpy(np.int32)
    sizes = np.bincount(codes)
    scaled = engine.standardised(values)
    statistics = group_statistics(scaled, codes, sizes, matched.partners)
    pool = pool_axes(matched, detected_partners(statistics, matched.partners))
    response = np.random.default_rng(0).normal(size=(len(codes), 2))
    means = engine.response_means(response.astype(np.float32), codes, sizes)
    observed = engine.axis_scores(statistics, pool, means)
    found = [
        engine.count_axes(
            *(scaled, codes, sizes, matched.partners, pool, observed, Null(100, 3)),
            response=response,
            n_threads=threads,
            batch_size=batch,
        )
        for threads, batch in ((1, 100), (2, 7), (3, 64))
    ]
    for one, other in itertools.pairwise(found):
        for part in ("pair", "ligand", "receptor", "response"):
            np.testing.assert_array_equal(getattr(one, part), getattr(other, part))
    assert 0 < found[0].response.sum() < found[0].response.size * 100


def test_response_of_the_receiver():
    adata = simulated(900)
    prepare(adata, embed=False)
    score(adata, ["tgfb_ftbrs"])
    crosstalk(adata, "cell_type", n_perms=99)
    axes(adata)
    tgfb = get_axes(adata, axis="tgfb")
    assert (tgfb["response"] == "tgfb_ftbrs").all()
    scores = adata.obsm["tme_scores"]["tgfb_ftbrs"].astype(float)
    row = tgfb[tgfb["target"] == "CAF myCAF"].iloc[0]
    inside = adata.obs["cell_type"] == "CAF myCAF"
    effect = (scores[inside].mean() - scores[~inside].mean()) / scores.std(ddof=0)
    assert row["response_effect"] == pytest.approx(effect, rel=0.01)
    assert row["response_pval"] <= 0.02
    others = get_axes(adata, axis="cxcl12")
    assert others["response_effect"].isna().all()
    assert not others["missing"].str.contains("response").any()


def test_planted_axes_of_the_simulated_tumour_are_found():
    adata = simulated(2000)
    truth = adata.uns["truth"]
    prepare(adata, embed=False)
    crosstalk(adata, "cell_type", n_perms=999)
    axes(adata)
    table = adata.uns[KEY].set_index(["axis", "source", "target"])
    planted = truth[["axis", "source", "target"]].drop_duplicates()
    assert len(planted) >= 5
    for row in planted.itertuples():
        assert table.loc[(row.axis, row.source, row.target), "verdict"] == "active", row


@pytest.mark.parametrize("file_format", ["h5ad", "zarr"])
def test_results_survive_files(adata, tmp_path, file_format):
    expected = with_axes(adata, sample_key="sample")
    path = tmp_path / f"axes.{file_format}"
    getattr(adata, f"write_{file_format}")(path)
    back = getattr(ad, f"read_{file_format}")(path)
    pd.testing.assert_frame_equal(
        back.uns[KEY].astype(object), expected.astype(object), check_index_type=False
    )
    assert get_axes(back, axis="one").shape == (16, expected.shape[1])


def regrouped(adata):
    adata.obs["group"] = adata.obs["group"].cat.rename_categories({"g0": "other"})


def not_run(adata):
    del adata.uns["tme_crosstalk"]


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        (not_run, {}, MissingKeyError, r"Run tme\.tl\.crosstalk\(adata, groupby\) first"),
        (None, {"key": "mine"}, MissingKeyError, "key_added='mine'"),
        (
            regrouped,
            {"database": DATABASE},
            StaleResultError,
            "labels .* have changed",
        ),
        (None, {}, InputError, "'DataFrame', which is not kept.*`database=`"),
        (None, {"database": DATABASE.drop(columns="axis")}, InputError, "belongs to an axis"),
        (None, {"database": DATABASE, "n_perms": 5}, InputError, "n_perms"),
        (None, {"database": DATABASE, "rng": -1}, InputError, "rng"),
        (None, {"database": DATABASE, "key_added": "tme_crosstalk"}, InputError, "another kind"),
    ],
)
def test_bad_input_is_refused_and_writes_nothing(adata, change, options, error, message):
    crosstalk(adata, "group", database=DATABASE, n_perms=19)
    if change:
        change(adata)
    before = set(adata.uns)
    with pytest.raises(error, match=message):
        axes(adata, **options)
    assert set(adata.uns) == before


def test_group_statistics_of_scaled_genes_are_those_of_the_engine(adata):
    values = sp.csc_matrix(adata.X)
    scaled = engine.standardised(values)
    matched = match_interactions(as_interactions(DATABASE), adata.var_names)
    codes = adata.obs["group"].cat.codes.to_numpy(np.int32)
    statistics = group_statistics(
        scaled[:, matched.columns], codes, np.bincount(codes), matched.partners
    )
    dense = scaled.toarray()
    np.testing.assert_allclose(dense.std(axis=0, ddof=1), 1, rtol=1e-5)
    assert statistics.means.shape[1] == 4
