"""Interactions between groups: the table, its words, and what does not change it."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scanpy as sc
import scipy.sparse as sp
from anndata import AnnData
from made_crosstalk import (
    STANDING,
    cells_with,
    check_verdicts,
    noise,
    pairs_of_genes,
    raised,
)
from sameness import unchanged
from scipy import stats

import tmeatlas as tme
from tmeatlas._errors import CoverageError, InputError, MissingKeyError, TMEWarning
from tmeatlas.lr import MIN_FOLD
from tmeatlas.results import Crosstalk
from tmeatlas.tl import crosstalk

KEY = "tme_crosstalk"
ROW = ["interaction", "source", "target"]


@pytest.fixture
def adata() -> AnnData:
    return noise()


@pytest.fixture
def planted() -> AnnData:
    """G0 is high in g0, its receptor G1 in g1: one interaction, one way."""
    return raised(noise(), {"G0": "g0", "G1": "g1"})


def result(adata, groupby="group", **options) -> pd.DataFrame:
    options = {"database": pairs_of_genes(), **options}
    crosstalk(adata, groupby, **options)
    table = adata.uns[options.get("key_added", KEY)]
    check_verdicts(table, Crosstalk)
    return table


def facts(adata) -> dict:
    return adata.uns["tmeatlas"][KEY]["provenance"]


def row(table, interaction, source, target) -> pd.Series:
    return table.astype(dict.fromkeys(ROW, str)).set_index(ROW).loc[(interaction, source, target)]


# What the table says.


def test_what_stands_out_comes_first_then_by_falling_score(planted):
    database = pairs_of_genes().assign(role="signalling")
    database.loc[5:8, "role"] = ["decoy", "cleavage", "antagonist", "coreceptor"]
    table = result(planted, database=database)
    assert table.index.equals(pd.RangeIndex(len(table)))
    assert (table["sample"] == "").all()
    verdict = table["verdict"].astype(str)
    part = np.where(verdict.isin(STANDING), 0, np.where(verdict == "", 2, 1))
    by_definition = table.assign(part=part).sort_values(
        ["part", "score", "source", "target", "ligand_complex", "receptor_complex"],
        ascending=[True, False, True, True, True, True],
        kind="stable",
    )
    assert by_definition.index.equals(table.index)
    assert set(part) == {0, 1, 2}


def test_values_equal_their_definitions(adata):
    table = result(adata)
    dense, group = adata.to_df(), adata.obs["group"]
    for found in table.sample(40, random_state=0).itertuples():
        ligand = dense.loc[group == found.source, found.ligand_complex.split("_")]
        receptor = dense.loc[group == found.target, found.receptor_complex.split("_")]
        assert found.ligand_mean == pytest.approx(ligand.mean().min(), rel=1e-5)
        assert found.receptor_mean == pytest.approx(receptor.mean().min(), rel=1e-5)
        assert found.mean == pytest.approx((found.ligand_mean + found.receptor_mean) / 2, rel=1e-6)
        assert found.ligand_cells == (ligand > 0).sum().min()
        assert found.receptor_cells == (receptor > 0).sum().min()
        assert (found.source_cells, found.target_cells) == (len(ligand), len(receptor))
        fractions = found.ligand_cells / len(ligand), found.receptor_cells / len(receptor)
        assert (found.ligand_fraction, found.receptor_fraction) == pytest.approx(fractions)
        interval = stats.binomtest(found.ligand_cells, len(ligand)).proportion_ci(method="wilson")
        assert (found.ligand_fraction_low, found.ligand_fraction_high) == pytest.approx(interval)


def test_the_score_says_how_specific_and_how_broad_both_sides_are(planted):
    table = result(planted)
    product = 1.0
    for side in ("ligand", "receptor"):
        low = table[f"{side}_specificity_low"].astype(float)
        product *= ((low - 1) / (low + 3)).clip(lower=0) * table[f"{side}_fraction_low"]
    np.testing.assert_allclose(table["score"], np.sqrt(product), rtol=1e-5)
    assert (table["ligand_specificity_low"] <= table["ligand_specificity"]).all()
    assert (table["ligand_specificity"] <= table["ligand_specificity_high"]).all()


def test_specificity_is_the_mean_over_that_of_the_others():
    # All cells show as many genes: one stratum, in which it is a ratio of two means.
    rng = np.random.default_rng(0)
    values = rng.lognormal(0, 0.2, (400, 6))
    group = np.repeat(["g0", "g1", "g2", "g3"], 100)
    values[group == "g0", 0] *= 4
    adata = cells_with(values, group=group)
    table = result(adata, database=pd.DataFrame({"ligand": ["G0"], "receptor": ["G1"]}))
    others = values[group != "g0", 0].mean()
    found = table[table["source"] == "g0"]["ligand_specificity"]
    np.testing.assert_allclose(found, values[group == "g0", 0].mean() / others, rtol=0.02)
    np.testing.assert_allclose(table["receptor_specificity"], 1.0, atol=0.1)


def test_molecules_are_counted_and_not_made_up(adata):
    assert result(adata)["ligand_molecules"].isna().all()
    adata.layers["counts"] = adata.X.copy()  # not counts at all
    assert result(adata)["ligand_molecules"].isna().all()
    counts = adata.X.copy()
    counts.data = np.round(counts.data * 3)
    adata.layers["counts"] = counts
    table, group = result(adata), adata.obs["group"].to_numpy()
    molecules = pd.DataFrame(counts.toarray(), columns=adata.var_names)
    for found in table.sample(20, random_state=0).itertuples():
        genes = found.ligand_complex.split("_")
        assert found.ligand_molecules == molecules.loc[group == found.source, genes].sum().min()
        genes = found.receptor_complex.split("_")
        assert found.receptor_molecules == molecules.loc[group == found.target, genes].sum().min()


def fisher_tail(shown: int, cells: int, drawn: int, at_least: int, fold: float) -> float:
    """P(so many or more), where the group is expected to show it `fold` times as often."""
    from scipy.optimize import brentq

    expected = drawn * fold * shown / (fold * drawn + cells - drawn)

    def of(log_odds):
        return stats.nchypergeom_fisher(cells, shown, drawn, np.exp(log_odds))

    return of(brentq(lambda x: of(x).mean() - expected, 0, 10)).sf(at_least - 1)


def test_a_rare_gene_is_counted_exactly():
    # Every cell shows the other genes, so that all are of like depth.
    group = np.repeat(["g0", "g1", "g2", "g3"], 50)
    values = np.random.default_rng(0).lognormal(0, 0.3, (200, 8))
    values[:, 0] = 0
    shown = np.r_[:7, 60, 120]  # in seven cells of g0, one of g1 and one of g2
    values[shown, 0] = 1.0
    adata = cells_with(values, group=group)
    table = result(adata, database=pd.DataFrame({"ligand": ["G0"], "receptor": ["G1"]}))
    ligand = table.groupby("source", observed=True)["ligand_pval"].first()
    fold = facts(adata)["min_fold"]
    assert fold > 1
    assert ligand["g0"] == pytest.approx(fisher_tail(9, 200, 50, 7, fold), rel=1e-6)
    assert ligand["g1"] == ligand["g2"] == 1.0
    assert set(ligand.index) == {"g0", "g1", "g2"}  # no cell of g3 shows it: no row


def test_a_row_is_as_strong_as_its_weaker_side_and_padj_counts_two_sides(planted):
    planted = raised(planted, {f"G{i}": f"g{i % 4}" for i in range(2, 14)}, by=0.7)
    table = result(planted)
    sides = table[["ligand_pval", "receptor_pval"]].to_numpy()
    larger, smaller = sides.max(axis=1), sides.min(axis=1)
    np.testing.assert_array_equal(table["pval"], larger)
    assert facts(planted)["n_rows_tested"] == len(table)  # all genes are in all groups
    expected = [
        min(p * (smaller <= p).sum() / (larger <= p).sum() for p in larger[larger >= own])
        for own in larger
    ]
    np.testing.assert_allclose(table["padj"], np.minimum(expected, 1.0))
    stands = table["padj"] <= 0.05
    assert 1 < stands.sum() < len(table)
    # What stands out reaches it, and so does whatever passes any correction.
    threshold = max(table.loc[stands, "pval"].max(), 0.05 / len(table))
    assert facts(planted)["threshold"] == threshold


def test_a_planted_interaction_comes_first_in_its_direction_only(planted):
    table = result(planted)
    first = table.iloc[0]
    assert (first["source"], first["target"], first["interaction"]) == ("g0", "g1", "G0^G1")
    assert first["verdict"] == "specific"
    reverse = row(table, "G0^G1", "g1", "g0")
    assert reverse["padj"] == 1.0
    assert reverse["score"] == 0.0
    # The rest is noise, of which a few rows may be called at a false discovery rate of 5 %.
    others = table[table["interaction"] != "G0^G1"]
    assert (others["verdict"] == "specific").mean() < 0.01
    assert others["score"].max() < first["score"]


def test_a_lone_pair_is_found_among_many_groups():
    """In all cells of one small group each and nowhere else; nothing else goes on."""
    adata = noise(600, 300, 15, density=0.2, seed=2)
    values = adata.X.toarray()
    for gene, group in (("G0", "g3"), ("G1", "g7")):
        values[:, adata.var_names.get_loc(gene)] = np.where(adata.obs["group"] == group, 1.5, 0)
    adata.X = sp.csr_matrix(values)
    table = result(adata, database=pairs_of_genes(300))
    assert facts(adata)["n_rows_tested"] > 30_000
    specific = table[table["verdict"] == "specific"]
    assert specific[ROW].astype(str).to_numpy().tolist() == [["G0^G1", "g3", "g7"]]


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_depth_alone_makes_nothing_specific(seed):
    """Groups of one profile, of which one has twice the molecules."""
    rng = np.random.default_rng(seed)
    profile = rng.gamma(0.4, 1.0, 400)
    group = np.arange(1600) % 4
    depth = 800 * np.exp(rng.normal(0, 0.35, 1600)) * np.where(group == 0, 2, 1)
    adata = cells_with(
        rng.poisson(depth[:, None] * profile / profile.sum()), group=[f"g{i}" for i in group]
    )
    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)
    table = result(adata, database=pairs_of_genes(400))
    assert len(table) > 2000
    assert (table["verdict"] != "specific").all()


def test_the_specific_comes_before_the_abundant():
    """A receptor that is high everywhere has the highest mean, and is not first."""
    adata = raised(noise(400), {"G0": "g0", "G1": "g1", "G2": "g0"}, by=1.5)
    values = adata.X.toarray()
    values[:, 3] = np.random.default_rng(0).lognormal(1.5, 0.2, 400)  # in every cell
    values[adata.obs["group"] == "g1", 3] *= 1.9
    adata.X = sp.csr_matrix(values)
    table = result(adata)
    lone, abundant = (row(table, name, "g0", "g1") for name in ("G0^G1", "G2^G3"))
    assert lone["verdict"] == abundant["verdict"] == "specific"
    assert abundant["mean"] > lone["mean"]
    assert table.iloc[0]["interaction"] == "G0^G1"
    assert lone["score"] > 1.2 * abundant["score"]


def test_meaningless_labels_make_next_to_nothing_specific():
    """Also where each gene is its own receptor: then a group that binds itself has one side."""
    found = {"pairs": 0, "own": 0}
    for seed in range(20):
        adata = noise(400, 150, 8, seed=seed, density=0.1)
        own = pd.DataFrame({"ligand": adata.var_names, "receptor": adata.var_names})
        found["pairs"] += (result(adata, database=pairs_of_genes(150))["padj"] <= 0.05).any()
        found["own"] += (result(adata, database=own)["padj"] <= 0.05).any()
    assert found["pairs"] <= 2
    assert found["own"] <= 2


def test_a_ligand_that_is_its_own_receptor(planted):
    database = pd.concat([pairs_of_genes(), pd.DataFrame({"ligand": ["G0"], "receptor": ["G0"]})])
    table = result(planted, database=database)
    itself = table[table["interaction"] == "G0^G0"].set_index(["source", "target"])
    assert len(itself) == 16
    assert itself.loc[("g0", "g0"), "verdict"] == "specific"
    assert (itself.drop(index=("g0", "g0"))["verdict"] != "specific").all()
    assert itself.loc[("g0", "g0"), "pval"] == itself.loc[("g0", "g0"), "ligand_pval"]


def test_too_few_cells_are_told_with_how_many_it_would_take(planted):
    values = planted.X.toarray()
    in_g0 = np.flatnonzero(planted.obs["group"] == "g0")
    values[:, 0] = 0
    values[in_g0[:2], 0] = 7.5
    planted.X = sp.csr_matrix(values)
    table = result(planted)
    rare = table[table["ligand_complex"] == "G0"]
    assert set(rare["source"]) == {"g0"}
    assert (rare["ligand_cells"] == 2).all()
    found = row(table, "G0^G1", "g0", "g1")
    assert found["verdict"] == "too few cells"
    assert found["source_cells_needed"] > found["source_cells"] == 60
    assert np.isnan(found["target_cells_needed"])  # the receptor passes
    assert found["receptor_pval"] <= facts(planted)["threshold"] < found["ligand_pval"]
    assert (rare[rare["target"] != "g1"]["padj"] == 1.0).all()


def test_with_the_cells_needed_the_side_passes():
    """What is said to be needed does: in most of 30 draws, and more often than with ten cells."""

    def found(n_cells: int, seed: int) -> pd.Series:
        rng = np.random.default_rng(seed)
        group = np.repeat(["g0", "g1", "rest"], [n_cells, 100, 400])
        values = rng.lognormal(0, 0.3, (len(group), 60)) * (rng.random((len(group), 60)) < 0.5)
        values[:, :2] = 1.0
        values[:, 0] *= rng.random(len(group)) < np.where(group == "g0", 0.25, 0.02)
        values[:, 1] *= np.where(group == "g1", 1, rng.random(len(group)) < 0.02)
        adata = cells_with(values, group=group)
        table = result(adata, database=pd.DataFrame({"ligand": ["G0"], "receptor": ["G1"]}))
        shown = table[(table["source"] == "g0") & (table["target"] == "g1")]
        return shown.iloc[0] if len(shown) else pd.Series({"verdict": "", "ligand_pval": 1.0})

    few = [found(14, seed) for seed in range(12)]
    needed = [f["source_cells_needed"] for f in few if f["verdict"] == "too few cells"]
    assert len(needed) > 3
    n = int(np.median(needed))
    assert 15 < n < 200
    share = {
        n_cells: np.mean([found(n_cells, seed)["ligand_pval"] <= 0.05 / 9 for seed in range(30)])
        for n_cells in (10, n)
    }
    assert share[n] > 0.75 > share[10]


def test_the_share_of_cells_takes_no_verdict_away():
    """Three cells of a small group and thirty of a large one are held to the same p-value."""
    rng = np.random.default_rng(1)
    group = np.repeat(["small", "large", "sender", "rest"], [12, 200, 60, 600])
    values = rng.lognormal(0, 0.3, (len(group), 6))
    values[:, 0] *= np.where(group == "sender", 1, rng.random(len(group)) < 0.01)
    values[:, 1] = 0
    for name, n in (("small", 3), ("large", 30)):
        values[np.flatnonzero(group == name)[:n], 1] = 1.0
    adata = cells_with(values, group=group)
    table = result(adata, database=pd.DataFrame({"ligand": ["G0"], "receptor": ["G1"]}))
    for name, n in (("small", 3), ("large", 30)):
        found = row(table, "G0^G1", "sender", name)
        assert found["receptor_cells"] == n
        assert found["verdict"] == "specific"


def test_a_sample_effect_is_not_crosstalk_within_samples():
    # g0 is mostly in one sample, which is deeper in every gene; groups are alike within a sample.
    rng = np.random.default_rng(0)
    sample = np.repeat(["deep", "shallow"], 300)
    in_g0 = rng.random(600) < np.where(sample == "deep", 0.9, 0.1)
    adata = noise(600, density=1.0)  # all show as many genes
    adata.obs["sample"] = pd.Categorical(sample)
    adata.obs["group"] = pd.Categorical(np.where(in_g0, "g0", "g1"))
    adata.X = sp.csr_matrix(adata.X.multiply(np.where(sample == "deep", 1, 0.3)[:, None]))
    over_all = result(adata)
    assert (over_all["verdict"] == "specific").mean() > 0.2
    within = result(adata, sample_key="sample")
    assert (within["verdict"] != "specific").all()
    assert adata.uns["tmeatlas"][KEY]["params"]["sample_key"] == "sample"


# Roles, places, limits: what enters the family of tests.


def test_roles_that_carry_no_signal_have_a_p_value_and_no_verdict(planted):
    database = pairs_of_genes().assign(role="signalling")
    usual = result(planted, database=database.drop(index=0))
    n_tests = facts(planted)["n_rows_tested"]
    for role in ("decoy", "cleavage", "antagonist", "coreceptor", "activation"):
        table = result(planted, database=database.assign(role=[role, *database["role"][1:]]))
        found = row(table, "G0^G1", "g0", "g1")
        assert found["verdict"] == ""
        assert found["pval"] < 1e-6
        assert np.isnan(found["padj"])
        assert (table["role"].astype(str).tail(16) == role).all()  # listed apart, last
        assert facts(planted)["n_rows_tested"] == n_tests
        assert "specific" not in set(table["verdict"])
        pd.testing.assert_series_equal(table["padj"].head(len(usual)), usual["padj"])
    for role in ("adhesion", ""):
        table = result(planted, database=database.assign(role=[role, *database["role"][1:]]))
        assert row(table, "G0^G1", "g0", "g1")["verdict"] == "specific"
        assert facts(planted)["n_rows_tested"] == n_tests + 16


def test_an_interaction_in_cis_stays_within_a_group(adata):
    database = pairs_of_genes().assign(role="signalling")
    database.loc[3, "role"] = "cis"
    table = result(adata, database=database)
    in_cis = table[table["role"] == "cis"]
    assert (in_cis["source"].astype(str) == in_cis["target"].astype(str)).all()
    assert len(in_cis) == 4
    assert (in_cis["verdict"] == "").all()


PLACES = {"nest": ["g0", "g1"], "rim": ["g1", "g2"]}


def test_microenvironments_say_who_can_meet(planted, tmp_path):
    everywhere = result(planted)
    n_everywhere = facts(planted)["n_rows_tested"]
    table = result(planted, microenvironments=PLACES)
    met = {tuple(pair) for pair in table[["source", "target"]].astype(str).to_numpy()}
    assert met == {
        *[("g0", "g0"), ("g0", "g1"), ("g1", "g0"), ("g1", "g1")],
        *[("g1", "g2"), ("g2", "g1"), ("g2", "g2")],
    }
    # The tests of the sides stay; the family is that of the groups that can meet.
    assert facts(planted)["n_rows_tested"] == n_everywhere * 7 // 16
    names = dict.fromkeys(ROW, str)
    both = table.astype(names).merge(everywhere.astype(names), on=ROW, suffixes=("", "_all"))
    assert len(both) == len(table)
    np.testing.assert_array_equal(both["pval"], both["pval_all"])
    assert not np.array_equal(both["padj"], both["padj_all"])
    rows = [(group, place) for place, groups in PLACES.items() for group in groups]
    frame = pd.DataFrame(rows, columns=["cell_type", "microenvironment"])
    frame.to_csv(tmp_path / "places.csv", index=False)
    for given in (frame, tmp_path / "places.csv"):
        again = result(planted, microenvironments=given)
        pd.testing.assert_frame_equal(again, table, check_exact=True)


def test_a_microenvironment_may_name_a_group_that_is_too_small(planted):
    groups = planted.obs["group"].astype(str).to_numpy()
    groups[:3] = "few"
    planted.obs["group"] = groups
    with pytest.warns(TMEWarning, match="few"):
        table = result(planted, microenvironments={"nest": ["g0", "g1", "few"]})
    assert set(table["source"]) == {"g0", "g1"}


def test_what_is_listed_does_not_change_what_is_adjusted(planted):
    everything = result(planted).copy()
    n_tests = facts(planted)["n_rows_tested"]
    table = result(planted, min_fraction=0.5)
    assert 0 < len(table) < len(everything)
    assert table[["ligand_fraction", "receptor_fraction"]].min(axis=None) >= 0.5
    assert facts(planted)["n_rows_tested"] == n_tests
    assert facts(planted)["n_rows_below_min_fraction"] == len(everything) - len(table)
    names = dict.fromkeys(ROW, str)
    both = table.astype(names).merge(everything.astype(names), on=ROW, suffixes=("", "_all"))
    np.testing.assert_array_equal(both["padj"], both["padj_all"])


def test_provenance_tells_what_the_table_cannot(adata):
    database = pd.concat(
        [pairs_of_genes(), pd.DataFrame({"ligand": ["G0", "NONE"], "receptor": ["ABSENT", "G1"]})]
    )
    adata.X = adata.X.toarray() * (adata.var_names != "G2")
    with pytest.warns(TMEWarning, match=r"2 of 21 interactions.*lack 2 genes: 'ABSENT', 'NONE'"):
        table = result(adata, database=database)
    found = facts(adata)
    assert found["n_interactions"] == 21
    assert found["coverage"] == pytest.approx(19 / 21)
    assert found["n_interactions_untestable"] == 2
    assert found["missing_genes"].tolist() == ["ABSENT", "NONE"]
    assert found["n_rows_tested"] == len(table) == 18 * 16
    # G2 is 0 everywhere: its interaction is no test, whatever the labels.
    assert found["n_interactions_not_detected"] == 1
    assert found["n_rows_not_seen"] == 0
    assert found["min_fold"] == MIN_FOLD
    assert not found["verdict_by_samples"]
    assert "G2^G3" not in set(table["interaction"])
    assert not {"seed", "n_perms", "null"} & set(adata.uns["tmeatlas"][KEY]["params"])


def test_a_table_of_ones_own_from_a_file(planted, tmp_path):
    """As CellChat names columns and classes; a signalling class has a say like any other."""
    table = pairs_of_genes().assign(annotation="Secreted Signaling", axis="mine")
    table.to_csv(tmp_path / "mine.csv", index=False)
    found = result(planted, database=tmp_path / "mine.csv")
    plain = result(planted, database=pairs_of_genes())
    assert found.iloc[0]["verdict"] == "specific"
    assert set(found["axis"]) == {"mine"}
    np.testing.assert_array_equal(found["padj"], plain["padj"])


# What changes nothing.


def test_storage_changes_nothing(planted, storage):
    expected = result(planted.copy())
    planted.X = storage(planted.X.toarray())
    pd.testing.assert_frame_equal(result(planted), expected, check_exact=True)


def test_precision_gene_order_and_layer_change_nothing(planted):
    expected = result(planted.copy())
    shuffled = planted[:, np.random.default_rng(0).permutation(planted.n_vars)].copy()
    pd.testing.assert_frame_equal(result(shuffled), expected, check_exact=True)
    planted.layers["lognorm"] = planted.X.astype(np.float64)
    planted.X = sp.csr_matrix(np.ones(planted.shape))
    pd.testing.assert_frame_equal(result(planted, layer="lognorm"), expected, check_exact=True)


def test_dask_and_backed_files_change_nothing(planted, tmp_path):
    expected = result(planted.copy())
    array = pytest.importorskip("dask.array")
    lazy = planted.copy()
    lazy.X = array.from_array(planted.X.toarray(), chunks=(77, 40)).map_blocks(sp.csr_matrix)
    pd.testing.assert_frame_equal(result(lazy), expected, check_exact=True)
    planted.write_h5ad(tmp_path / "planted.h5ad")
    backed = ad.read_h5ad(tmp_path / "planted.h5ad", backed="r")
    pd.testing.assert_frame_equal(result(backed), expected, check_exact=True)
    backed.file.close()


@pytest.mark.parametrize("n_threads", [1, 2, 5])
def test_threads_change_nothing(planted, n_threads, monkeypatch):
    expected = result(planted.copy(), sample_key="sample", by_sample=True)
    monkeypatch.setattr("tmeatlas.lr._sides.available_threads", lambda: n_threads)
    table = result(planted, sample_key="sample", by_sample=True)
    pd.testing.assert_frame_equal(table, expected, check_exact=True)


def test_the_order_of_cells_changes_the_last_digits_at_most(planted):
    planted = raised(planted, {f"G{i}": f"g{i % 4}" for i in range(2, 14)}, by=0.7)
    expected = result(planted.copy())
    table = result(planted[np.random.default_rng(0).permutation(planted.n_obs)].copy())
    names = dict.fromkeys(ROW, str)
    one, other = (t.astype(names).sort_values(ROW, ignore_index=True) for t in (table, expected))
    for name in one:
        if one[name].dtype.kind == "f":
            np.testing.assert_allclose(one[name], other[name], rtol=1e-5)
        else:
            assert one[name].astype(str).equals(other[name].astype(str)), name


def test_scaled_data_are_read_from_raw(planted):
    expected = result(planted.copy())
    planted.raw = planted.copy()
    planted.X = planted.X.toarray()
    sc.pp.scale(planted)
    pd.testing.assert_frame_equal(result(planted), expected, check_exact=True)
    assert facts(planted)["matrix"] == "raw.X"


@pytest.mark.parametrize("file_format", ["h5ad", "zarr"])
def test_results_survive_files(adata, tmp_path, file_format):
    expected = result(adata, sample_key="sample", by_sample=True)
    levels = adata.uns[f"{KEY}_levels"]
    path = tmp_path / f"adata.{file_format}"
    getattr(adata, f"write_{file_format}")(path)
    read = getattr(ad, f"read_{file_format}")(path)
    for key, table in ((KEY, expected), (f"{KEY}_levels", levels)):
        found = read.uns[key].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, table, check_index_type=False, check_names=False)
    assert read.uns["tmeatlas"][KEY]["provenance"]["n_rows_tested"] == facts(adata)["n_rows_tested"]


@pytest.mark.parametrize("file_format", ["h5ad", "zarr"])
def test_an_empty_result_warns_and_survives_files(adata, tmp_path, file_format):
    with pytest.warns(TMEWarning, match="lower `min_fraction=`"):
        table = result(adata, min_fraction=1.0)
    assert len(table) == 0
    path = tmp_path / f"adata.{file_format}"
    getattr(adata, f"write_{file_format}")(path)
    read = getattr(ad, f"read_{file_format}")(path)
    assert list(read.uns[KEY].columns) == list(table.columns)


def test_group_names_may_hold_any_text(adata):
    names = {"g0": "T/NK|a", "g1": "B cell", "g2": "α, β", "g3": "T/NK|b"}
    adata.obs["group"] = adata.obs["group"].cat.rename_categories(names)
    assert set(result(adata)["source"]) == set(names.values())


def test_cells_without_a_group_are_left_out(adata):
    adata.obs["group"] = adata.obs["group"].where(np.arange(adata.n_obs) >= 8)
    table = result(adata)
    pd.testing.assert_frame_equal(table, result(adata[8:].copy()), check_exact=True)


def test_small_groups_are_left_out_with_one_warning(adata):
    groups = adata.obs["group"].astype(str).to_numpy()
    groups[:3] = "few"
    adata.obs["group"] = groups
    expected = result(adata[3:].copy())
    with pytest.warns(TMEWarning, match=r"'few \(3 cells\)'.*min_cells") as caught:
        table = result(adata)
    assert len(caught) == 1
    pd.testing.assert_frame_equal(table, expected, check_exact=True)
    assert facts(adata)["groups_left_out"].tolist() == ["few (3 cells)"]
    assert "few" in set(result(adata, min_cells=3)["source"])


# Groups that cannot be compared.


def disjoint(shares: dict[str, float], n_cells: int = 100) -> AnnData:
    """Groups whose cells show one profile, each this share of the genes, and hardly any other."""
    rng = np.random.default_rng(0)
    group = np.repeat(list(shares), n_cells)
    share = np.repeat(list(shares.values()), n_cells)
    values = rng.lognormal(0, 0.3, (len(group), 200))
    for cell, part in enumerate(share):
        n = int(200 * part) + rng.integers(-5, 6)
        values[cell, rng.permutation(200)[n:]] = 0
    return cells_with(values, group=group)


def test_groups_that_do_not_overlap_in_depth_are_not_testable():
    adata = disjoint({"shallow": 0.1, "deep": 0.8})
    with pytest.warns(TMEWarning, match="like depth.*'deep', 'shallow'") as caught:
        table = result(adata, database=pairs_of_genes(200))
    assert len(caught) == 1
    assert len(table) > 100
    assert (table["verdict"] == "not testable").all()
    assert facts(adata)["groups_not_comparable"].tolist() == ["deep", "shallow"]
    assert facts(adata)["n_rows_tested"] == 0


def test_a_group_apart_in_depth_is_not_testable_and_the_others_are():
    adata = disjoint({"a": 0.1, "b": 0.1, "apart": 0.8})
    with pytest.warns(TMEWarning, match="like depth.*'apart'"):
        table = result(adata, database=pairs_of_genes(200))
    of_apart = (table["source"] == "apart") | (table["target"] == "apart")
    assert ((table["verdict"] == "not testable") == of_apart).all()
    alone = result(adata[adata.obs["group"] != "apart"].copy(), database=pairs_of_genes(200))
    # Nothing of the group enters the comparison of the others.
    rest = table[~of_apart]
    names = dict.fromkeys(ROW, str)
    both = rest.astype(names).merge(alone.astype(names), on=ROW, suffixes=("", "_alone"))
    assert len(both) == len(rest) == len(alone)
    np.testing.assert_allclose(both["pval"], both["pval_alone"], rtol=0.05)  # values are rounded


def test_two_deep_and_two_shallow_groups_are_compared_among_themselves():
    adata = disjoint({"a": 0.1, "b": 0.1, "c": 0.8, "d": 0.8})
    table = result(adata, database=pairs_of_genes(200))
    assert (table["verdict"] != "not testable").all()
    assert (table["verdict"] != "specific").all()


def test_groups_that_share_no_sample_with_another_are_not_testable(adata):
    alone = adata.obs["group"].isin(["g2", "g3"])
    adata.obs["sample"] = np.where(alone, "only " + adata.obs["group"].astype(str), "mixed")
    with pytest.warns(TMEWarning) as caught:
        table = result(adata, sample_key="sample")
    assert any("'g2', 'g3'" in str(w.message) for w in caught)
    apart = table["source"].isin(["g2", "g3"]) | table["target"].isin(["g2", "g3"])
    assert ((table["verdict"] == "not testable") == apart).all()
    # p-values are corrected over the rows that were tested, no others.
    assert facts(adata)["n_rows_tested"] == (~apart).sum()
    assert list(facts(adata)["groups_not_comparable"]) == ["g2", "g3"]


# What is refused.


def with_values(change):
    def prepare(adata):
        adata.X = change(adata.X.toarray())

    return prepare


def one_group(adata):
    adata.obs["group"] = "all"


def missing_sample(adata):
    adata.obs["sample"] = adata.obs["sample"].where(np.arange(adata.n_obs) > 0)


def confounded_sample(adata):
    adata.obs["sample"] = adata.obs["group"].astype(str) + "_patient"


def mouse_names(adata):
    adata.var_names = [f"Tgfb{i}" for i in range(adata.n_vars)]


NOBODY = {"nest": ["few"]}


def few_cells(adata):
    groups = adata.obs["group"].astype(str).to_numpy()
    groups[:3] = "few"
    adata.obs["group"] = groups


@pytest.mark.parametrize(
    ("prepare", "options", "error", "message"),
    [
        (None, {"groupby": "grop"}, MissingKeyError, "'grop'.*first: 'group'"),
        (None, {"sample_key": "smaple"}, MissingKeyError, "'smaple'.*first: 'sample'"),
        (None, {"by_sample": True}, InputError, "pass `sample_key=`"),
        (None, {"layer": "counts"}, MissingKeyError, "layer 'counts'"),
        (None, {"database": "cellchat"}, MissingKeyError, "'cellchat'.*'tme'"),
        (None, {"database": 3}, InputError, "found int"),
        (None, {"min_cells": 0}, InputError, "min_cells"),
        (None, {"min_cells": 2.5}, InputError, "min_cells"),
        (None, {"min_cells": True}, InputError, "min_cells"),
        (None, {"min_cells": 100}, InputError, "two groups.*too small"),
        (None, {"min_fraction": 10}, InputError, "not per cent"),
        (None, {"min_fraction": -0.1}, InputError, "min_fraction"),
        (None, {"min_fraction": float("nan")}, InputError, "min_fraction"),
        (None, {"min_fraction": "half"}, InputError, "min_fraction"),
        (None, {"microenvironments": {"nest": ["g0", "gg1"]}}, MissingKeyError, "'gg1'.*'g1'"),
        (None, {"microenvironments": {}}, InputError, "0 rows"),
        (None, {"microenvironments": 3}, InputError, "found int"),
        (few_cells, {"microenvironments": NOBODY}, InputError, "nobody can meet.*min_cells"),
        (None, {"key_added": "a/b"}, InputError, "key_added"),
        (None, {"key_added": "tmeatlas"}, InputError, "key_added"),
        (one_group, {}, InputError, "two groups"),
        (missing_sample, {"sample_key": "sample"}, InputError, "1 cell without a sample"),
        (
            confounded_sample,
            {"sample_key": "sample"},
            InputError,
            "one group.*Leave out `sample_key=`",
        ),
        (mouse_names, {}, CoverageError, "human symbols"),
        (mouse_names, {"database": "tme"}, CoverageError, "another species"),
        (with_values(np.round), {}, InputError, r"raw counts.*tme\.pp\.prepare.*layer"),
        (with_values(lambda x: x * 1000), {}, InputError, "linear"),
        (with_values(lambda x: x - 1), {}, InputError, "scaled"),
        (with_values(lambda x: np.where(x == x.max(), np.nan, x)), {}, InputError, "NaN"),
    ],
)
def test_bad_input_is_refused_and_writes_nothing(adata, prepare, options, error, message):
    if prepare:
        prepare(adata)
    for copy in (False, True):
        with pytest.raises(error, match=message):
            result(adata, copy=copy, **options)
    assert dict(adata.uns) == {}


@pytest.mark.parametrize("option", ["n_perms", "rng", "null"])
def test_options_of_permutations_are_gone(adata, option):
    with pytest.raises(TypeError, match=option):
        crosstalk(adata, "group", **{option: 100})


def test_what_is_not_an_anndata_is_refused():
    with pytest.raises(InputError, match="found DataFrame"):
        crosstalk(pd.DataFrame(), "group")


def test_copy_leaves_the_original_alone(adata):
    with unchanged(adata):
        copied = crosstalk(
            adata, "group", database=pairs_of_genes(), sample_key="sample", copy=True
        )
    assert {KEY, f"{KEY}_levels"} <= set(copied.uns)
    assert crosstalk(adata, "group", database=pairs_of_genes()) is None
    assert KEY in adata.uns


def test_key_added(adata):
    result(adata, key_added="mine", sample_key="sample")
    assert {"mine", "mine_levels", "tmeatlas"} == set(adata.uns)
    assert "mine" in adata.uns["tmeatlas"]
    result(adata, key_added="mine")  # without samples there are no levels
    assert {"mine", "tmeatlas"} == set(adata.uns)


def test_what_is_no_result_of_ours_is_not_overwritten(adata):
    adata.uns["neighbors"] = {"params": 1}
    with pytest.raises(InputError, match="no result of ours"):
        crosstalk(adata, "group", database=pairs_of_genes(), key_added="neighbors")
    with pytest.raises(InputError, match="'schema_version'"):
        crosstalk(adata, "group", database=pairs_of_genes(), key_added="prepare")
    assert adata.uns["neighbors"] == {"params": 1}


# Whole tumours.


@pytest.mark.parametrize("database", ["tme"])
def test_the_simulated_tumour_keeps_the_rules(database):
    adata = tme.datasets.simulated(600)
    tme.pp.prepare(adata, embed=False)
    table = result(adata, "cell_type", database=database)
    assert {"specific", "not specific", "too few cells", ""} <= set(table["verdict"])
    roles = table.groupby("role", observed=True)["verdict"].agg(lambda v: set(v))
    for role, verdicts in roles.items():
        assert (verdicts == {""}) == (role not in ("signalling", "adhesion")), role


def test_a_real_tumour_talks_over_the_main_axes(shared_data):
    adata = ad.read_h5ad(shared_data / "data" / "wu2021_tnbc_CID4465.h5ad")
    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)
    with pytest.warns(TMEWarning, match="left out"):
        table = result(adata, "cell_type", database="tme")

    def found(axis: str, source: str, target: str, ligand: str, receptor: str) -> pd.Series:
        chosen = table[
            (table["axis"] == axis)
            & (table["source"] == source)
            & (table["target"] == target)
            & (table["ligand_complex"] == ligand)
            & (table["receptor_complex"] == receptor)
        ]
        return chosen.iloc[0]

    cxcl12 = found("cxcl12", "CAF", "Macrophage_TAM", "CXCL12", "CXCR4")
    assert cxcl12["verdict"] == "specific"
    assert cxcl12["ligand_mean"] == pytest.approx(
        adata[adata.obs["cell_type"] == "CAF", "CXCL12"].X.mean(), rel=1e-5
    )
    # Four of 35 cells show the receptor: more would tell.
    cd8 = found("cxcl12", "CAF", "T_CD8", "CXCL12", "CXCR4")
    assert cd8["verdict"] == "too few cells"
    assert cd8["target_cells_needed"] > cd8["target_cells"] == 35
    assert np.isnan(cd8["source_cells_needed"])
    vegf = found("vegf", "Pericyte_PVL", "Endothelial", "PGF", "FLT1")
    assert vegf["verdict"] == "specific"
    # Two macrophages and two T cells: reported with its counts, and with the cells it would take.
    pdl1 = found("pd1_pdl1", "Macrophage_TAM", "T_CD8", "CD274", "PDCD1")
    assert (pdl1["ligand_cells"], pdl1["receptor_cells"]) == (2, 2)
    assert pdl1["verdict"] == "too few cells"
    assert pdl1["source_cells_needed"] > 112
    # No receptor fills the top by its abundance alone.
    first = table.head(20)
    assert (first["verdict"] == "specific").all()
    assert first["receptor_complex"].value_counts().iloc[0] <= 10


def test_molecules_of_raw_are_counted_unless_raw_is_not_to_be_read():
    adata = tme.datasets.simulated(600)
    counts = adata.copy()
    tme.pp.prepare(adata, embed=False)
    adata.raw = counts
    del adata.layers["counts"]
    for use_raw, counted in ((None, True), (False, False)):
        tme.tl.crosstalk(adata, "cell_type", use_raw=use_raw)
        molecules = tme.get.crosstalk(adata)["ligand_molecules"]
        assert molecules.notna().all() if counted else molecules.isna().all()
