from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scanpy as sc
import scipy.sparse as sp
from anndata import AnnData
from scipy import stats

from tmeatlas._errors import CoverageError, InputError, MissingKeyError, TMEWarning
from tmeatlas.tl._crosstalk import crosstalk

KEY = "tme_crosstalk"
DTYPES = {
    "source": "category",
    "target": "category",
    "ligand_complex": "category",
    "receptor_complex": "category",
    "axis": "category",
    "interaction": "category",
    "role": "category",
    "score": "float32",
    **{
        f"{side}_{what}": "float32"
        for what in ("mean", "fraction", "fraction_low", "fraction_high", "lowest_fraction")
        for side in ("ligand", "receptor")
    },
    "ligand_molecules": "float32",
    "receptor_molecules": "float32",
    "ligand_cells": "int32",
    "receptor_cells": "int32",
    "source_cells": "int32",
    "target_cells": "int32",
    "pval": "float64",
    "padj": "float64",
    "verdict": "category",
    "sample": "category",
}


def lognormal_data(n_cells=240, n_genes=40, n_groups=4, *, density=0.5, seed=0) -> AnnData:
    """Cells in groups of equal size whose expression has nothing to do with them."""
    rng = np.random.default_rng(seed)
    values = rng.lognormal(0, 0.5, (n_cells, n_genes)) * (rng.random((n_cells, n_genes)) < density)
    # Cells of every group are in every sample.
    obs = pd.DataFrame(
        {
            "group": pd.Categorical([f"g{i % n_groups}" for i in range(n_cells)]),
            "sample": pd.Categorical(["left", "right"]).repeat(n_cells // 2),
        },
        index=[f"cell{i}" for i in range(n_cells)],
    )
    var = pd.DataFrame(index=[f"G{i}" for i in range(n_genes)])
    return AnnData(sp.csr_matrix(values, dtype=np.float32), obs=obs, var=var)


def pairs_of_genes(n_genes=40) -> pd.DataFrame:
    """Every gene in one pair, some with a complex on the right."""
    pairs = [(f"G{i}", f"G{i + 1}") for i in range(0, n_genes - 4, 2)]
    pairs.append((f"G{n_genes - 4}", f"G{n_genes - 3}_G{n_genes - 2}"))
    return pd.DataFrame(pairs, columns=["ligand", "receptor"])


@pytest.fixture
def adata() -> AnnData:
    return lognormal_data()


@pytest.fixture
def planted() -> AnnData:
    """G0 is high in g0, its receptor G1 in g1: one interaction, one way."""
    adata = lognormal_data()
    values = adata.X.toarray()
    for gene, group in (("G0", "g0"), ("G1", "g1")):
        column = adata.var_names.get_loc(gene)
        values[adata.obs["group"] == group, column] += 2.0
    adata.X = sp.csr_matrix(values)
    return adata


def result(adata, groupby="group", **options) -> pd.DataFrame:
    options = {"database": pairs_of_genes(), "n_perms": 999, **options}
    crosstalk(adata, groupby, **options)
    return adata.uns[options.get("key_added", KEY)]


def test_columns_types_and_order(adata):
    table = result(adata)
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == DTYPES
    assert table.index.equals(pd.RangeIndex(len(table)))
    assert (table["sample"] == "").all()
    by_definition = table.sort_values(
        ["padj", "score", "source", "target", "ligand_complex", "receptor_complex"],
        ascending=[True, False, True, True, True, True],
        kind="stable",
    )
    assert by_definition.index.equals(table.index)


def test_values_equal_their_definitions(adata):
    table = result(adata)
    dense, group = adata.to_df(), adata.obs["group"]
    for row in table.sample(40, random_state=0).itertuples():
        ligand = dense.loc[group == row.source, row.ligand_complex.split("_")]
        receptor = dense.loc[group == row.target, row.receptor_complex.split("_")]
        assert row.ligand_mean == pytest.approx(ligand.mean().min(), rel=1e-5)
        assert row.receptor_mean == pytest.approx(receptor.mean().min(), rel=1e-5)
        assert row.score == pytest.approx((row.ligand_mean + row.receptor_mean) / 2, rel=1e-6)
        assert row.ligand_cells == (ligand > 0).sum().min()
        assert row.receptor_cells == (receptor > 0).sum().min()
        assert (row.source_cells, row.target_cells) == (len(ligand), len(receptor))
        assert row.ligand_fraction == pytest.approx(row.ligand_cells / len(ligand), rel=1e-6)
        assert row.receptor_fraction == pytest.approx(row.receptor_cells / len(receptor), rel=1e-6)


def test_intervals_and_molecules_equal_their_definitions(adata):
    counts = adata.X.copy()
    counts.data = np.round(counts.data * 3)
    adata.layers["counts"] = counts
    table, group = result(adata), adata.obs["group"].to_numpy()
    molecules = pd.DataFrame(counts.toarray(), columns=adata.var_names)
    for row in table.sample(20, random_state=0).itertuples():
        genes = row.ligand_complex.split("_")
        assert row.ligand_molecules == molecules.loc[group == row.source, genes].sum().min()
        genes = row.receptor_complex.split("_")
        assert row.receptor_molecules == molecules.loc[group == row.target, genes].sum().min()
        seen, size = row.ligand_cells, row.source_cells
        interval = stats.binomtest(seen, size).proportion_ci(method="wilson")
        assert (row.ligand_fraction_low, row.ligand_fraction_high) == pytest.approx(interval)
        # The share at which 3 or more of the cells show it 19 times out of 20.
        chance = stats.binom.sf(2, size, row.ligand_lowest_fraction)
        assert chance == pytest.approx(0.95, abs=1e-4)


def test_molecules_are_not_made_up(adata):
    assert result(adata)["ligand_molecules"].isna().all()
    adata.layers["counts"] = adata.X.copy()  # not counts at all
    assert result(adata)["ligand_molecules"].isna().all()


def test_pvalues_are_never_zero_and_padj_is_benjamini_hochberg(planted):
    table = result(planted)
    assert table["pval"].min() == 1 / 1000
    assert table["pval"].max() <= 1
    np.testing.assert_allclose(table["padj"], stats.false_discovery_control(table["pval"]))
    assert table.sort_values("pval", kind="stable")["padj"].is_monotonic_increasing


def test_a_planted_interaction_comes_first_in_its_direction_only(planted):
    table = result(planted, n_perms=4999)
    first = table.iloc[0]
    assert (first["source"], first["target"]) == ("g0", "g1")
    assert first["interaction"] == "G0^G1"
    assert first["verdict"] == "active"
    reverse = table[
        (table["source"] == "g1") & (table["target"] == "g0") & (table["interaction"] == "G0^G1")
    ]
    assert reverse["pval"].item() > 0.5
    # The rest is noise, of which a few rows may be called at a false discovery rate of 5 %.
    others = table[table["interaction"] != "G0^G1"]
    assert (others["verdict"] == "active").mean() < 0.05
    assert others["score"].max() < first["score"]


def test_pvalues_are_uniform_where_nothing_goes_on():
    # Disjoint pairs of genes between the same two groups: independent tests.
    adata = lognormal_data(200, 604, 2, seed=1)
    table = result(adata, database=pairs_of_genes(604), n_perms=399)
    one_pair = table[(table["source"] == "g0") & (table["target"] == "g1")]
    assert len(one_pair) == 301
    test = stats.kstest(one_pair["pval"], "uniform")
    assert test.pvalue > 0.05
    # Exact: at most 5 % of true nulls fall to 0.05 or below, up to binomial noise.
    n_small = int((one_pair["pval"] <= 0.05).sum())
    assert stats.binomtest(n_small, 301, 0.05, alternative="greater").pvalue > 0.01
    assert (table["verdict"] != "active").all()


def test_a_sample_effect_is_not_crosstalk_within_samples():
    # g0 is mostly in one sample, which is deeper in every gene; groups are alike within a sample.
    rng = np.random.default_rng(0)
    sample = np.repeat(["deep", "shallow"], 150)
    in_g0 = rng.random(300) < np.where(sample == "deep", 0.9, 0.1)
    adata = lognormal_data(300)
    adata.obs["sample"] = pd.Categorical(sample)
    adata.obs["group"] = pd.Categorical(np.where(in_g0, "g0", "g1"))
    adata.X = sp.csr_matrix(adata.X.multiply((1 + (sample == "deep"))[:, None]), dtype=np.float32)

    over_all = result(adata, n_perms=999)
    assert (over_all["verdict"] == "active").mean() > 0.2
    within = result(adata, n_perms=999, sample_key="sample")
    assert (within["verdict"] != "active").all()
    assert within["pval"].min() > 1 / 1000
    assert adata.uns["tmeatlas"][KEY]["params"]["sample_key"] == "sample"


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


def test_the_seed_decides_and_a_generator_gives_one(adata):
    table = result(adata)
    again = result(adata, rng=0)
    pd.testing.assert_frame_equal(again, table, check_exact=True)
    drawn = result(adata, rng=np.random.default_rng(5))
    assert not drawn["pval"].equals(table["pval"])
    seed = adata.uns["tmeatlas"][KEY]["params"]["seed"]
    pd.testing.assert_frame_equal(result(adata, rng=seed), drawn, check_exact=True)


@pytest.mark.filterwarnings("ignore:Writing zarr v2:UserWarning")
@pytest.mark.parametrize("file_format", ["h5ad", "zarr"])
def test_results_survive_files(adata, tmp_path, file_format):
    expected = result(adata, sample_key="sample")
    path = tmp_path / f"adata.{file_format}"
    getattr(adata, f"write_{file_format}")(path)
    read = getattr(ad, f"read_{file_format}")(path)
    found = read.uns[KEY].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected, check_index_type=False, check_names=False)
    provenance = read.uns["tmeatlas"][KEY]["provenance"]
    assert provenance["n_rows_tested"] == len(expected)


