"""The simulated tumour: its truth can be found in it, and it looks like data."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scanpy as sc
import scipy.sparse as sp
import yaml
from scipy.stats import rankdata
from sklearn.neighbors import NearestNeighbors

import tmeatlas as tme
from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas.datasets._profiles import UNSEEN
from tmeatlas.interactions import load_axes

TRUE_FLAGS = ["true_caf", "true_tam", "true_treg", "true_exhausted", "true_hypoxic"]


@pytest.fixture(scope="module")
def counts() -> ad.AnnData:
    return tme.datasets.simulated(2500)


@pytest.fixture(scope="module")
def logged(counts) -> ad.AnnData:
    adata = counts.copy()
    sc.pp.normalize_total(adata, target_sum=1e4)
    sc.pp.log1p(adata)
    return adata


@pytest.fixture(scope="module")
def type_means(counts) -> pd.DataFrame:
    """Mean counts per 10,000, cell types × genes."""
    linear = sc.pp.normalize_total(counts, target_sum=1e4, copy=True)
    aggregated = sc.get.aggregate(linear, by="cell_type", func="mean")
    return aggregated.to_df(layer="mean")


def auroc(values: np.ndarray, positive: np.ndarray) -> float:
    ranks = rankdata(values)
    n_positive, n_negative = positive.sum(), (~positive).sum()
    return (ranks[positive].sum() - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)


def same_matrix(one: sp.csr_matrix, other: sp.csr_matrix) -> bool:
    return all(
        getattr(one, part).tobytes() == getattr(other, part).tobytes()
        for part in ("data", "indices", "indptr")
    )


def test_layout(counts):
    assert counts.n_obs == 2500
    assert isinstance(counts.X, sp.csr_matrix)
    assert counts.X.dtype == np.float32
    assert counts.X.has_sorted_indices
    assert counts.obs_names.is_unique
    assert counts.var_names.is_unique
    assert counts.obs_names[0] == "sample1_0001"
    assert list(counts.obs) == [
        "sample", "condition", "cell_type", "true_state", *TRUE_FLAGS, "true_interferon",
    ]  # fmt: skip
    assert all(counts.obs[name].dtype == bool for name in TRUE_FLAGS)
    assert not any("/" in name for name in counts.obs["cell_type"].cat.categories)
    assert counts.uns[keys.SIMULATED] == "simulated tumour, negative-binomial counts, seed 0"


def test_counts_are_positive_integers(counts):
    assert (counts.X.data >= 1).all()
    assert (counts.X.data == np.round(counts.X.data)).all()


def test_depth_and_sparsity_are_those_of_droplets(counts):
    depth = np.asarray(counts.X.sum(axis=1)).ravel()
    assert 2000 < np.median(depth) < 3000
    assert depth.min() > 150
    assert depth.max() < 40_000
    assert 700 < np.median(np.diff(counts.X.indptr)) < 1500
    assert 0.85 < 1 - counts.X.nnz / (counts.n_obs * counts.n_vars) < 0.92


def test_counts_vary_more_than_poisson(counts):
    """Among alike cells, the variance exceeds the mean by mean² times a dispersion."""
    dense = counts[counts.obs["true_state"] == "b"].X.toarray()
    depth = dense.sum(axis=1, keepdims=True)
    scaled = dense / depth * depth.mean()
    mean, variance = scaled.mean(axis=0), scaled.var(axis=0, ddof=1)
    high = mean > 5
    assert high.sum() > 20
    dispersion = (variance[high] - mean[high]) / mean[high] ** 2
    assert 0.1 < np.median(dispersion) < 0.6


def test_same_seed_same_bytes():
    one, other = tme.datasets.simulated(400, rng=7), tme.datasets.simulated(400, rng=7)
    assert same_matrix(one.X, other.X)
    pd.testing.assert_frame_equal(one.obs, other.obs)
    generator = tme.datasets.simulated(400, rng=np.random.default_rng(7))
    assert same_matrix(one.X, generator.X)
    assert generator.uns[keys.SIMULATED] != one.uns[keys.SIMULATED]


def test_other_seed_other_data():
    one, other = tme.datasets.simulated(400, rng=7), tme.datasets.simulated(400, rng=8)
    assert not same_matrix(one.X, other.X)


def test_global_random_state_plays_no_part():
    np.random.seed(1)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    one = tme.datasets.simulated(200)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002
    np.random.seed(2)  # noqa: NPY002
    assert same_matrix(one.X, tme.datasets.simulated(200).X)


def test_samples_are_nested_in_conditions(counts):
    per_sample = counts.obs.groupby("sample", observed=True)["condition"].nunique()
    assert len(per_sample) == 8
    assert (per_sample == 1).all()
    per_condition = counts.obs.groupby("condition", observed=True)["sample"].nunique()
    assert (per_condition == 4).all()


def test_flags_follow_the_cell_types(counts):
    obs = counts.obs
    text = obs["cell_type"].astype(str)
    assert (obs["true_caf"] == text.str.startswith("CAF")).all()
    assert (obs["true_tam"] == text.str.startswith("TAM")).all()
    assert (obs["true_treg"] == (text == "Treg")).all()
    assert (obs["true_exhausted"] == (text == "T CD8 exhausted")).all()
    assert (obs["true_hypoxic"] == (obs["true_state"] == "malignant_hypoxic")).all()
    assert (text[obs["true_hypoxic"]] == "Malignant").all()
    assert all(obs[name].sum() > 10 for name in TRUE_FLAGS)


def test_composition_follows_its_truth(counts):
    """Averaged over the samples of a condition, shares are near the expected ones."""
    truth = counts.uns["truth_composition"].pivot_table(
        index="cell_type", columns="condition", values="share"
    )
    assert np.allclose(truth.sum(), 1)
    shares = pd.crosstab(counts.obs["sample"], counts.obs["cell_type"], normalize="index")
    condition = counts.obs.groupby("sample", observed=True)["condition"].first()
    found = shares.groupby(condition.astype(str)).mean().T
    assert (found - truth.loc[found.index, found.columns]).abs().max().max() < 0.04
    for cell_type in ("CAF myCAF", "TAM SPP1", "Treg"):
        assert found.loc[cell_type, "excluded"] > found.loc[cell_type, "inflamed"]
    for cell_type in ("T CD8 effector", "T CD4", "B"):
        assert found.loc[cell_type, "excluded"] < found.loc[cell_type, "inflamed"]


def test_interferon_is_stronger_in_inflamed_tumours(counts, logged):
    activity = counts.obs["true_interferon"].groupby(counts.obs["sample"], observed=True).mean()
    assert activity[:4].min() > activity[4:].max()
    genes = tme.sig.load("ifna_hallmark")["ifna_hallmark"].genes
    malignant = (counts.obs["cell_type"] == "Malignant").to_numpy()
    score = np.asarray(logged[malignant, logged.var_names.isin(genes)].X.mean(axis=1)).ravel()
    assert np.corrcoef(score, counts.obs["true_interferon"][malignant])[0, 1] > 0.4


def test_cell_types_are_clusters_in_pca(logged):
    adata = logged.copy()
    sc.pp.highly_variable_genes(adata, n_top_genes=2000)
    sc.pp.pca(adata, n_comps=30, mask_var="highly_variable")
    search = NearestNeighbors(n_neighbors=16).fit(adata.obsm["X_pca"])
    neighbours = search.kneighbors(return_distance=False)
    label = adata.obs["cell_type"].cat.codes.to_numpy()
    purity = (label[neighbours] == label[:, None]).mean()
    assert 0.8 < purity < 0.98  # above: islands without the transitions that tumours have
    sample = adata.obs["sample"].cat.codes.to_numpy()
    same_sample = (sample[neighbours] == sample[:, None]).mean(axis=1)
    malignant = (adata.obs["cell_type"] == "Malignant").to_numpy()
    assert same_sample[malignant].mean() > 0.65  # each patient has a tumour of their own
    assert same_sample[~malignant].mean() < 0.4  # and much the same microenvironment


@pytest.mark.parametrize(
    ("signature", "truth", "within", "at_least"),
    [
        ("caf_pan", "true_caf", "", 0.98),
        ("tam_pan", "true_tam", "", 0.9),
        ("treg_tumour", "true_treg", "", 0.93),
        ("treg_tumour", "true_treg", "T CD4|Treg", 0.85),
        ("exhaustion_terminal", "true_exhausted", "T CD8", 0.88),
        ("hypoxia_buffa", "true_hypoxic", "Malignant", 0.93),
    ],
)
def test_signatures_find_the_truth(logged, signature, truth, within, at_least):
    genes = logged.var_names.isin(tme.sig.load(signature)[signature].genes)
    cells = logged.obs["cell_type"].astype(str).str.match(within).to_numpy()
    score = np.asarray(logged.X[cells][:, genes].mean(axis=1)).ravel()
    assert auroc(score, logged.obs[truth].to_numpy()[cells]) > at_least


def test_core_signatures_are_covered(counts):
    for signature in tme.sig.load("core").values():
        genes = [*signature.genes, *signature.down]
        assert np.isin(genes, counts.var_names).mean() >= 0.5, signature.id


def test_planted_axes_run_one_way(counts, type_means):
    """Each gene of an axis is high in all of its cell types and low in all others."""
    truth = counts.uns["truth"]
    for side, complex_ in (("source", "ligand_complex"), ("target", "receptor_complex")):
        for name, rows in truth.groupby(complex_):
            inside = type_means.index.isin(rows[side])
            for gene in name.split("_"):
                level = type_means[gene]
                assert level[inside].min() > 1, gene
                assert level[inside].min() > 1.5 * level[~inside].max(), gene


def test_every_axis_has_its_core_genes_measured(counts):
    """Also where no cell shows them: genes that lack are warned of, and this is clean input."""
    genes = set(counts.var_names)
    core = {
        axis.id: [{*pair.ligand_genes, *pair.receptor_genes} for pair in axis.core]
        for axis in load_axes()
    }
    assert [name for name, pairs in core.items() if not any(p <= genes for p in pairs)] == []
    assert counts[:, list(UNSEEN)].X.nnz == 0
    assert counts.var_names[-len(UNSEEN) :].tolist() == list(UNSEEN)


def test_planted_axes_are_in_the_axes_file(counts, repository):
    axes = yaml.safe_load((repository / "signatures" / "axes.yaml").read_text(encoding="utf-8"))
    listed = {
        (axis["id"], "_".join(row["ligand_genes"]), "_".join(row["receptor_genes"]))
        for axis in axes
        for row in axis["interactions"]
    }
    truth = counts.uns["truth"]
    planted = set(
        truth[["axis", "ligand_complex", "receptor_complex"]].itertuples(index=False, name=None)
    )
    assert planted <= listed
    assert {"tgfb", "cxcl12", "pd1_pdl1", "csf1"} <= set(truth["axis"])
    assert set(truth["source"]) | set(truth["target"]) <= set(counts.obs["cell_type"])


@pytest.mark.parametrize("ending", ["h5ad", "zarr"])
def test_round_trip(tmp_path, ending):
    adata = tme.datasets.simulated(200)
    path = tmp_path / f"tumour.{ending}"
    getattr(adata, f"write_{ending}")(path)
    again = ad.read_h5ad(path) if ending == "h5ad" else ad.read_zarr(path)
    assert same_matrix(adata.X, again.X)
    pd.testing.assert_frame_equal(adata.obs, again.obs, check_column_type=False)
    assert str(again.uns[keys.SIMULATED]) == adata.uns[keys.SIMULATED]
    assert dict(again.uns["source"]) == adata.uns["source"]
    for name in ("truth", "truth_composition"):
        one, other = adata.uns[name], again.uns[name]
        assert list(one) == list(other)
        assert one.astype(str).to_numpy().tolist() == other.astype(str).to_numpy().tolist()


@pytest.mark.parametrize("n_cells", [0, -5, 99, 2.5, "many", True, None])
def test_bad_number_of_cells(n_cells):
    with pytest.raises(InputError, match=r"n_cells.*simulated"):
        tme.datasets.simulated(n_cells)


@pytest.mark.parametrize("rng", [-1, None, "seed", 0.5, True])
def test_bad_seed(rng):
    with pytest.raises(InputError, match=r"seed.*simulated\(rng=1\)"):
        tme.datasets.simulated(200, rng=rng)


def test_smallest_data_set():
    adata = tme.datasets.simulated(100)
    assert adata.n_obs == 100
    assert adata.obs["condition"].nunique() == 2
