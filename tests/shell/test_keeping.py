"""What a long command keeps, and how another goes on from there."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pytest

import tmeatlas as tme
from tmeatlas.shell import _keeping
from tmeatlas.shell._keeping import Keeping


@pytest.fixture
def cells(tmp_path):
    """Without types, so that lineages are told and would pass for types afterwards."""
    adata = tme.datasets.simulated(300, rng=3)
    rng = np.random.default_rng(0)
    adata.obsm["X_pca"] = rng.normal(size=(300, 10)).astype(np.float32)
    adata.obsm["X_umap"] = rng.normal(size=(300, 2)).astype(np.float32)
    adata.obs = adata.obs[["sample"]]
    adata.write_h5ad(tmp_path / "cells.h5ad")
    return adata


def kept(said: str) -> int:
    return sum(line.startswith("  kept, found in ") for line in said.splitlines())


def test_from_scores_to_a_page_that_is_gone_on_to(shell, cells, tmp_path):
    status, _, said = shell("score", "cells.h5ad", "-o", "scored.h5ad")
    assert status == 0, said
    given = ("--min-cells", 3, "--sample-key", "sample", "--title", "Cells")
    status, _, said = shell("atlas", "scored.h5ad", "-o", "1.html", *given, "--keep", "kept.h5ad")
    assert status == 0, said
    assert "kept, found in obsm['tme_scores']" in said
    assert kept(said) == 1
    assert "made again" not in said
    status, _, said = shell("atlas", "kept.h5ad", "-o", "2.html", *given, "--keep", "kept.h5ad")
    assert status == 0, said
    steps = set(ad.read_h5ad(tmp_path / "kept.h5ad").uns["tmeatlas"]) - {"schema_version"}
    assert kept(said) == len(steps) == 12
    assert "made again" not in said
    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "2.html").read_bytes()


@pytest.mark.parametrize(("soon", "is_written"), [(-1.0, True), (1e6, False)])
def test_it_is_written_after_steps_that_took_long(tmp_path, monkeypatch, soon, is_written):
    monkeypatch.setattr(_keeping, "SOON", soon)
    adata = ad.AnnData(np.zeros((3, 2), dtype=np.float32))
    adata.obs["sample"] = ["b", "a", "b"]
    path = tmp_path / "kept.h5ad"
    keeping = Keeping(adata, path)
    assert list(adata.obs["sample"].cat.categories) == ["a", "b"]
    with keeping.step("One"):
        assert not path.exists()
    assert path.exists() == is_written
    keeping.write()
    assert ad.read_h5ad(path).shape == (3, 2)
    assert list(tmp_path.iterdir()) == [path]


def test_without_a_file_nothing_is_kept_or_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(_keeping, "SOON", -1.0)
    adata = ad.AnnData(np.zeros((3, 2), dtype=np.float32))
    adata.obs["sample"] = ["b", "a", "b"]
    keeping = Keeping(adata, None)
    with keeping.step("One"):
        pass
    keeping.write()
    assert adata.obs["sample"].dtype == object
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_is_an_h5ad(shell, cells):
    status, _, said = shell("atlas", "cells.h5ad", "--keep", "kept.csv")
    assert status == 1
    assert "ending in .h5ad, found 'kept.csv'" in said