@pytest.mark.filterwarnings("ignore:Writing zarr v2:UserWarning")
@pytest.mark.parametrize("file_format", ["h5ad", "zarr"])
def test_an_empty_result_warns_and_survives_files(adata, tmp_path, file_format):
    with pytest.warns(TMEWarning, match="lower `min_fraction=`"):
        table = result(adata, min_fraction=1.0)
    assert {name: str(dtype) for name, dtype in table.dtypes.items()} == DTYPES
    assert len(table) == 0
    path = tmp_path / f"adata.{file_format}"
    getattr(adata, f"write_{file_format}")(path)
    read = getattr(ad, f"read_{file_format}")(path)
    assert list(read.uns[KEY].columns) == list(DTYPES)


def test_provenance_tells_what_the_table_cannot(adata):
    database = pd.concat(
        [pairs_of_genes(), pd.DataFrame({"ligand": ["G0", "NONE"], "receptor": ["ABSENT", "G1"]})]
    )
    adata.X = adata.X.toarray() * (adata.var_names != "G2")
    table = result(adata, database=database)
    provenance = adata.uns["tmeatlas"][KEY]["provenance"]
    assert provenance["n_interactions"] == 21
    assert provenance["n_interactions_untestable"] == 2
    assert provenance["missing_genes"].tolist() == ["ABSENT", "NONE"]
    assert provenance["n_rows_tested"] == len(table) == 18 * 16
    # G2 is 0 everywhere: its interaction is no test, whatever the labels.
    assert provenance["n_interactions_not_detected"] == 1
    assert provenance["n_rows_not_seen"] == 0
    assert "G2^G3" not in set(table["interaction"])


