"""Data to score, and a guard that a refused call leaves them alone."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

from tmeatlas.sig import load


@pytest.fixture
def symbols() -> AnnData:
    """Counts of 30 cells with every gene of the core signatures."""
    genes = sorted({gene for s in load("core").values() for gene in (*s.genes, *s.down)})
    counts = np.random.default_rng(0).poisson(1.0, size=(30, len(genes)))
    return AnnData(sp.csr_matrix(counts, dtype=np.float32), var=pd.DataFrame(index=genes))


@pytest.fixture
def untouched():
    """A block in which an AnnData must stay as it is."""

    @contextmanager
    def guard(adata: AnnData):
        obs, slots = adata.obs.copy(), _slots(adata)
        yield
        pd.testing.assert_frame_equal(adata.obs, obs)
        assert _slots(adata) == slots

    return guard


def _slots(adata: AnnData) -> tuple:
    uns = {key: repr(value) for key, value in adata.uns.items()}
    return list(adata.obsm), list(adata.varm), uns
