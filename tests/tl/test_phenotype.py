"""`tl.phenotype` from end to end: simulated and real samples of cells, and bulk."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import CoverageError, InputError, MissingKeyError
from tmeatlas.results import NOT_A_DIAGNOSTIC

CELLS = {"sample_key": "sample", "groupby": "cell_type"}
T_CELLS = ("T CD8 effector", "T CD8 exhausted", "T CD4", "Treg")


def called(adata: AnnData, **options) -> pd.DataFrame:
    adata = adata.copy()
    tme.tl.phenotype(adata, **options)
    return tme.get.phenotype(adata)


def rows(adata: AnnData, measure: str) -> pd.DataFrame:
    table = adata.uns["tme_phenotype"]
    return table[table["measure"] == measure].set_index("sample")


@pytest.fixture(scope="module")
def tumour() -> AnnData:
    return tme.datasets.simulated(3000)


@pytest.fixture(scope="module")
def measured(tumour) -> AnnData:
    adata = tumour.copy()
    tme.tl.phenotype(adata, **CELLS)
    return adata


@pytest.fixture(scope="module")
def bulk(shared_data) -> AnnData:
    return ad.read_h5ad(shared_data / "data" / "mariathasan2018_imvigor210_bulk_dev.h5ad")


def real(shared_data, name: str) -> AnnData:
    return ad.read_h5ad(next((shared_data / "data").glob(f"{name}_*.h5ad")))


def test_simulated_samples_are_called_as_they_were_made():
    found = []
    for seed in range(3):
        adata = tme.datasets.simulated(3000, rng=seed)
        calls = called(adata, **CELLS)["call"]
        condition = adata.obs.groupby("sample", observed=True)["condition"].first().astype(str)
        found += list(zip(condition[calls.index], calls, strict=True))
    assert set(found) <= {
        *(("inflamed", "inflamed"), ("excluded", "excluded-like")),
        *(("inflamed", "unclear"), ("excluded", "unclear"), ("inflamed", "excluded-like")),
    }
    right = {("inflamed", "inflamed"), ("excluded", "excluded-like")}
    assert sum(pair in right for pair in found) >= 16
    assert found.count(("inflamed", "excluded-like")) <= 1


def test_shares_are_counts_of_cells(measured):
    obs = measured.obs
    counts = pd.crosstab(obs["sample"], obs["cell_type"])
    share = counts[list(T_CELLS)].sum(axis=1) / counts.sum(axis=1)
    found = rows(measured, "t_cell_share")
    np.testing.assert_allclose(found.loc[share.index, "value"], share)
    assert (found["low"] < found["value"]).all()
    assert (found["value"] < found["high"]).all()
    assert (found["cells"] == counts.sum(axis=1)[found.index]).all()
    ratio = np.log2((counts["Pericyte"] + 0.5) / (counts["Endothelial"] + 0.5))
    np.testing.assert_allclose(rows(measured, "pericyte_coverage")["value"][ratio.index], ratio)


def test_programmes_are_means_of_the_scores_of_tl_score(measured):
    adata = measured.copy()
    tme.tl.score(adata, ["exhaustion_core", "tam_m1", "tam_m2"], obs=False)
    scores, sample = adata.obsm["tme_scores"], adata.obs["sample"]
    cd8 = adata.obs["cell_type"].isin(T_CELLS[:2])
    expected = scores.loc[cd8, "exhaustion_core"].groupby(sample[cd8], observed=True).mean()
    np.testing.assert_allclose(rows(measured, "exhaustion")["value"], expected, rtol=1e-5)
    macrophages = adata.obs["cell_type"].isin(["TAM C1Q", "TAM SPP1", "Monocyte"])
    difference = (scores["tam_m1"] - scores["tam_m2"])[macrophages]
    expected = difference.groupby(sample[macrophages], observed=True).mean()
    np.testing.assert_allclose(rows(measured, "m1_m2")["value"], expected, rtol=1e-4)


def test_planted_programmes_are_found(measured):
    """Hypoxic cells as planted; interferon stronger in inflamed, myCAF in excluded samples."""
    obs = measured.obs
    malignant = obs[obs["cell_type"] == "Malignant"]
    true = malignant.groupby("sample", observed=True)["true_hypoxic"].mean()
    found = rows(measured, "hypoxic_share")
    assert np.corrcoef(found.loc[true.index, "value"], true)[0, 1] > 0.9
    inflamed = obs.groupby("sample", observed=True)["condition"].first() == "inflamed"
    interferon = rows(measured, "ifng_myeloid")["value"]
    assert interferon[inflamed].min() > interferon[~inflamed].max()
    treg = rows(measured, "treg_to_cd8")["value"]
    assert treg[inflamed].median() < treg[~inflamed].median() - 1


def test_a_sample_without_t_cells_is_a_desert(tumour):
    few = np.flatnonzero(tumour.obs["cell_type"].isin(T_CELLS))[:8]
    kept = ~tumour.obs["cell_type"].isin(T_CELLS).to_numpy()
    kept[few] = True
    table = called(tumour[kept], **CELLS)
    assert (table["call"] == "desert").all()
    assert (table["margin"] > 1).all()


def test_sorted_cells_have_no_call_and_no_shares(tumour):
    adata = tumour[tumour.obs["cell_type"].isin(T_CELLS)].copy()
    table = called(adata, **CELLS, thresholds={"least_cells": 30})
    assert (table["call"] == "no call").all()
    assert table["reason"].str.startswith("T cells only: ").all()
    assert table[["t_cell_share", "stroma_share", "fibroblasts_to_cd8", "tls"]].isna().all().all()
    assert table["treg_to_cd8"].isna().all()  # the gate may have chosen among T cells
    assert table[["cd8_of_t_cells", "cytotoxic"]].notna().all().all()


def test_few_cells_are_not_called_and_have_wide_intervals(tumour):
    one = tumour[tumour.obs["sample"] == "sample2"]
    few = one[np.random.default_rng(0).choice(one.n_obs, 45, replace=False)].copy()
    tme.tl.phenotype(few, **CELLS)
    call = tme.get.phenotype(few).iloc[0]
    assert (call["call"], call["reason"]) == ("no call", "45 cells with a lineage, 50 are needed")
    assert np.isnan(call["margin"])
    assert called(one[:1].copy(), **CELLS).iloc[0]["reason"].startswith("1 cell with a lineage")
    share = rows(few, "t_cell_share").iloc[0]
    assert share["high"] - share["low"] > 0.2


def test_half_the_depth_keeps_the_calls(tumour, measured):
    before = tme.get.phenotype(measured)["call"]
    for seed in range(2):
        thin = tumour.copy()
        kept = np.random.default_rng(seed).binomial(thin.X.data.astype(int), 0.5)
        thinned = (kept.astype(np.float32), thin.X.indices, thin.X.indptr)
        thin.X = sp.csr_matrix(thinned, shape=thin.shape)
        assert (called(thin, **CELLS)["call"] == before).mean() >= 0.9


def test_cd274_at_a_common_depth_is_what_thinning_to_it_shows(tumour, measured):
    depth = np.asarray(tumour.X.sum(axis=1)).ravel()
    gene = tumour.X[:, tumour.var_names.get_loc("CD274")].toarray().ravel().astype(int)
    deep = ((tumour.obs["cell_type"] == "Malignant") & (depth >= 1000)).to_numpy()
    rng = np.random.default_rng(0)
    total = depth[deep].astype(int)
    drawn = rng.hypergeometric(gene[deep], total - gene[deep], 1000, size=(400, deep.sum())) > 0
    found = rows(measured, "cd274_tumour")
    expected = pd.Series(drawn.mean(axis=0)).groupby(tumour.obs["sample"][deep].to_numpy()).mean()
    np.testing.assert_allclose(found["value"][expected.index], expected, atol=0.01)
    assert found["cells"].sum() == deep.sum()


def test_counts_may_lie_in_a_layer_and_without_them_single_genes_are_not_read(tumour, measured):
    prepared = tumour.copy()
    tme.pp.prepare(prepared, embed=False)
    table = called(prepared, **CELLS)
    before = tme.get.phenotype(measured)
    for name in ("cd274_tumour", "cytotoxic", "t_cell_share"):
        np.testing.assert_allclose(table[name], before[name], rtol=1e-6)
    del prepared.layers["counts"]
    tme.tl.phenotype(prepared, **CELLS)
    found = rows(prepared, "cd274_tumour")
    assert found["value"].isna().all()
    assert found["note"].str.contains("no counts").all()
    assert tme.get.phenotype(prepared)["call"].tolist() == before["call"].tolist()


def test_cells_without_label_or_sample_are_left_out_and_counted(tumour):
    adata = tumour.copy()
    adata.obs["cell_type"] = adata.obs["cell_type"].astype(object)
    adata.obs.iloc[::10, adata.obs.columns.get_loc("cell_type")] = np.nan
    adata.obs["sample"] = adata.obs["sample"].where(np.arange(adata.n_obs) % 10 != 1)
    tme.tl.phenotype(adata, **CELLS)
    facts = adata.uns["tmeatlas"]["tme_phenotype"]["provenance"]
    assert (facts["cells_without_lineage"], facts["cells_without_sample"]) == (300, 300)
    assert tme.get.phenotype(adata)["cells"].sum() == 2400
    mostly = tumour.copy()
    labels = mostly.obs["cell_type"].astype(str)
    mostly.obs["cell_type"] = labels.where(np.arange(mostly.n_obs) % 3 == 0, "cluster 7")
    table = called(mostly, **CELLS)
    assert table["reason"].str.contains("have no known lineage").all()


def test_nothing_but_its_own_slots_is_written_and_storage_does_not_matter(tumour, tmp_path):
    adata = tumour[:800].copy()
    obs, values = adata.obs.copy(), adata.X.copy()
    tme.tl.phenotype(adata, **CELLS)
    pd.testing.assert_frame_equal(adata.obs, obs)
    assert (values != adata.X).nnz == 0
    assert not list(adata.obsm)
    first = adata.uns["tme_phenotype"]
    for form in (np.asarray, sp.csc_matrix):
        other = tumour[:800].copy()
        other.X = form(other.X.toarray())
        tme.tl.phenotype(other, **CELLS)
        pd.testing.assert_frame_equal(other.uns["tme_phenotype"], first)
    tumour[:800].copy().write_h5ad(tmp_path / "cells.h5ad")
    backed = ad.read_h5ad(tmp_path / "cells.h5ad", backed="r")
    tme.tl.phenotype(backed, **CELLS)
    pd.testing.assert_frame_equal(backed.uns["tme_phenotype"], first)
    backed.file.close()


def test_one_sample_and_lineages_of_our_own(tumour):
    adata = tumour[tumour.obs["sample"] == "sample2"].copy()
    adata.obs["one"] = "all"
    adata.obs["tme_lineage"] = adata.obs["cell_type"]
    found = called(adata, sample_key="one")
    assert found.index.tolist() == ["all"]
    assert found.loc["all", "call"] == called(adata, **CELLS).loc["sample2", "call"]


def test_every_export_says_that_it_is_no_diagnostic(measured):
    assert measured.uns["tmeatlas"]["tme_phenotype"]["provenance"]["use"] == NOT_A_DIAGNOSTIC
    assert (measured.uns["tme_phenotype_calls"]["use"] == NOT_A_DIAGNOSTIC).all()
    for intervals in (False, True):
        table = tme.get.phenotype(measured, intervals=intervals)
        assert table.attrs["use"] == NOT_A_DIAGNOSTIC
        assert table.to_csv().count(NOT_A_DIAGNOSTIC) == 8
    assert "Not a diagnostic" in tme.tl.phenotype.__doc__


def test_intervals_stand_beside_their_measures(measured):
    table = tme.get.phenotype(measured, intervals=True)
    place = table.columns.get_loc("tls")
    assert table.columns[place : place + 3].tolist() == ["tls", "tls_low", "tls_high"]
    assert (table["tls_low"] < table["tls"]).all()


@pytest.mark.parametrize(
    ("name", "call", "reason"),
    [
        ("wu2021", "excluded-like", "fibroblasts to CD8 T cells 9.71"),
        ("kim2020", "no call", "no stromal cells among 397 cells"),
        ("puram2017", "no call", "no malignant or epithelial cells among 180 cells"),
        ("wu2020", "no call", " with a lineage, 50 are needed"),
        ("kang2018", "no call", "immune cells only: "),
    ],
)
def test_real_cells(name, call, reason, shared_data):
    adata = real(shared_data, name)
    # In one of them no sample has a name, so that all cells are those of the tissue.
    of_sample = "tissue" if (adata.obs["sample"] == "NA").all() else "sample"
    table = called(adata, **CELLS | {"sample_key": of_sample})
    assert (table["call"] == call).all()
    assert table["reason"].str.contains(reason, regex=False).all()


def test_bulk_is_called_as_pathologists_did_where_nothing_was_chosen(bulk):
    """The half of the patients on which no list and no threshold was chosen."""
    known = bulk[bulk.obs["immune_phenotype"].astype(str) != ""]
    half = known[known.obs_names.sort_values()[1::2]].copy()
    table = called(half, thresholds={"unclear_rank": 0})
    truth = half.obs["immune_phenotype"].astype(str)
    calls = table["call"].replace("excluded-like", "excluded")
    right = {name: (calls[truth == name] == name).mean() for name in truth.unique()}
    assert np.mean(list(right.values())) == pytest.approx(0.786, abs=0.001)
    assert right["inflamed"] == 1
    ranks = table["cytotoxic"].to_numpy()
    apart = np.subtract.outer(ranks[truth == "desert"], ranks[truth != "desert"])
    assert np.mean((apart < 0) + (apart == 0) / 2) == pytest.approx(0.919, abs=0.001)
    assert table["b_cells"].isna().all()  # 4 of its 9 genes are measured


def test_a_bulk_sample_does_not_depend_on_the_others_or_on_its_units(bulk):
    table = called(bulk)
    pd.testing.assert_frame_equal(called(bulk[5:8]), table.iloc[5:8])
    linear = bulk.copy()
    linear.X = np.exp2(bulk.to_df().to_numpy()) - 1
    linear.X[linear.X < 0] = 0
    numbers = table.select_dtypes("number").columns
    np.testing.assert_allclose(called(linear)[numbers], table[numbers], atol=2e-3)
    assert (table["cells"] == 0).all()


def test_rows_without_sample_are_samples_and_cells_are_refused(tumour, bulk):
    with pytest.raises(InputError, match=r"the middle one shows .* they look like cells"):
        tme.tl.phenotype(tumour.copy())
    with pytest.raises(InputError, match=r"Expected `sample_key=?` .*obs\['cell_type'\]"):
        tme.tl.phenotype(tumour.copy(), groupby="cell_type")
    with_lineages = bulk.copy()
    with_lineages.obs["tme_lineage"] = "T cells"
    with pytest.raises(InputError, match=r"Expected `sample_key=?` .*obs\['tme_lineage'\]"):
        tme.tl.phenotype(with_lineages)
    with pytest.raises(CoverageError, match=r"80% of the 308 genes .* found 0"):
        tme.tl.phenotype(AnnData(np.ones((3, 2)), var=pd.DataFrame(index=["GENE1", "GENE2"])))
    twice = bulk.copy()
    twice.obs_names = ["P1"] * twice.n_obs
    with pytest.raises(InputError, match="unique"):
        tme.tl.phenotype(twice)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"sample_key": "samples"}, MissingKeyError, "'samples'.* Nearest first: 'sample'"),
        ({"groupby": "celltype"}, MissingKeyError, "'celltype'.* Nearest first: 'cell_type'"),
        ({"groupby": None}, MissingKeyError, r"Run tme\.tl\.annotate"),
        ({"groupby": "condition"}, InputError, "name lineages of cells"),
        ({"layer": "raw_counts"}, MissingKeyError, "layer"),
        ({"thresholds": {"t_cell": 1}}, MissingKeyError, "'t_cells'"),
    ],
)
def test_what_cannot_be_read_is_refused(options, error, message, tumour, untouched):
    adata = tumour[:300].copy()
    with untouched(adata), pytest.raises(error, match=message):
        tme.tl.phenotype(adata, **CELLS | options)


def test_samples_that_are_all_missing_are_refused(tumour):
    adata = tumour[:300].copy()
    adata.obs["none"] = pd.Series([None] * 300, index=adata.obs_names, dtype=object)
    with pytest.raises(InputError, match=r"No cell has a sample in obs\['none'\]"):
        tme.tl.phenotype(adata, sample_key="none", groupby="cell_type")


def test_spots_are_refused_but_added_up_they_are_profiles():
    adata = tme.datasets.simulated_cohort(2, n_cells=600, tissue="spots")
    adata.obs["region"] = "tumour"
    with pytest.raises(InputError, match=r"spots of several cells.*pseudobulk\(adata, 'sample'"):
        tme.tl.phenotype(adata, sample_key="sample", groupby="region")
    assert "tme_phenotype" not in adata.uns
    whole = AnnData(tme.get.pseudobulk(adata, "sample"))
    tme.tl.phenotype(whole)
    assert tme.get.phenotype(whole).index.to_list() == adata.obs["sample"].cat.categories.to_list()