def test_small_groups_are_left_out_with_one_warning(adata):
    groups = adata.obs["group"].astype(str).to_numpy()
    groups[:3] = "few"
    adata.obs["group"] = groups
    expected = result(adata[3:].copy())
    with pytest.warns(TMEWarning, match=r"'few \(3 cells\)'.*min_cells") as caught:
        table = result(adata)
    assert len(caught) == 1
    pd.testing.assert_frame_equal(table, expected, check_exact=True)
    assert adata.uns["tmeatlas"][KEY]["provenance"]["groups_left_out"].tolist() == ["few (3 cells)"]
    assert "few" in set(result(adata, min_cells=3)["source"])


def test_cells_without_a_group_are_left_out(adata):
    adata.obs["group"] = adata.obs["group"].where(np.arange(adata.n_obs) >= 8)
    table = result(adata)
    pd.testing.assert_frame_equal(table, result(adata[8:].copy()), check_exact=True)


def test_rows_that_cannot_be_detected_say_so():
    adata = lognormal_data(n_groups=2)
    values = adata.X.toarray()
    in_g0 = np.flatnonzero(adata.obs["group"] == "g0")
    values[:, 0] = 0
    values[in_g0[:2], 0] = 30.0 / 4
    adata.X = sp.csr_matrix(values)
    table = result(adata)
    rare = table[table["ligand_complex"] == "G0"]
    assert set(rare["source"]) == {"g0"}
    assert (rare["ligand_cells"] == 2).all()
    assert (rare["verdict"] == "not detectable").all()
    assert (table.loc[table["ligand_complex"] != "G0", "verdict"] != "not detectable").all()


def test_group_names_may_hold_any_text(adata):
    names = {"g0": "T/NK|a", "g1": "B cell", "g2": "α, β", "g3": "T/NK|b"}
    adata.obs["group"] = adata.obs["group"].cat.rename_categories(names)
    assert set(result(adata)["source"]) == set(names.values())


