"""Fixtures for all tests: the real tumours, and storage in every form."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with the real data sets, which lies beside a development checkout."""
    folder = Path(os.environ.get("TMEATLAS_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"the real data sets are not at {folder}; set TMEATLAS_SHARED to their folder")
    return folder


STORAGES = {"dense": np.asarray, "csr": sp.csr_matrix, "csc": sp.csc_matrix}


@pytest.fixture(params=list(STORAGES))
def storage(request):
    """A function that turns a dense array into one kind of storage."""
    return STORAGES[request.param]


@pytest.fixture
def small_counts() -> AnnData:
    """60 cells × 40 genes of counts in three groups and two samples, made here."""
    rng = np.random.default_rng(0)
    groups = np.repeat(["alpha", "beta", "gamma"], 20)
    mean = rng.gamma(1.0, 1.0, size=(3, 40))
    counts = rng.poisson(mean[np.repeat([0, 1, 2], 20)])
    obs = pd.DataFrame(
        {
            "group": pd.Categorical(groups),
            "sample": pd.Categorical(np.tile(["s1", "s2"], 30)),
        },
        index=[f"cell{i}" for i in range(60)],
    )
    var = pd.DataFrame(index=[f"G{i}" for i in range(40)])
    return AnnData(sp.csr_matrix(counts, dtype=np.float32), obs=obs, var=var)
