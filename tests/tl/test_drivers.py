"""Drivers of simulated patients, of whom the axes are planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas.network import CLOSED, OPEN


@pytest.fixture(scope="module")
def plain():
    """Eight patients; CXCL12 from iCAF to T cells, VEGF from malignant cells to endothelium."""
    adata = tme.datasets.simulated_cohort(4, n_cells=220, rng=3)
    tme.pp.prepare(adata, embed=False)
    tme.tl.crosstalk(adata, "cell_type", sample_key="sample", min_cells=5)
    tme.tl.axes(adata)
    return adata


@pytest.fixture(scope="module")
def found(plain):
    return tme.tl.drivers(plain, copy=True)


def overall(adata, gene: str, lineage: str) -> pd.DataFrame:
    table = tme.get.drivers(adata, "genes")
    rows = table[(table["gene"] == gene) & (table["lineage"] == lineage) & (table["sample"] == "")]
    return rows.set_index("programme")


def test_ranks_are_counts_of_the_axes(plain, found):
    table = tme.get.drivers(found).set_index("group")
    axes = tme.get.axes(plain)
    stands = axes[axes["verdict"].str.startswith(("specific, response", "active"))]
    stands = stands[stands["source"] != stands["target"]]
    for name, end in (("sends", "source"), ("receives", "target")):
        expected = stands.groupby(end)["axis"].nunique().reindex(table.index, fill_value=0)
        assert table[name].to_dict() == expected.to_dict()
    assert table["sends"].sum() > 10
    total = table["sends"] + table["receives"]
    assert total.tolist() == sorted(total, reverse=True)
    assert table["cells"].to_dict() == plain.obs["cell_type"].value_counts()[table.index].to_dict()


def test_samples_count_their_own_axes(plain):
    """The counts beside the axes are those of the rows of every sample."""
    every = tme.tl.axes(plain, by_sample=True, copy=True)
    rows = tme.get.axes(every, sample=None)
    rows = rows[(rows["sample"] != "") & (rows["padj"] <= 0.05)]
    rows = rows[rows["source"] != rows["target"]]
    counts = every.uns["tme_axes_samples"].astype({"sample": str, "group": str})
    for name, end in (("sends", "source"), ("receives", "target")):
        own = rows.groupby(["sample", end])["axis"].nunique()
        at = pd.MultiIndex.from_frame(counts[["sample", "group"]])
        np.testing.assert_array_equal(counts[name], own.reindex(at, fill_value=0))
    sizes = plain.obs.groupby(["sample", "cell_type"], observed=True).size()
    np.testing.assert_array_equal(counts["cells"], sizes.reindex(at))


def test_intervals_are_of_the_samples_that_have_the_group(plain, found):
    table = tme.get.drivers(found).set_index("group")
    of = plain.uns["tme_axes_samples"].astype({"group": str})
    counts = of.loc[of["group"] == "Malignant", "sends"]
    assert table.loc["Malignant", "n_samples"] == len(counts) == 8
    assert table.loc["Malignant", "sends_mean"] == pytest.approx(counts.mean())
    low, high = table.loc["Malignant", ["sends_low", "sends_high"]]
    assert low < counts.mean() < high


def test_the_planted_chain_is_found_and_the_one_that_is_not_there_is_not(found):
    loops = tme.get.drivers(found, "loops").set_index("loop")
    cxcl12 = loops.loc[["caf_cxcl12"]]
    assert set(cxcl12["found"]) == {CLOSED}
    assert {("CAF iCAF", "T CD4"), ("CAF iCAF", "Treg")} <= set(
        cxcl12[["source", "target"]].itertuples(index=False, name=None)
    )
    assert set(loops.loc[["tam_vegf"], "found"]) == {OPEN}
    vegf = loops.loc[["hypoxia_vegf"]]
    assert vegf.loc[vegf["link"] == 2, ["source", "target"]].to_numpy().tolist() == [
        ["Malignant", "Endothelial"]
    ]
    assert vegf.loc[vegf["link"] == 2, "holds"].all()
    assert loops["cite"].ne("").all()


def test_cd274_that_follows_nothing_is_said_to_follow_nothing(found):
    """It is planted at one level in all malignant cells."""
    rows = overall(found, "CD274", "malignant")
    assert set(rows.index) == {"ifng", "hypoxia", "egf"}
    assert not rows["verdict"].isin(["follows", "opposite"]).any()
    assert (rows["n_samples"] == 8).all()
    assert (rows["low"] < rows["value"]).all()


def test_cd274_that_is_made_to_follow_interferon_does_and_nothing_else(plain):
    adata = plain.copy()
    place = adata.var_names.get_loc("CD274")
    malignant = (adata.obs["cell_type"] == "Malignant").to_numpy()
    rng = np.random.default_rng(0)
    activity = adata.obs["true_interferon"].to_numpy()
    share = np.exp(3 * (activity - activity[malignant].mean())) * 2e-4
    total = np.asarray(adata.layers["counts"].sum(axis=1)).ravel()
    column = np.where(malignant, rng.poisson(total * share), 0)
    for where, values in (
        ("counts", column),
        (None, np.log1p(column / total * 1e4)),
    ):
        matrix = adata.X if where is None else adata.layers[where]
        matrix = matrix.tolil()
        matrix[:, place] = values[:, None]
        if where is None:
            adata.X = sp.csr_matrix(matrix, dtype=np.float32)
        else:
            adata.layers[where] = sp.csr_matrix(matrix)
    tme.tl.drivers(adata)
    rows = overall(adata, "CD274", "malignant")
    assert rows.loc["ifng", "verdict"] == "follows"
    assert rows.loc["ifng", "low"] > 0
    assert not rows.loc[["hypoxia", "egf"], "verdict"].eq("follows").any()


def test_without_samples_cells_are_the_replicates(plain):
    adata = plain.copy()
    tme.tl.crosstalk(adata, "cell_type")
    tme.tl.axes(adata)
    assert "tme_axes_samples" not in adata.uns
    tme.tl.drivers(adata)
    table = tme.get.drivers(adata)
    assert table["sends_mean"].isna().all()
    assert (table["n_samples"] == 0).all()
    rows = overall(adata, "CD274", "malignant")
    assert np.isfinite(rows["value"]).all()
    assert len(rows) == 3  # one row each


def test_groups_that_name_no_lineage_are_ranked_all_the_same(plain):
    adata = plain.copy()
    names = {name: f"cluster {i}" for i, name in enumerate(adata.obs["cell_type"].cat.categories)}
    adata.obs["cluster"] = adata.obs["cell_type"].cat.rename_categories(names)
    tme.tl.crosstalk(adata, "cluster", sample_key="sample", min_cells=5)
    tme.tl.axes(adata)
    with pytest.warns(TMEWarning, match="left out: the labels in obs.*`lineage_key=`"):
        tme.tl.drivers(adata)
    assert len(tme.get.drivers(adata)) > 5
    assert len(tme.get.drivers(adata, "loops")) == 0
    with pytest.raises(InputError, match="name lineages"):
        tme.tl.drivers(adata, lineage_key="cluster")
    tme.tl.drivers(adata, lineage_key="cell_type")
    assert len(tme.get.drivers(adata, "loops")) > 3


def test_genes_that_are_not_in_the_data_are_named(plain):
    adata = plain[:, plain.var_names != "CD274"].copy()
    tme.tl.crosstalk(adata, "cell_type", sample_key="sample", min_cells=5)
    tme.tl.axes(adata)
    tme.tl.drivers(adata)
    rows = overall(adata, "CD274", "malignant")
    assert set(rows["verdict"]) == {"not testable"}
    assert set(rows["note"]) == {"CD274 is not in the data"}


def test_doublets_are_left_out(plain, found):
    adata = plain.copy()
    tme.tl.quality(adata, groupby="cell_type", sample_key="sample")
    malignant = (adata.obs["cell_type"] == "Malignant").to_numpy()
    flags = np.zeros(adata.n_obs, dtype=bool)
    flags[np.flatnonzero(malignant)[:50]] = True
    adata.obs["tme_quality_doublet"] = flags
    tme.tl.drivers(adata)
    before = overall(found, "CD274", "malignant")["cells"].iloc[0]
    assert overall(adata, "CD274", "malignant")["cells"].iloc[0] == before - 50


def test_spots_are_said_to_be_spots(plain, found):
    assert "spot" not in tme.get.drivers(found).attrs["shows"]
    adata = plain.copy()
    adata.obs["array_row"] = adata.obs["array_col"] = np.arange(adata.n_obs)
    tme.tl.drivers(adata)
    table = tme.get.drivers(adata)
    assert "Each row is a spot of several cells" in table["shows"].iloc[0]


def test_axes_come_first(plain):
    adata = plain.copy()
    del adata.uns["tme_axes"]
    with pytest.raises(MissingKeyError, match=r"Run tme\.tl\.axes\(adata\) first"):
        tme.tl.drivers(adata)
    with pytest.raises(MissingKeyError, match="No table 'chains'"):
        tme.get.drivers(tme.tl.drivers(plain, copy=True), "chains")