def test_scaled_data_are_read_from_raw(planted):
    expected = result(planted.copy())
    planted.raw = planted.copy()
    planted.X = planted.X.toarray()
    sc.pp.scale(planted)
    pd.testing.assert_frame_equal(result(planted), expected, check_exact=True)
    assert planted.uns["tmeatlas"][KEY]["provenance"]["matrix"] == "raw.X"


def test_a_backed_file_gives_the_same(planted, tmp_path):
    expected = result(planted)
    planted.write_h5ad(tmp_path / "planted.h5ad")
    backed = ad.read_h5ad(tmp_path / "planted.h5ad", backed="r")
    pd.testing.assert_frame_equal(result(backed), expected, check_exact=True)
    backed.file.close()


def test_copy_leaves_the_original_alone(adata):
    before = adata.copy()
    copied = crosstalk(adata, "group", database=pairs_of_genes(), n_perms=19, copy=True)
    assert KEY in copied.uns
    assert dict(adata.uns) == dict(before.uns) == {}
    assert crosstalk(adata, "group", database=pairs_of_genes(), n_perms=19) is None


def test_key_added(adata):
    result(adata, key_added="mine")
    assert "mine" in adata.uns
    assert "mine" in adata.uns["tmeatlas"]
    assert KEY not in adata.uns


def with_values(change):
    def prepare(adata):
        adata.X = change(adata.X.toarray())

    return prepare


def one_group(adata):
    adata.obs["group"] = "all"


def duplicate_genes(adata):
    adata.var_names = ["G0", *adata.var_names[:-1]]


def missing_sample(adata):
    adata.obs["sample"] = adata.obs["sample"].where(np.arange(adata.n_obs) > 0)


def confounded_sample(adata):
    adata.obs["sample"] = adata.obs["group"].astype(str) + "_patient"


def mouse_names(adata):
    adata.var_names = [f"Tgfb{i}" for i in range(adata.n_vars)]


