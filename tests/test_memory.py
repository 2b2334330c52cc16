"""However large a matrix is, what is held of it at a time is not."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from anndata import AnnData

import tmeatlas as tme

BLOCK_BYTES = 2**22
FILLING = 3000
"""Genes that tell nothing, but take most of the memory: no step holds them for its own sake."""
STEPS: dict[str, Callable[[AnnData], Any]] = {
    "prepare": lambda adata: tme.pp.prepare(adata, embed="pca"),
    "score": lambda adata: tme.tl.score(adata, ["caf_pan", "treg_pan", "hypoxia_buffa"]),
    "crosstalk": lambda adata: tme.tl.crosstalk(adata, "cell_type", min_cells=2),
}


HELD = {"prepare": 1, "score": 1, "crosstalk": 2}
"""How often the other genes may be held for all cells: the variable ones; as much for 400 cells, by
which values are judged; those of interactions, their expression and their counts."""


@pytest.fixture(scope="module")
def telling() -> AnnData:
    few = tme.datasets.simulated(400)
    return ad.concat([few] * 6, index_unique="-")


@pytest.fixture(scope="module")
def cells(telling) -> AnnData:
    filling = np.random.default_rng(0).poisson(5, (telling.n_obs, FILLING)).astype(np.float32)
    return AnnData(
        sp.hstack([telling.X, sp.csr_matrix(filling)], format="csr", dtype=np.float32),
        telling.obs[["cell_type"]],
        pd.DataFrame(index=[*telling.var_names, *(f"FILLING{k}" for k in range(FILLING))]),
    )


def backed(cells: AnnData, folder: Path) -> AnnData:
    cells.write_h5ad(folder / "a.h5ad")
    return ad.read_h5ad(folder / "a.h5ad", backed="r")


def by_columns(cells: AnnData, folder: Path) -> AnnData:
    return backed(AnnData(sp.csc_matrix(cells.X), cells.obs, cells.var), folder)


def size_of(matrix: Any) -> int:
    return int(matrix.nnz) * 8


def held(call: Callable[[], Any]) -> tuple[int, int]:
    """Bytes of numpy and Python above what there was before, at most and in the end."""
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        call()
        after, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return most - before, after - before


@pytest.mark.parametrize("lying", [backed, by_columns])
def test_what_is_held_has_a_bound(cells, telling, lying, tmp_path, monkeypatch):
    monkeypatch.setattr(tme.settings, "_block_bytes", BLOCK_BYTES)
    for name in ("few", "all"):
        (tmp_path / name).mkdir()
    few = lying(cells[:400].copy(), tmp_path / "few")
    for call in STEPS.values():
        call(few)  # what is compiled and imported is no part of it
    adata = lying(cells, tmp_path / "all")
    for name, call in STEPS.items():
        most, results = held(lambda call=call: call(adata))
        bound = 3 * BLOCK_BYTES + results + HELD[name] * size_of(telling.X)
        assert most < bound < 0.7 * size_of(cells.X), name
