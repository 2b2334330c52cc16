"""Damages do what they say, and nothing else."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest
import scipy.sparse as sp
from anndata import AnnData

import tmeatlas as tme


@pytest.fixture(scope="module")
def damages(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("damages")
    sys.modules.pop("damages", None)


@pytest.fixture(scope="module")
def tumour():
    return tme.datasets.simulated(400)


@pytest.fixture(scope="module")
def cohort():
    return tme.datasets.simulated_cohort(2, n_cells=60)


def depth(adata):
    return np.asarray(adata.X.sum(axis=1)).ravel()


@pytest.mark.parametrize("even", [False, True])
def test_ambient_molecules_are_the_share_asked_for_and_come_from_the_pool(damages, tumour, even):
    after = damages.add_ambient(tumour, 0.2, even=even)
    added = (after.X - tumour.X).toarray()
    assert (added >= 0).all()
    assert added.sum() / after.X.sum() == pytest.approx(0.2, rel=0.02)
    pool = np.asarray(tumour.X.sum(axis=0)).ravel()
    assert np.corrcoef(added.sum(axis=0), pool)[0, 1] > 0.99
    assert added.sum(axis=0)[pool == 0].sum() == 0
    of_depth = np.corrcoef(added.sum(axis=1), depth(tumour))[0, 1]
    assert (abs(of_depth) < 0.2) == even


def test_ambient_molecules_are_of_the_own_sample(damages, cohort):
    lacks = (cohort.obs["sample"] == "sample01").to_numpy()
    gene = int(np.argmax(np.asarray(cohort.X.sum(axis=0)).ravel()))
    values = cohort.X.toarray()
    values[lacks, gene] = 0
    given = AnnData(sp.csr_matrix(values), obs=cohort.obs, var=cohort.var)
    of_sample, of_all = (damages.add_ambient(given, 0.2, key) for key in ("sample", None))
    assert of_sample.X[lacks][:, [gene]].sum() == 0
    assert of_sample.X[~lacks][:, [gene]].sum() > values[:, gene].sum()
    assert of_all.X[lacks][:, [gene]].sum() > 0


def test_doublets_are_two_cells_of_two_lineages(damages, cohort):
    after = damages.add_doublets(cohort, 0.1, "cell_type", sample_key="sample")
    doublets = after.obs_names[after.obs["made_doublet"]]
    assert len(doublets) / after.n_obs == pytest.approx(0.1, abs=0.01)
    assert after.n_obs + len(doublets) == cohort.n_obs
    assert after.X.sum() == cohort.X.sum()
    lost = cohort[~cohort.obs_names.isin(after.obs_names)]
    for name in doublets:
        rest = depth(after[name])[0] - depth(cohort[name])[0]
        partners = lost[depth(lost) == rest]
        assert rest <= depth(cohort[name])[0]
        assert (partners.obs["cell_type"] != cohort.obs.loc[name, "cell_type"]).any()
        assert (partners.obs["sample"] == cohort.obs.loc[name, "sample"]).any()


def test_swapped_labels_are_a_share_and_wrong(damages, tumour):
    after = damages.swap_labels(tumour, 0.1, "cell_type")
    changed = after.obs["cell_type"].astype(str) != tumour.obs["cell_type"].astype(str)
    assert changed.sum() == 40
    assert (changed == after.obs["swapped"]).all()
    assert (after.X != tumour.X).nnz == 0


def test_groups_are_merged_and_split(damages, tumour):
    merged = damages.merge_groups(tumour, ["Treg", "T CD8"], "cell_type").obs["cell_type"]
    both = tumour.obs["cell_type"].isin(["Treg", "T CD8"])
    assert (merged == "Treg").tolist() == both.tolist()
    split = damages.split_group(tumour, "Malignant", "cell_type").obs["cell_type"].value_counts()
    n = (tumour.obs["cell_type"] == "Malignant").sum()
    assert split["Malignant"] + split["Malignant 2"] == n
    assert split["Malignant 2"] > n / 4


def test_one_group_loses_molecules(damages, tumour):
    after = damages.thin(tumour, 0.5, "Malignant", "cell_type")
    inside = (tumour.obs["cell_type"] == "Malignant").to_numpy()
    assert depth(after)[inside].sum() == pytest.approx(depth(tumour)[inside].sum() / 2, rel=0.01)
    assert (depth(after)[~inside] == depth(tumour)[~inside]).all()
    assert (tumour.X - after.X).toarray().min() >= 0


def test_a_patient_is_there_twice(damages, cohort):
    after = damages.double_patient(cohort, "patient02", "patient")
    n = (cohort.obs["patient"] == "patient02").sum()
    assert after.n_obs == cohort.n_obs + n
    assert after.obs_names.is_unique
    assert (after.obs["patient"] == "patient02").sum() == 2 * n


def test_a_sort_leaves_immune_cells_and_few_others(damages, tumour):
    immune = ["T CD8", "Treg", "TAM SPP1", "TAM C1Q"]
    present = [name for name in immune if name in set(tumour.obs["cell_type"])]
    pure = damages.sort_cd45(tumour, present, "cell_type")
    assert set(pure.obs["cell_type"]) == set(present)
    leaky = damages.sort_cd45(tumour, present, "cell_type", purity=0.9)
    assert pure.n_obs / leaky.n_obs == pytest.approx(0.9, abs=0.01)


def test_few_cells_of_each_group_and_halves(damages, tumour, cohort):
    sizes = damages.few_cells(tumour, "cell_type", 10).obs["cell_type"].value_counts()
    before = tumour.obs["cell_type"].value_counts()
    assert (sizes == before.clip(upper=10)[sizes.index]).all()
    one, other = damages.halves(tumour)
    assert one.n_obs == other.n_obs == 200
    assert not set(one.obs_names) & set(other.obs_names)
    one, other = damages.halves(cohort, by="patient")
    assert one.obs["patient"].nunique() == other.obs["patient"].nunique() == 2
    assert not set(one.obs["patient"]) & set(other.obs["patient"])


def test_molecules_are_not_added_to_other_values(damages, tumour):
    logged = tumour.copy()
    logged.X = logged.X.log1p()
    with pytest.raises(damages.NotCountsError, match="counts"):
        damages.add_ambient(logged, 0.1)