@pytest.mark.parametrize(
    ("prepare", "options", "error", "message"),
    [
        (None, {"groupby": "grop"}, MissingKeyError, "'grop'.*first: 'group'"),
        (None, {"sample_key": "smaple"}, MissingKeyError, "'smaple'.*first: 'sample'"),
        (None, {"layer": "counts"}, MissingKeyError, "layer 'counts'"),
        (None, {"database": "cellchat"}, MissingKeyError, "'cellchat'.*'tme'"),
        (None, {"database": 3}, InputError, "found int"),
        (None, {"n_perms": 10}, InputError, "n_perms.*19"),
        (None, {"min_cells": 0}, InputError, "min_cells"),
        (None, {"min_cells": 100}, InputError, "two groups.*too small"),
        (None, {"min_fraction": 10}, InputError, "not per cent"),
        (None, {"min_fraction": float("nan")}, InputError, "min_fraction"),
        (None, {"rng": -1}, InputError, "rng"),
        (None, {"key_added": "a/b"}, InputError, "key_added"),
        (None, {"key_added": "tmeatlas"}, InputError, "key_added"),
        (one_group, {}, InputError, "two groups"),
        (duplicate_genes, {}, InputError, "unique.*'G0'"),
        (missing_sample, {"sample_key": "sample"}, InputError, "1 cells have no sample"),
        (confounded_sample, {"sample_key": "sample"}, InputError, "changes nothing"),
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
    with pytest.raises(error, match=message):
        result(adata, **options)
    assert dict(adata.uns) == {}


def test_what_is_not_an_anndata_is_refused():
    with pytest.raises(InputError, match="found DataFrame"):
        crosstalk(pd.DataFrame(), "group")


def test_a_real_tumour_talks_over_the_main_axes(shared_data):
    adata = ad.read_h5ad(shared_data / "data" / "wu2021_tnbc_CID4465.h5ad")
    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)
    with pytest.warns(TMEWarning, match="left out"):
        crosstalk(adata, "cell_type")
    table = adata.uns[KEY]

    def found(axis: str, source: str, target: str, ligand: str, receptor: str) -> pd.Series:
        chosen = table[
            (table["axis"] == axis)
            & (table["source"] == source)
            & (table["target"] == target)
            & (table["ligand_complex"] == ligand)
            & (table["receptor_complex"] == receptor)
        ]
        return chosen.iloc[0]

    cxcl12 = found("cxcl12", "CAF", "Monocyte", "CXCL12", "CXCR4")
    assert cxcl12["verdict"] == "active"
    assert cxcl12["ligand_mean"] == pytest.approx(
        adata[adata.obs["cell_type"] == "CAF", "CXCL12"].X.mean(), rel=1e-5
    )
    assert found("tgfb", "Macrophage_TAM", "Endothelial", "TGFB1", "TGFBR2")["verdict"] == "active"
    # Two macrophages and two T cells: reported with its counts, and not called active.
    pdl1 = found("pd1_pdl1", "Macrophage_TAM", "T_CD8", "CD274", "PDCD1")
    assert (pdl1["ligand_cells"], pdl1["receptor_cells"]) == (2, 2)
    assert pdl1["verdict"] == "not detectable"


def sparse_null(seed: int) -> AnnData:
    """Rarely seen genes and labels without any meaning."""
    rng = np.random.default_rng(seed)
    values = rng.random((400, 120)) * (rng.random((400, 120)) < rng.uniform(0.002, 0.1, 120))
    obs = pd.DataFrame({"group": rng.choice(list("abcdefgh"), 400)}, index=map(str, range(400)))
    return AnnData(
        sp.csr_matrix(values, dtype=np.float32),
        obs=obs,
        var=pd.DataFrame(index=[f"G{i}" for i in range(120)]),
    )


def test_rows_chosen_by_the_labels_do_not_inflate_the_discoveries():
    """Rows with a score of 0 are tests as well: without them, p of the others is too small."""
    n_listed = n_small = n_tests = n_data_sets_with_discoveries = 0
    for seed in range(20):
        adata = sparse_null(seed)
        crosstalk(adata, "group", database=pairs_of_genes(60), n_perms=999)
        table = adata.uns["tme_crosstalk"]
        facts = adata.uns["tmeatlas"]["tme_crosstalk"]["provenance"]
        n_listed += len(table)
        n_small += (table["pval"] <= 0.05).sum()
        n_tests += facts["n_rows_tested"]
        n_data_sets_with_discoveries += bool((table["padj"] <= 0.05).any())
    assert n_small / n_listed > 0.06
    assert n_small / n_tests < 0.055
    assert n_data_sets_with_discoveries <= 3


def test_too_few_permutations_for_the_tests_made_are_warned_of():
    groups = np.repeat(list("abcdefgh"), 10)
    noise = np.random.default_rng(0).random((80, 8))
    values = noise + 3 * (groups[:, None] == np.unique(groups))
    adata = AnnData(
        sp.csr_matrix(values, dtype=np.float32),
        obs=pd.DataFrame({"group": groups}, index=map(str, range(80))),
        var=pd.DataFrame(index=[f"G{i}" for i in range(8)]),
    )
    with pytest.warns(TMEWarning, match=r"Raise `n_perms=`"):
        crosstalk(adata, "group", database=pairs_of_genes(8), n_perms=39)
    assert not (adata.uns["tme_crosstalk"]["padj"] <= 0.05).any()
    crosstalk(adata, "group", database=pairs_of_genes(8), n_perms=999)
    assert (adata.uns["tme_crosstalk"]["padj"] <= 0.05).any()


def test_rows_between_groups_that_shuffling_cannot_move_are_not_tested(adata):
    samples = np.where(adata.obs["group"].astype(str).isin(["g0", "g1"]), "mixed", "")
    adata.obs["sample"] = [
        s or f"only {g}" for s, g in zip(samples, adata.obs["group"], strict=True)
    ]
    with pytest.warns(TMEWarning, match="share no sample.*'g2', 'g3'"):
        table = result(adata, sample_key="sample")
    fixed = table["source"].isin(["g2", "g3"]) & table["target"].isin(["g2", "g3"])
    assert fixed.any()
    assert ((table["verdict"] == "not testable") == fixed).all()
    assert (table["pval"].isna() == fixed).all()
    assert (table["padj"].isna() == fixed).all()
    # p-values are corrected over the rows that were tested, no others.
    provenance = adata.uns["tmeatlas"][KEY]["provenance"]
    assert provenance["n_rows_not_testable"] == fixed.sum()
    assert provenance["n_rows_tested"] == len(table) + provenance["n_rows_not_seen"] - fixed.sum()


def test_what_is_no_result_of_ours_is_not_overwritten(adata):
    adata.uns["neighbors"] = {"params": 1}
    with pytest.raises(InputError, match="no result of ours"):
        crosstalk(adata, "group", database=pairs_of_genes(), key_added="neighbors", n_perms=19)
    with pytest.raises(InputError, match="'schema_version'"):
        crosstalk(adata, "group", database=pairs_of_genes(), key_added="prepare", n_perms=19)
    assert adata.uns["neighbors"] == {"params": 1}
