"""Axes: what carries them, what they say, and what does not change it."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData
from made_crosstalk import STANDING, cells_with, check_verdicts, noise, raised
from sameness import unchanged
from scipy import stats

from tmeatlas._errors import (
    CoverageError,
    InputError,
    MissingKeyError,
    StaleResultError,
    TMEWarning,
)
from tmeatlas.datasets import simulated
from tmeatlas.get import axes as get_axes
from tmeatlas.interactions import Axis
from tmeatlas.pp import prepare
from tmeatlas.results import Axes, Coverage, Scores
from tmeatlas.tl import axes, crosstalk

KEY = "tme_axes"
DATABASE = pd.DataFrame(
    [
        ("G0", "G1", "one", "signalling", "core", ""),
        ("G2", "G3_G4", "one", "signalling", "core", ""),
        ("G15", "G1", "one", "signalling", "associated", "yes"),
        ("G0", "G16", "one", "adhesion", "associated", "few"),
        ("G0", "G9", "one", "decoy", "", ""),
        ("G0", "G10", "one", "activation", "", ""),
        ("G5", "G6", "two", "adhesion", "core", ""),
        ("G7", "G8", "three", "signalling", "core", ""),
        ("G11", "G12", "three", "signalling", "core", ""),
        ("G13", "G14", "three", "", "core", ""),
        ("G17", "G20", "four", "signalling", "core", ""),
        ("G18", "G20", "four", "signalling", "core", ""),
        ("G19", "G20", "four", "signalling", "core", ""),
    ],
    columns=["ligand", "receptor", "axis", "role", "core", "disputed"],
)
ROW = ["axis", "source", "target"]


@pytest.fixture
def adata() -> AnnData:
    return noise(400, 60, density=0.4)


@pytest.fixture
def planted() -> AnnData:
    """Both core interactions of axis "one" go from g0 to g1."""
    genes = {"G0": "g0", "G2": "g0", "G1": "g1", "G3": "g1", "G4": "g1"}
    return raised(noise(400, 60, density=0.4), genes)


def with_axes(adata, *, database=DATABASE, by_sample=False, **options) -> pd.DataFrame:
    crosstalk(adata, "group", database=database, **options)
    axes(adata, database=database, by_sample=by_sample)
    table = adata.uns[KEY]
    check_verdicts(table, Axes)
    return table


def facts(adata) -> dict:
    return adata.uns["tmeatlas"][KEY]["provenance"]


def row(table, *names) -> pd.Series:
    return table.astype(dict.fromkeys(ROW, str)).set_index(ROW).loc[names]


def pair(adata, interaction, source, target) -> pd.Series:
    """The row of the crosstalk."""
    table = adata.uns["tme_crosstalk"]
    names = ["interaction", "source", "target"]
    return (
        table.astype(dict.fromkeys(names, str)).set_index(names).loc[(interaction, source, target)]
    )


# What the table says.


def test_one_row_per_axis_source_and_target_the_best_first(planted):
    table = with_axes(planted)
    assert len(table) == 4 * 16
    assert not table.duplicated(ROW).any()
    assert (table["sample"] == "").all()
    stands = table["verdict"].isin(STANDING).to_numpy()
    assert not (stands[1:] & ~stands[:-1]).any()
    for part in (table[stands], table[~stands]):
        assert part["score"].is_monotonic_decreasing
    assert list(table["verdict"].cat.categories) == [
        *["active", "specific", "specific, response unknown", "not specific", "too few cells"],
        *["not testable", "not testable: genes missing", "specific, mostly ambient"],
    ]


def test_a_planted_axis_comes_first_in_its_direction_only(planted):
    table = with_axes(planted)
    first = table.iloc[0]
    assert tuple(first[ROW]) == ("one", "g0", "g1")
    assert first["verdict"] == "specific, response unknown"
    assert first["top_interaction"] in ("G0^G1", "G2^G3_G4")
    assert first["missing"] == ""
    assert (table["verdict"].isin(STANDING)).sum() == 1
    back = row(table, "one", "g1", "g0")
    assert back["padj"] == 1.0
    assert back["missing"] == "ligand; receptor"
    assert row(table, "one", "g0", "g2")["missing"] == "receptor"


def test_an_axis_tells_of_its_top_interaction_what_the_crosstalk_tells(planted):
    counts = planted.X.copy()
    counts.data = np.ceil(counts.data * 2)
    planted.layers["counts"] = counts
    table = with_axes(planted)
    told = ("cells", "molecules", "fraction", "fraction_low", "fraction_high")
    told = (*told, "specificity", "specificity_low", "specificity_high")
    names = [f"{side}_{what}" for side in ("ligand", "receptor") for what in told]
    assert len(set(table["top_interaction"])) > 5
    for found in table.itertuples():
        own = pair(planted, found.top_interaction, found.source, found.target)
        assert own["core"] == "core"
        assert own["axis"] == found.axis
        for name in [*names, "source_cells", "target_cells", "score"]:
            assert getattr(found, name) == own[name], name
    group = planted.obs["group"]
    molecules = pd.DataFrame(counts.toarray(), columns=planted.var_names)
    for found in table[table["top_interaction"] == "G2^G3_G4"].itertuples():
        own = molecules.loc[(group == found.target).to_numpy(), ["G3", "G4"]].sum()
        assert found.receptor_molecules == own.min()


def test_modifiers_equal_their_definitions(adata):
    table = with_axes(adata)
    assert table["ligand_molecules"].isna().all()  # without counts
    frame = adata.to_df()
    for found in table[table["axis"] == "one"].itertuples():
        source, target = (frame[adata.obs["group"] == g] for g in (found.source, found.target))
        assert found.decoy_target == pytest.approx((target["G9"] > 0).mean())
        assert found.activation_source == pytest.approx((source["G10"] > 0).mean())
        assert np.isnan(found.cis_source)
    assert table.loc[table["axis"] != "one", "decoy_target"].isna().all()


def test_an_axis_of_one_pair_has_the_p_values_of_the_pair(planted):
    planted = raised(planted, {"G5": "g2", "G6": "g3"}, by=0.5)
    table = with_axes(planted)
    for found in table[table["axis"] == "two"].itertuples():
        own = pair(planted, "G5^G6", found.source, found.target)
        assert found.top_interaction == "G5^G6"
        for name in ("ligand_pval", "receptor_pval", "pval"):
            assert getattr(found, name) == own[name]
        for name in ("ligand_specificity", "receptor_specificity_low", "receptor_specificity_high"):
            assert getattr(found, name) == own[name]


def test_several_pairs_pay_for_their_chances(planted):
    """With three ligands and three receptors each p-value counts three times."""
    planted = raised(planted, {"G7": "g0", "G8": "g2", "G11": "g0", "G12": "g2"}, by=0.4)
    table = with_axes(planted)
    names = ["G7^G8", "G11^G12", "G13^G14"]
    for found in table[table["axis"] == "three"].itertuples():
        own = [pair(planted, name, found.source, found.target) for name in names]
        sides = [[min(1, 3 * p[f"{side}_pval"]) for side in ("ligand", "receptor")] for p in own]
        best = min(range(3), key=lambda i: (max(sides[i]), min(sides[i])))
        assert found.pval == pytest.approx(max(sides[best]), rel=1e-12)
        if found.pval < 1:
            assert found.top_interaction == names[best]
            assert [found.ligand_pval, found.receptor_pval] == pytest.approx(sides[best])


def test_ligands_of_one_receptor_pay_on_their_side_only(adata):
    adata = raised(adata, {"G17": "g0", "G20": "g1"}, by=0.5)
    found = row(with_axes(adata), "four", "g0", "g1")
    own = pair(adata, "G17^G20", "g0", "g1")
    assert found["top_interaction"] == "G17^G20"
    assert found["ligand_pval"] == pytest.approx(3 * own["ligand_pval"])
    assert found["receptor_pval"] == own["receptor_pval"]


def test_a_partner_that_is_its_own_ligand_in_an_axis():
    """Meaningless labels: an axis of such pairs stands out as rarely as others."""
    stood = 0
    for seed in range(12):
        adata = noise(400, 160, 8, density=0.1, seed=seed)
        own = pd.DataFrame({"ligand": adata.var_names, "receptor": adata.var_names})
        own["axis"] = own["ligand"].str.replace("G", "axis ")
        stood += with_axes(adata, database=own)["verdict"].isin(STANDING).any()
    assert stood <= 1


def test_associated_pairs_do_not_carry_an_axis(adata):
    alone = raised(adata, {"G15": "g0", "G1": "g1", "G16": "g1"})
    table = with_axes(alone)
    assert pair(alone, "G15^G1", "g0", "g1")["verdict"] == "specific"
    found = row(table, "one", "g0", "g1")
    assert found["verdict"] not in STANDING
    assert found["missing"] == "ligand"
    assert "G15" not in "".join(table["top_interaction"])
    carried = raised(alone, {"G0": "g0"})
    found = row(with_axes(carried), "one", "g0", "g1")
    assert found["verdict"] in STANDING
    assert found["top_interaction"] == "G0^G1"
    assert found["associated"] == "G15^G1 (disputed); G0^G16"
    back = row(carried.uns[KEY], "one", "g1", "g0")
    assert back["associated"] == ""


def test_without_a_word_on_core_all_pairs_of_an_axis_count(adata):
    alone = raised(adata, {"G15": "g0", "G1": "g1"})
    table = with_axes(alone, database=DATABASE.drop(columns="core"))
    found = row(table, "one", "g0", "g1")
    assert found["verdict"] in STANDING
    assert found["top_interaction"] == "G15^G1"
    assert found["core_pairs"] == 4


# Genes that are not there.


def lacking(adata, *genes) -> AnnData:
    return adata[:, ~adata.var_names.isin(genes)].copy()


@pytest.mark.filterwarnings("ignore:.*cannot be tested")
def test_an_axis_without_a_complete_core_pair_is_not_testable(planted):
    less = raised(lacking(planted, "G0", "G4"), {"G15": "g0"})
    with pytest.warns(TMEWarning, match=r"want of genes: 'one \(without G0, G4\)'"):
        table = with_axes(less)
    own = table[table["axis"] == "one"]
    assert len(own) == 16
    assert (own["verdict"] == "not testable: genes missing").all()
    assert (own["missing_genes"] == "G0; G4").all()
    assert (own["coverage"] == 0).all()
    assert own[["core_pairs", "core_pairs_measured"]].drop_duplicates().to_numpy().tolist() == [
        [2, 0]
    ]
    assert own["pval"].isna().all()
    assert (own["score"] == 0).all()
    assert (own["source_cells"] == 100).all()
    assert (table["axis"].tail(16) == "one").all()
    assert list(facts(less)["axes_not_testable"]) == ["one"]
    # The pair that is there is listed as a pair, and is specific under its own name.
    assert pair(less, "G15^G1", "g0", "g1")["verdict"] == "specific"


@pytest.mark.filterwarnings("ignore:.*cannot be tested")
def test_less_than_half_of_the_core_pairs_are_marked(planted):
    less = lacking(planted, "G7", "G12")
    with pytest.warns(TMEWarning, match=r"Less than half .* 'three \(1 of 3\)'"):
        table = with_axes(less)
    own = table[table["axis"] == "three"]
    assert own["coverage"].to_numpy() == pytest.approx(1 / 3)
    assert (own["missing_genes"] == "G7; G12").all()
    assert (own["core_pairs_measured"] == 1).all()
    assert "not testable: genes missing" not in set(own["verdict"])
    assert list(facts(less)["axes_half_covered"]) == ["three"]
    whole = table[table["axis"] == "one"]
    assert (whole["coverage"] == 1).all()
    assert (whole["missing_genes"] == "").all()


@pytest.mark.filterwarnings("ignore:.*cannot be tested")
def test_half_of_the_core_pairs_are_not_marked(planted):
    table = with_axes(lacking(planted, "G3"))
    assert (table.loc[table["axis"] == "one", "coverage"] == 0.5).all()
    assert row(table, "one", "g0", "g1")["verdict"] in STANDING


def test_pairs_that_no_cell_shows_cost_nothing(planted):
    less = planted.copy()
    values = planted.X.toarray()
    values[:, planted.var_names.get_indexer(["G13", "G14", "G11"])] = 0
    less.X = sp.csr_matrix(values)
    own = with_axes(less)
    own = own[own["axis"] == "three"]
    # One pair is left, and no chance is paid for; the others are measured all the same.
    assert set(own["top_interaction"]) == {"G7^G8"}
    assert (own["core_pairs_measured"] == 3).all()
    for found in own.itertuples():
        assert found.pval == pair(less, "G7^G8", found.source, found.target)["pval"]


def test_an_axis_that_no_cell_shows(planted):
    values = planted.X.toarray()
    values[:, planted.var_names.get_indexer(["G5", "G6"])] = 0
    planted.X = sp.csr_matrix(values)
    own = with_axes(planted)
    own = own[own["axis"] == "two"]
    assert (own["padj"] == 1).all()
    assert (own["ligand_cells"] == 0).all()
    assert not own["verdict"].isin(STANDING).any()


# Responses of the receiver.


@pytest.fixture
def responds(planted, monkeypatch):
    """Runs the axes where axis "one" raises `signature`, validated or not; gives its first row."""

    def run(values: np.ndarray, *, validated: bool, signature: str = "raised"):
        table = pd.DataFrame({signature: values}, index=planted.obs_names)
        record = Scores.new_record(planted, params={"method": "mine"}, facts={})
        scores = Scores(record=record, key=Scores.default_key, table=table, coverage=Coverage())
        scores.write(planted)
        known = ("raised",) if validated else ()
        entry = Axis("one", "One", (), response=("raised",), validated=known)
        monkeypatch.setattr("tmeatlas.tl._axes_inputs.load_axes", lambda: [entry])
        return row(with_axes(planted), "one", "g0", "g1")

    return run


def score_of(adata, group: str | None, by: float = 1.0) -> np.ndarray:
    values = np.random.default_rng(0).normal(0.5, 0.1, adata.n_obs)
    return values + (0 if group is None else by * 0.1 * (adata.obs["group"] == group).to_numpy())


def test_an_axis_is_active_where_a_validated_response_is_up(planted, responds):
    found = responds(score_of(planted, "g1"), validated=True)
    assert found["verdict"] == "active"
    assert found["response"] == "raised"
    assert found["response_validated"]
    assert found["response_padj"] <= 0.05
    values, inside = score_of(planted, "g1"), (planted.obs["group"] == "g1").to_numpy()
    # At like depth: the coefficient of the group in a regression on the fifths by depth.
    depth = (planted.X.toarray() > 0).sum(axis=1)
    fifth = np.digitize(depth, np.quantile(depth, [0.2, 0.4, 0.6, 0.8]))
    design = np.column_stack([inside, fifth[:, None] == np.unique(fifth)]).astype(float)
    effect = np.linalg.lstsq(design, values, rcond=None)[0][0] / values.std()
    assert found["response_effect"] == pytest.approx(effect, rel=1e-5)


@pytest.mark.parametrize("group", [None, "g0", "g2"])
def test_else_it_is_specific(planted, responds, group):
    found = responds(score_of(planted, group), validated=True)
    assert found["verdict"] == "specific"
    assert found["response_padj"] > 0.05
    assert found["missing"] == "response"


def test_a_response_that_is_hardly_up_is_none(planted, responds):
    assert responds(score_of(planted, "g1", by=0.1), validated=True)["verdict"] == "specific"


def test_without_validation_the_response_is_unknown(planted, responds):
    found = responds(score_of(planted, "g1"), validated=False)
    assert found["verdict"] == "specific, response unknown"
    assert not found["response_validated"]
    assert found["response_effect"] > 0.5  # shown all the same


def test_without_a_score_the_response_is_unknown(planted, responds):
    found = responds(score_of(planted, "g1"), validated=True, signature="another")
    assert found["verdict"] == "specific, response unknown"
    assert found["response"] == ""
    assert np.isnan(found["response_effect"])
    assert "response" not in found["missing"]
    gaps = score_of(planted, "g1")
    gaps[0] = np.nan
    assert responds(gaps, validated=True)["verdict"] == "specific, response unknown"


def test_a_response_does_not_make_an_axis_specific(planted, responds):
    responds(score_of(planted, "g1"), validated=True)
    table = planted.uns[KEY]
    others = table[(table["axis"] == "one") & (table["source"] != "g0")]
    assert not others["verdict"].isin(STANDING).any()
    assert (others.loc[others["target"] == "g1", "response_padj"] <= 0.05).all()


# Depth, samples, places.


@pytest.mark.parametrize("seed", range(3))
def test_depth_of_a_group_is_not_taken_for_an_axis(seed):
    adata = noise(1200, 200, density=0.8, seed=seed)
    rng = np.random.default_rng(seed)
    depth = np.where(adata.obs["group"].isin(["g0", "g1"]), 0.85, 0.6)
    depth = np.clip(rng.normal(depth, 0.15), 0.2, 1)
    adata.X = sp.csr_matrix(adata.X.toarray() * (rng.random(adata.shape) < depth[:, None]))
    table = with_axes(adata)
    assert not table["verdict"].isin(STANDING).any()


def test_groups_that_cannot_be_compared_are_not_testable(adata):
    only = adata.obs["group"].isin(["g2", "g3"])
    adata.obs["sample"] = np.where(only, "only " + adata.obs["group"].astype(str), "mixed")
    with pytest.warns(TMEWarning, match="cannot be compared"):
        table = with_axes(adata, sample_key="sample")
    apart = table["source"].isin(["g2", "g3"]) | table["target"].isin(["g2", "g3"])
    assert ((table["verdict"] == "not testable") == apart).all()
    assert list(facts(adata)["groups_not_comparable"]) == ["g2", "g3"]


def test_microenvironments_are_taken_over(planted):
    everywhere = with_axes(planted).copy()
    table = with_axes(planted, microenvironments={"nest": ["g0", "g1"], "rim": ["g2"]})
    met = {tuple(p) for p in table[["source", "target"]].astype(str).to_numpy()}
    assert met == {("g0", "g0"), ("g0", "g1"), ("g1", "g0"), ("g1", "g1"), ("g2", "g2")}
    assert len(table) == 4 * 5
    names = dict.fromkeys(ROW, str)
    both = table.astype(names).merge(everywhere.astype(names), on=ROW, suffixes=("", "_all"))
    np.testing.assert_array_equal(both["pval"], both["pval_all"])
    assert (both["padj"] <= both["padj_all"]).all()
    assert (both["padj"] < both["padj_all"]).any()


def cohort_with(planted: tuple[str, ...], *, by: float = 3.0) -> AnnData:
    rng = np.random.default_rng(0)
    group, sample = np.tile(["a", "b", "c"], 120), np.repeat(["s1", "s2", "s3", "s4"], 90)
    values = rng.lognormal(0, 0.5, (360, 60)) * (rng.random((360, 60)) < 0.5)
    where = np.isin(sample, planted)
    values[(group == "a") & where, 5] += by
    values[(group == "b") & where, 6] += by
    return cells_with(values, group=group, sample=sample)


COUNTS = ["n_samples", "n_samples_seen", "n_samples_specific"]


def test_axes_over_samples():
    adata = cohort_with(("s1", "s2", "s3"))
    table = with_axes(adata, sample_key="sample", by_sample=True)
    overall, own = table[table["sample"] == ""], table[table["sample"] != ""]
    assert set(own["sample"]) == {"s1", "s2", "s3", "s4"}
    assert len(overall) == 4 * 9
    planted = row(overall, "two", "a", "b")
    assert planted[COUNTS].to_list() == [4, 4, 3]
    assert planted["verdict"] in STANDING
    assert facts(adata)["verdict_by_samples"]
    chosen = (own["axis"] == "two") & (own["source"] == "a") & (own["target"] == "b")
    by_sample = own[chosen].set_index("sample")
    assert by_sample["verdict"].isin(STANDING).to_dict() == {
        **dict.fromkeys(["s1", "s2", "s3"], True),
        "s4": False,
    }
    left = np.sort(by_sample["pval"])[1:]  # true in at least two of four
    expected = stats.combine_pvalues(left, method="fisher").pvalue
    assert planted["pval"] == pytest.approx(expected, rel=1e-6)
    assert 0 < planted["pval_pooled"] < 1e-20
    assert (own[COUNTS] == 0).all(axis=None)
    assert own["pval_pooled"].isna().all()
    crosstalk(adata, "group", database=DATABASE, sample_key="sample")
    axes(adata, database=DATABASE)
    for name in overall:
        np.testing.assert_array_equal(adata.uns[KEY][name].to_numpy(), overall[name].to_numpy())


def test_rows_of_a_sample_rest_on_its_cells_alone():
    adata = cohort_with(("s1", "s2", "s3"))
    table = with_axes(adata, sample_key="sample", by_sample=True)
    alone = with_axes(adata[adata.obs["sample"] == "s2"].copy())
    own = table[table["sample"] == "s2"].reset_index(drop=True)
    assert len(own) == len(alone)
    for name in set(alone) - {"sample"}:
        one, other = own[name].to_numpy(), alone[name].to_numpy()
        np.testing.assert_array_equal(one, other, err_msg=name)


def test_one_sample_does_not_carry_an_axis():
    table = with_axes(cohort_with(("s2",), by=6.0), sample_key="sample")
    planted = row(table, "two", "a", "b")
    assert planted[COUNTS].to_list() == [4, 4, 1]
    assert planted["pval_pooled"] < 1e-4
    assert planted["padj"] == 1.0


def test_groups_that_meet_in_one_sample_and_in_none():
    adata = cohort_with(("s1", "s2", "s3", "s4"), by=6.0)
    group = adata.obs["group"].astype(str).to_numpy()
    others = (group == "b") & (adata.obs["sample"] != "s1").to_numpy()
    group[others] = "c"
    rare = np.flatnonzero(group == "a")[::5]  # six in each sample
    group[rare] = "rare"
    adata.obs["group"] = pd.Categorical(group)
    with pytest.warns(TMEWarning, match="fewer: 'b', 'rare'"):
        table = with_axes(adata, sample_key="sample")
    assert row(table, "two", "a", "b")[[*COUNTS, "padj"]].to_list() == [1, 1, 1, 1.0]
    assert row(table, "two", "a", "b")["verdict"] == "too few cells"
    assert row(table, "two", "rare", "b")[[*COUNTS, "padj"]].to_list() == [0, 0, 0, 1.0]
    assert row(table, "two", "rare", "b")["verdict"] in ("too few cells", "not specific")


def test_with_two_samples_all_cells_together_decide():
    adata = cohort_with(("s1", "s2"))
    adata = adata[adata.obs["sample"].isin(["s1", "s2"])].copy()
    table = with_axes(adata, sample_key="sample")
    assert not facts(adata)["verdict_by_samples"]
    np.testing.assert_array_equal(table["pval"], table["pval_pooled"])
    assert row(table, "two", "a", "b")["verdict"] in STANDING


# What changes nothing.


def test_storage_and_gene_order_change_nothing(planted, storage):
    usual = with_axes(planted)
    other = planted[:, np.random.default_rng(0).permutation(planted.n_vars)].copy()
    other.X = storage(other.X.toarray())
    pd.testing.assert_frame_equal(with_axes(other), usual, check_exact=True)


def test_dask_and_backed_files_change_nothing(planted, tmp_path):
    usual = with_axes(planted.copy())
    array = pytest.importorskip("dask.array")
    lazy = planted.copy()
    lazy.X = array.from_array(planted.X.toarray(), chunks=(77, 60)).map_blocks(sp.csr_matrix)
    pd.testing.assert_frame_equal(with_axes(lazy), usual, check_exact=True)
    planted.write_h5ad(tmp_path / "planted.h5ad")
    backed = ad.read_h5ad(tmp_path / "planted.h5ad", backed="r")
    pd.testing.assert_frame_equal(with_axes(backed), usual, check_exact=True)
    backed.file.close()


@pytest.mark.parametrize("n_threads", [1, 2, 5])
def test_threads_change_nothing(planted, n_threads, monkeypatch):
    usual = with_axes(planted.copy(), sample_key="sample", by_sample=True)
    monkeypatch.setattr("tmeatlas.lr._sides.available_threads", lambda: n_threads)
    table = with_axes(planted, sample_key="sample", by_sample=True)
    pd.testing.assert_frame_equal(table, usual, check_exact=True)


def test_the_order_of_cells_changes_the_last_digits_at_most(planted):
    usual = with_axes(planted.copy())
    table = with_axes(planted[np.random.default_rng(0).permutation(planted.n_obs)].copy())
    names = dict.fromkeys(ROW, str)
    one, other = (t.astype(names).sort_values(ROW, ignore_index=True) for t in (table, usual))
    for name in one:
        if one[name].dtype.kind == "f":
            np.testing.assert_allclose(one[name], other[name], rtol=1e-5)
        elif name != "top_interaction":  # of parts that are alike to the last digits, either
            assert one[name].astype(str).equals(other[name].astype(str)), name


@pytest.mark.parametrize("file_format", ["h5ad", "zarr"])
def test_results_survive_files(adata, tmp_path, file_format):
    expected = with_axes(adata, sample_key="sample", by_sample=True)
    path = tmp_path / f"axes.{file_format}"
    getattr(adata, f"write_{file_format}")(path)
    back = getattr(ad, f"read_{file_format}")(path)
    found = back.uns[KEY].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected, check_index_type=False, check_names=False)
    assert get_axes(back, axis="one").shape == (16, expected.shape[1])


def test_copy_leaves_the_original_alone(adata):
    crosstalk(adata, "group", database=DATABASE)
    with unchanged(adata):
        copied = axes(adata, database=DATABASE, copy=True)
    assert KEY in copied.uns
    assert axes(adata, database=DATABASE) is None


# What is refused.


def regrouped(adata):
    adata.obs["group"] = adata.obs["group"].cat.rename_categories({"g0": "other"})


def not_run(adata):
    del adata.uns["tme_crosstalk"]


DECOY = pd.DataFrame({"ligand": ["G0"], "receptor": ["G1"], "axis": ["x"], "role": ["decoy"]})
ASIDE = pd.DataFrame({"ligand": ["G0"], "receptor": ["G1"], "axis": ["x"], "core": ["associated"]})
ABSENT = pd.DataFrame(
    {"ligand": ["NONE", "G0"], "receptor": ["G1", "G1"], "axis": ["x", "x"]}
).assign(core=["core", "associated"])


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        (not_run, {}, MissingKeyError, r"Run tme\.tl\.crosstalk\(adata, groupby\) first"),
        (None, {"key": "mine"}, MissingKeyError, "key_added='mine'"),
        (regrouped, {"database": DATABASE}, StaleResultError, "labels .* have changed"),
        (None, {}, InputError, "'DataFrame', which is not kept.*`database=`"),
        (None, {"database": DATABASE.drop(columns="axis")}, InputError, "belongs to an axis"),
        (None, {"database": DECOY}, InputError, "No axis of .* has a core interaction"),
        (None, {"database": ASIDE}, InputError, "No axis .*'associated' in `core`"),
        (None, {"database": ABSENT}, CoverageError, "missing are 'NONE'"),
        (None, {"database": DATABASE, "by_sample": True}, InputError, "`sample_key=`"),
        (None, {"database": DATABASE, "key_added": "tme_crosstalk"}, InputError, "another kind"),
    ],
)
def test_bad_input_is_refused_and_writes_nothing(adata, change, options, error, message):
    crosstalk(adata, "group", database=DATABASE)
    if change:
        change(adata)
    for copy in (False, True):
        with unchanged(adata), pytest.raises(error, match=message):
            axes(adata, copy=copy, **options)


def test_an_axis_of_associated_pairs_alone_is_left_out_with_a_word(adata):
    mixed = DATABASE.assign(core=np.where(DATABASE["axis"] == "one", "core", "associated"))
    other = next(axis for axis in DATABASE["axis"] if axis != "one")
    crosstalk(adata, "group", database=mixed)
    with pytest.warns(TMEWarning, match=f"'DataFrame' has no core pair are left out: .*'{other}'"):
        axes(adata, database=mixed)
    assert other in adata.uns["tmeatlas"]["tme_axes"]["provenance"]["axes_without_core_pairs"]
    with pytest.raises(MissingKeyError, match=r"no core pair is not listed.*tme\.get\.crosstalk"):
        get_axes(adata, axis=other)


@pytest.mark.parametrize("option", ["n_perms", "rng"])
def test_options_of_permutations_are_gone(adata, option):
    with pytest.raises(TypeError, match=option):
        axes(adata, **{option: 100})


def test_an_axis_that_there_is_not_is_named_with_the_nearest(adata):
    with_axes(adata)
    with pytest.raises(MissingKeyError, match=r"axis .*'thre'\. Nearest first: 'three'"):
        get_axes(adata, axis="thre")
    with pytest.raises(MissingKeyError, match="'no such axis'"):
        get_axes(adata, axis="no such axis")


# Whole tumours.


@pytest.fixture(scope="module")
def tumour() -> AnnData:
    adata = simulated(2000)
    prepare(adata, embed=False)
    return adata


def test_planted_axes_of_the_simulated_tumour_are_found(tumour):
    adata = tumour.copy()
    crosstalk(adata, "cell_type")
    axes(adata)
    check_verdicts(adata.uns[KEY], Axes)
    planted = adata.uns["truth"][ROW].drop_duplicates()
    assert len(planted) >= 5
    for names in planted.itertuples(index=False):
        found = row(adata.uns[KEY], *names)
        assert found["verdict"] in STANDING, names


def test_a_side_partner_is_no_proof_of_the_axis(tumour):
    """Without the ligand that it is named after, an axis rests on its other core pairs or none."""
    for gene, axis in (("CXCL12", "cxcl12"), ("IFNG", "ifng"), ("MIF", "mif"), ("IL6", "il6")):
        less = lacking(tumour, gene)
        crosstalk(less, "cell_type")
        with pytest.warns(TMEWarning, match=axis):
            axes(less)
        own = less.uns[KEY][less.uns[KEY]["axis"] == axis]
        assert not own["verdict"].isin(STANDING).any()
        assert own["missing_genes"].str.contains(gene).all()


def test_a_panel_without_the_receptors_says_so(tumour):
    less = lacking(tumour, "TGFBR1", "TGFBR2")
    crosstalk(less, "cell_type")
    with pytest.warns(TMEWarning, match="tgfb .without .*TGFBR"):
        axes(less)
    own = get_axes(less, axis="tgfb")
    assert (own["verdict"] == "not testable: genes missing").all()
    assert {"TGFBR1", "TGFBR2"} <= set(own["missing_genes"].iloc[0].split("; "))
