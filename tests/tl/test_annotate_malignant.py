"""Malignant cells by their copy numbers, planted and real."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas.lineages import map_labels
from tmeatlas.matrix import open_matrix
from tmeatlas.tl import _annotate_malignant
from tmeatlas.tl._annotate_malignant import call_malignant

GENES = 4000
LINEAGES = ("fibroblast", "t_cell", "monocyte", "epithelial")
EACH = 40


@pytest.fixture(scope="module")
def planted():
    """Four lineages with genes of their own; half of the epithelium has gained two chromosomes."""
    pytest.importorskip("infercnvpy")
    rng = np.random.default_rng(0)
    lineage = np.repeat(LINEAGES, EACH)
    chromosome = np.repeat(np.arange(1, 21), GENES // 20)
    level = rng.gamma(2, 1, GENES)
    means = np.tile(level, (lineage.size, 1))
    for name in LINEAGES:
        means[np.ix_(lineage == name, rng.choice(GENES, 150, replace=False))] *= 4
    gained = np.flatnonzero(lineage == "epithelial")[: EACH // 2]
    means[np.ix_(gained, np.isin(chromosome, [7, 8]))] *= 1.5
    var = pd.DataFrame(
        {
            "chromosome": [f"chr{number}" for number in chromosome],
            "start": np.arange(GENES) * 1000,
            "end": np.arange(GENES) * 1000 + 500,
        },
        index=[f"made{i}" for i in range(GENES)],
    )
    counts = sp.csr_matrix(rng.poisson(means).astype(np.float32))
    adata = ad.AnnData(counts, var=var, obs=pd.DataFrame(index=[f"c{i}" for i in range(160)]))
    tme.pp.prepare(adata, embed=False)
    truth = np.zeros(lineage.size, dtype=bool)
    truth[gained] = True
    return adata, lineage.astype(object), truth


def calls(adata, ids, **options):
    return call_malignant(adata, ids, matrix=open_matrix(adata), **options)


def test_cells_with_gained_chromosomes(planted):
    adata, ids, truth = planted
    found = calls(adata, ids)
    np.testing.assert_array_equal(found.ids == "malignant", truth)
    assert (found.ids[~truth] == ids[~truth]).all()
    assert found.reference == ("fibroblast", "t_cell", "monocyte_macrophage")
    assert found.note == ""
    assert np.isfinite(found.score).all()
    assert found.score.dtype == np.float32
    normal = (ids == "epithelial") & ~truth
    assert found.score[truth].min() > found.threshold > found.score[normal].max()
    assert ids[truth][0] == "epithelial"


def test_the_same_cells_give_the_same_calls(planted):
    adata, ids, _ = planted
    first, second = calls(adata, ids), calls(adata, ids)
    np.testing.assert_array_equal(first.score, second.score)
    assert first.threshold == second.threshold


def test_only_lineages_from_which_tumours_arise_are_called(planted):
    adata, ids, _ = planted
    assert not (calls(adata, np.where(ids == "epithelial", "t_cell", ids)).ids == "malignant").any()
    unknown = calls(adata, np.where(ids == "epithelial", "", ids))
    assert (unknown.ids == "malignant").sum() == EACH // 2


def test_malignant_by_label_stays(planted):
    adata, ids, truth = planted
    labelled = ids.copy()
    labelled[ids == "epithelial"] = "malignant"
    found = calls(adata, labelled)
    assert (found.ids[ids == "epithelial"] == "malignant").all()
    assert found.score[truth].min() > found.threshold


@pytest.mark.parametrize("form", ["index", "symbol", "plain numbers", "other order"])
def test_tables_of_positions(planted, form):
    adata, ids, _ = planted
    table = adata.var[["chromosome", "start", "end"]].copy()
    if form == "symbol":
        table = table.reset_index(names="symbol")
    if form == "plain numbers":
        table["chromosome"] = table["chromosome"].str.removeprefix("chr")
    if form == "other order":
        table = table.sample(frac=1, random_state=0)
    bare = adata.copy()
    bare.var = bare.var[[]]
    found, expected = calls(bare, ids, positions=table), calls(adata, ids)
    np.testing.assert_array_equal(found.score, expected.score)


def test_sex_chromosomes_scaffolds_and_gaps_are_left_out(planted):
    adata, ids, truth = planted
    changed = adata.copy()
    changed.var["chromosome"] = changed.var["chromosome"].replace(
        {"chr1": "chrX", "chr2": "GL000194.1", "chr3": None}
    )
    np.testing.assert_array_equal(calls(changed, ids).ids == "malignant", truth)


def no_call(found, why):
    assert why in found.note
    assert found.note.startswith("No cell is called malignant by its copy numbers: ")
    assert not (found.ids == "malignant").any()
    assert np.isnan(found.threshold)


def test_no_positions(planted):
    adata, ids, _ = planted
    bare = adata.copy()
    bare.var = bare.var[[]]
    no_call(calls(bare, ids), "pass a table as `positions=`")


def test_the_extra_is_missing(planted, monkeypatch):
    adata, ids, _ = planted
    monkeypatch.setattr(_annotate_malignant, "find_spec", lambda name: None)
    no_call(calls(adata, ids), "python -m pip install 'tmeatlas[cnv]'")


def test_too_few_genes_with_a_position(planted):
    adata, ids, _ = planted
    no_call(calls(adata, ids, positions=adata.var.iloc[:900]), "fewer than 1,000 genes")


def test_nothing_to_compare_with(planted):
    adata, ids, _ = planted
    no_call(calls(adata, np.full(ids.size, "epithelial", dtype=object)), "that are not malignant")
    no_call(calls(adata, np.full(ids.size, "t_cell", dtype=object)), "cells that could be so")


def test_one_kind_of_normal_cells(planted):
    adata, ids, truth = planted
    kept = np.isin(ids, ["t_cell", "epithelial"])
    found = calls(adata[kept].copy(), ids[kept])
    called = found.ids == "malignant"
    assert "one kind of normal cells only" in found.note
    assert not called[~truth[kept]].any()


@pytest.mark.parametrize(
    ("positions", "message"),
    [
        ("genes.tsv", "Expected a DataFrame of genes .*found str.*pandas.read_csv"),
        (pd.DataFrame({"chrom": ["1"], "start": [1]}), "lacks the columns 'chromosome', 'end'"),
    ],
)
def test_positions_that_cannot_be_read(planted, positions, message):
    adata, ids, _ = planted
    with pytest.raises(InputError, match=message):
        calls(adata, ids, positions=positions)


def test_one_lineage_for_each_cell(planted):
    adata, ids, _ = planted
    with pytest.raises(InputError, match="Expected a lineage for each of 160 cells, found 3"):
        calls(adata, ids[:3])


def real(shared_data, name, malignant_as):
    """Real cells, with the lineage that markers would give the malignant ones."""
    pytest.importorskip("infercnvpy")
    adata = ad.read_h5ad(shared_data / "data" / f"{name}.h5ad")
    tme.pp.prepare(adata, embed=False)
    labels = adata.obs["cell_type"].astype(str)
    ids = labels.map(map_labels(labels.unique())).to_numpy(dtype=object)
    truth = ids == "malignant"
    ids[truth] = malignant_as
    positions = pd.read_csv(shared_data / "genes" / "positions.tsv", sep="\t", comment="#")
    return calls(adata, ids, positions=positions), truth, labels


def auroc(score, truth):
    from scipy.stats import rankdata

    ranks = rankdata(score)
    n = truth.sum()
    return (ranks[truth].sum() - n * (n + 1) / 2) / (n * (truth.size - n))


def test_oligodendroglioma(shared_data):
    found, truth, _ = real(shared_data, "tirosh2016_oligodendroglioma_184", "glia")
    assert auroc(found.score, truth) >= 0.99
    assert auroc((found.ids == "malignant").astype(float), truth) >= 0.98
    assert "one kind of normal cells only" in found.note


def test_breast_cancer(shared_data):
    found, truth, labels = real(shared_data, "wu2021_tnbc_CID4465", "epithelial")
    seen = np.isfinite(found.score)
    assert auroc(found.score[seen], truth[seen]) >= 0.99
    called = found.ids == "malignant"
    assert called[truth].mean() >= 0.98
    # Ten cells that the authors call normal epithelium; what else is called comes from these.
    assert set(labels[called & ~truth]) <= {"Epithelial_normal"}
    assert called[labels == "Epithelial_normal"].sum() <= 4


def test_lung_cancer(shared_data):
    found, truth, _ = real(shared_data, "kim2020_luad_T34", "epithelial")
    called = found.ids == "malignant"
    assert auroc(found.score, truth) >= 0.95
    assert called[truth].mean() >= 0.75
    assert not called[~truth].any()


def test_without_labels(shared_data):
    """The whole way: lineages by markers, then copy numbers among the epithelium."""
    pytest.importorskip("infercnvpy")
    adata = ad.read_h5ad(shared_data / "data" / "kim2020_luad_T34.h5ad")
    tme.pp.prepare(adata, embed=False)
    positions = pd.read_csv(shared_data / "genes" / "positions.tsv", sep="\t", comment="#")
    tme.tl.annotate(adata, positions=positions)
    malignant = (adata.obs["tme_lineage"] == "Malignant cells").to_numpy()
    tumour = (adata.obs["cell_type"] == "Epithelial_tumour").to_numpy()
    assert malignant[tumour].mean() >= 0.75
    assert not malignant[~tumour].any()
