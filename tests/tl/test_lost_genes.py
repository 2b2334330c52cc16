"""Genes that are not found are named, with where they are; what is found is said nothing of."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData, read_h5ad

import tmeatlas as tme
from tmeatlas._errors import CoverageError, TMEWarning
from tmeatlas.interactions import as_interactions
from tmeatlas.tl._score import score

MINE = {"mine": ["CD3D", "CD3E", "CD8A", "GZMK"]}


@pytest.fixture(scope="module")
def frozen():
    adata = tme.datasets.simulated(150)
    tme.pp.prepare(adata, embed=False)
    return adata


@pytest.fixture
def tumour(frozen):
    return frozen.copy()


def said(adata, signatures, **options) -> str:
    with pytest.warns(TMEWarning) as caught:
        score(adata, signatures, **options)
    assert len(caught) == 1
    return str(caught[0].message)


def test_clean_data_are_silent(tumour):
    score(tumour)
    score(tumour, tme.sig.load(tier="standard"), key_added="standard", obs=False)
    score(tumour, MINE, key_added="mine", obs=False)


@pytest.mark.parametrize("name", ["wu2021_tnbc_CID4465", "kim2020_luad_T34"])
def test_real_tumours_are_silent_of_all_lists(shared_data, name):
    adata = read_h5ad(shared_data / "data" / f"{name}.h5ad")[:50].copy()
    score(adata, "all", obs=False)
    assert adata.uns["tme_coverage"]["scored"].all()


def test_lists_that_the_simulated_tumour_lacks_are_named(tumour):
    text = said(tumour, "all", key_added="all", obs=False)
    assert f"1 of {len(tme.sig.load())} signatures is NaN" in text
    assert "metabolism_reactome_urea_cycle (3 of 10)" in text


def test_symbols_in_a_column_give_the_same_scores(tumour):
    score(tumour, MINE)
    portal = AnnData(tumour.X, obs=pd.DataFrame(index=tumour.obs_names), uns={"log1p": {}})
    portal.var["feature_name"] = tumour.var_names.to_numpy()
    score(portal, MINE)
    pd.testing.assert_frame_equal(portal.obsm["tme_scores"], tumour.obsm["tme_scores"])
    weights = portal.varm["tme_signatures"]["mine"].to_numpy()
    np.testing.assert_array_equal(weights, tumour.varm["tme_signatures"]["mine"])
    assert weights.sum() == 4


def test_every_name_of_an_own_list_that_is_not_found_is_named(tumour):
    text = said(tumour, {"mine": [*MINE["mine"], "NOTAGENE", "NORTHIS"]})
    assert "2 genes of 'mine' are not in the data: 'NOTAGENE', 'NORTHIS'" in text


def test_genes_in_another_column_or_in_raw_are_said(tumour):
    tumour.var["other"] = [f"OTHER{i}" for i in range(tumour.n_vars)]
    assert "var['other'] has it" in said(tumour, {"mine": [*MINE["mine"], "OTHER7"]})
    tumour.raw = tumour.copy()
    few = tumour[:, ~tumour.var_names.isin(["CD8A"])].copy()
    text = said(few, MINE)
    assert "raw has it: `use_raw=True`" in text
    score(few, MINE, use_raw=True)


def test_case_of_another_species_and_dates_are_said(tumour):
    text = said(tumour, {"mine": [*MINE["mine"], "Cd4"]})
    assert "The data have 'CD4' for 'Cd4': the case of another species" in text
    assert "tme.sig.convert" in text
    names = tumour.var_names.to_series()
    names.iloc[-1] = "9-Sep"
    tumour.var_names = names.to_list()
    text = said(tumour, {"mine": [*MINE["mine"], "SEPTIN99"]})
    assert "dates of the data's gene names ('9-Sep')" in text


def test_built_in_signatures_that_lack_many_genes(tumour):
    wanted = sorted({g for s in tme.sig.load("core").values() for g in s.genes})[::4]
    few = tumour[:, ~tumour.var_names.isin(wanted)].copy()
    text = said(few, "core")
    assert "of the built-in signatures, more than data with all genes do" in text


def test_repeats_are_said_where_they_are_used(tumour):
    names = tumour.var_names.to_list()
    twice = [*names[:-1], "CD8A"]
    tumour.var_names = twice
    assert "several columns of 'CD8A': the first is used" in said(tumour, MINE)
    score(tumour, {"b": ["CD79A", "MS4A1"]}, key_added="b", obs=False)


def test_repeats_in_raw_are_no_refusal(tumour):
    names = tumour.var_names.to_list()
    tumour.var_names = [*names[:-1], names[-2]]
    tumour.raw = tumour
    tumour.var_names_make_unique()
    score(tumour, MINE, use_raw=True)


def test_two_species_are_said(tumour):
    n = tumour.n_vars // 3
    tumour.var_names = [
        f"GRCh38_{name}" if i >= n else f"mm10___Gene{i}a"
        for i, name in enumerate(tumour.var_names)
    ]
    markers = [name.removeprefix("GRCh38_") for name in tumour.var_names[n : n + 4]]
    mouse = [name.capitalize() for name in tme.datasets.simulated(100).var_names[:n]]
    tumour.var_names = [*(f"mm10___{name}" for name in mouse), *tumour.var_names[n:]]
    text = said(tumour, {"mine": markers})
    assert (
        "genes of two species: the human ones are used, not those that begin with 'mm10___'" in text
    )


def test_an_error_names_all_genes_of_a_list(tumour):
    with pytest.raises(CoverageError, match="'NOPE1', 'NOPE2', 'NOPE3', 'NOPE4'"):
        score(tumour, {"mine": ["CD3D", "NOPE1", "NOPE2", "NOPE3", "NOPE4"]})


def test_a_gene_is_shown_by_any_of_its_names(tumour):
    tumour.obsm["X_umap"] = np.zeros((tumour.n_obs, 2))
    tumour.var["feature_name"] = tumour.var_names.to_numpy()
    tumour.var_names = [f"ENSG9{i:010d}" for i in range(tumour.n_vars)]
    for name in ("CD3D", "cd3d", tumour.var_names[5]):
        tme.pl.embedding(tumour, name)


def test_symbols_of_a_column_are_harmonised(tumour):
    tumour.var["feature_name"] = tumour.var_names.to_numpy()
    tumour.var_names = [str(i) for i in range(tumour.n_vars)]
    tme.pp.harmonise(tumour)
    row = tumour.var.loc[tumour.var["feature_name"] == "CD3D", "tme_symbol"]
    assert row.to_list() == ["CD3D"]


def test_interactions_that_lack_genes_are_said(tumour):
    tme.tl.crosstalk(tumour, "cell_type", min_cells=1)
    whole = tumour.uns["tme_crosstalk"]
    assert whole["coverage"].between(0.5, 1).all()
    variable = tumour[:, ::2].copy()
    n = len(as_interactions("tme"))
    with pytest.warns(TMEWarning, match=rf"of {n:,} interactions .* cannot be tested.*lack"):
        tme.tl.crosstalk(variable, "cell_type", min_cells=1)
    facts = variable.uns["tmeatlas"]["tme_crosstalk"]["provenance"]
    assert facts["coverage"] == 1 - facts["n_interactions_untestable"] / n
    with pytest.warns(TMEWarning, match="cannot be tested"):
        tme.tl.axes(variable)


def test_interactions_are_tested_under_changed_names(tumour):
    tme.tl.crosstalk(tumour, "cell_type", min_cells=1)
    expected = tumour.uns["tme_crosstalk"].copy()
    tumour.var_names = [f"{n}-1" if i % 2 else n for i, n in enumerate(tumour.var_names)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tme.tl.crosstalk(tumour, "cell_type", min_cells=1)
    pd.testing.assert_frame_equal(tumour.uns["tme_crosstalk"], expected)


@pytest.mark.parametrize("complex_", ["TGFBR1+TGFBR2", "TGFBR1 & TGFBR2", "(TGFBR1;TGFBR2)"])
def test_complexes_of_own_tables(tumour, complex_):
    table = pd.DataFrame({"ligand": ["TGFB1"], "receptor": [complex_]})
    tme.tl.crosstalk(tumour, "cell_type", database=table, min_cells=1)
    assert set(tumour.uns["tme_crosstalk"]["receptor_complex"]) == {"TGFBR1_TGFBR2"}


def test_genes_of_own_tables_that_are_not_found_are_named(tumour):
    table = pd.DataFrame({"ligand": ["TGFB1", "NOPE"], "receptor": ["TGFBR2", "CXCR4"]})
    with pytest.warns(TMEWarning, match=r"1 of 2 interactions .*lack 1 gene: 'NOPE'"):
        tme.tl.crosstalk(tumour, "cell_type", database=table, min_cells=1)


def test_the_remedy_for_interactions_of_another_species_is_none_for_lists(tumour):
    table = pd.DataFrame({"ligand": ["CD274", "CXCL12"], "receptor": ["Pdcd1", "CXCR4"]})
    with pytest.warns(TMEWarning, match="'PDCD1' for 'Pdcd1'") as caught:
        tme.tl.crosstalk(tumour, "cell_type", database=table, min_cells=1)
    text = " ".join(str(each.message) for each in caught)
    assert "interactions by the genes of the species of the data" in text
    assert "sig.convert" not in text
