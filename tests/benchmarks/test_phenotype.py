"""The benchmark of phenotypes: its measures, and that its tables are those of the page."""

from __future__ import annotations

import importlib
import sys

import anndata as ad
import numpy as np
import pytest
import scipy.sparse as sp

import tmeatlas as tme


@pytest.fixture(scope="module")
def figures(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("phenotype")
    sys.modules.pop("phenotype", None)


@pytest.fixture(scope="module")
def bulk(figures, shared_data):
    return ad.read_h5ad(shared_data / "data" / f"{figures.BULK}.h5ad")


@pytest.mark.parametrize("table", ["accuracy", "by_phenotype", "single_measures"])
def test_the_tables_of_bulk_are_those_of_the_page(table, figures, bulk, repository):
    page = (repository / "docs" / "phenotype.md").read_text(encoding="utf-8")
    rows = getattr(figures, table)(bulk).to_numpy(str).tolist()
    assert len(rows) >= 3
    assert [row for row in rows if f"| {' | '.join(row)} |" not in page] == []


def test_halves_share_no_patient_and_hold_all_with_a_phenotype(figures, bulk):
    first, second = figures.halves(bulk).values()
    assert (first.n_obs, second.n_obs) == (42, 42)
    assert not set(first.obs_names) & set(second.obs_names)


def test_accuracy_is_the_mean_over_classes(figures):
    truth = np.array(["desert"] * 6 + ["excluded"] * 2 + ["inflamed"] * 2)
    calls = np.array(["desert"] * 6 + ["inflamed"] * 2 + ["inflamed", "unclear"])
    assert figures.right(truth, calls) == pytest.approx((1 + 0 + 0.5) / 3)


def test_thresholds_that_part_the_classes_are_found(figures):
    truth = np.repeat(["desert", "excluded", "inflamed"], 10)
    desert = np.r_[np.linspace(0, 0.2, 10), np.linspace(0.4, 0.6, 20)]
    inflamed = np.r_[np.linspace(0, 0.3, 20), np.linspace(0.7, 0.9, 10)]
    low, high = figures.fit(desert, inflamed, truth)
    assert figures.right(truth, figures.rule(desert, inflamed, low, high)) == 1


def test_thinning_keeps_half_of_the_molecules(figures):
    adata = tme.datasets.simulated(300)
    thin = figures.thinned(adata, 0.5, 0)
    assert thin.X.sum() / adata.X.sum() == pytest.approx(0.5, abs=0.01)
    assert (thin.X > adata.X).nnz == 0
    assert sp.issparse(thin.X)
    assert figures.added_up(adata).X.sum() == adata.X.sum()
