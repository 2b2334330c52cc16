"""What a long command keeps, and how another goes on from there."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, TMEWarning
from tmeatlas.shell import _keeping
from tmeatlas.shell._keeping import Keeping, check_keep_path, check_keeps_all
from tmeatlas.shell._reading import choose_sample_key, read_cells


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


def small() -> ad.AnnData:
    adata = ad.AnnData(np.zeros((3, 4), dtype=np.float32))
    adata.obs["sample"] = ["b", "a", "b"]
    adata.var["kind"] = ["x", "y", "x", "y"]
    adata.raw = adata[:, :3].copy()
    return adata


def test_what_cannot_be_kept_is_an_error_after_all_else(tmp_path, monkeypatch):
    def full(*_):
        raise OSError("no space")

    keeping = Keeping(small(), tmp_path / "kept.h5ad")
    monkeypatch.setattr(_keeping, "write_whole", full)
    with pytest.warns(TMEWarning, match="Not kept: no space"):
        keeping.write()
    keeping.write()  # which would be an error if it warned again
    with pytest.raises(InputError, match=r"the cells are not kept\. no space"):
        keeping.end()
    monkeypatch.undo()
    keeping.write()
    keeping.end()


def test_columns_of_a_table_are_known_when_it_is_gone_on(tmp_path):
    adata = small()
    Keeping(adata, tmp_path / "kept.h5ad", of_table=("sample", "batch")).write()
    found, described = read_cells(str(tmp_path / "kept.h5ad"))
    assert described == ("sample",)
    assert choose_sample_key(found, None, described) == "sample"
    assert adata.raw.var["kind"].dtype == "category"


def test_only_the_input_itself_may_be_replaced(tmp_path):
    for name in ("a", "b"):
        small().write_h5ad(tmp_path / f"{name}.h5ad")
    table, a = tmp_path / "samples.csv", tmp_path / "a.h5ad"
    table.write_text("sample,path\n1,a.h5ad\n2,b.h5ad\n", encoding="utf-8")
    assert check_keep_path(str(a), str(a), "core", ["x,y"]) == a
    for cells, other in ((table, None), (tmp_path / "b.h5ad", f"core,{a}")):
        with pytest.raises(InputError, match="is read as well and would be lost"):
            check_keep_path(str(a), str(cells), other)


def test_cells_of_raw_are_kept_elsewhere(tmp_path):
    adata, a = small(), tmp_path / "a.h5ad"
    adata.write_h5ad(a)
    with pytest.raises(InputError, match="another file than the input"):
        check_keeps_all(adata, a, str(a), use_raw=True)
    check_keeps_all(adata, tmp_path / "b.h5ad", str(a), use_raw=True)
    check_keeps_all(adata, a, str(a), use_raw=None)
