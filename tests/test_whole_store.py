"""A store of zarr is written whole or not at all, and nothing but another one makes way for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import zarr
from anndata import AnnData

from tmeatlas import _matrix_parts
from tmeatlas._errors import InputError
from tmeatlas._h5ad import write_h5ad
from tmeatlas._outputs import check_output
from tmeatlas._temporaries import clear_stale
from tmeatlas._whole_file import whole_store
from tmeatlas._zarr import write_zarr


@pytest.fixture
def cells() -> AnnData:
    values = np.random.default_rng(0).poisson(1, (30, 20)).astype(np.float32)
    adata = AnnData(
        sp.csr_matrix(values),
        pd.DataFrame({"kind": ["a", "b", "c"] * 10}, index=[f"c{k}" for k in range(30)]),
        pd.DataFrame(index=[f"g{k}" for k in range(20)]),
    )
    adata.layers["dense"] = values * 2
    adata.layers["columns"] = sp.csc_matrix(values)
    adata.raw = adata.copy()
    return adata


def written(cells: AnnData, path: Path) -> Path:
    with whole_store(path) as folder:
        write_zarr(cells, folder)
    return path


def check_same(found: AnnData, cells: AnnData) -> None:
    dense = {"X": lambda a: a.X, "raw": lambda a: a.raw.X}
    dense |= {name: (lambda a, name=name: a.layers[name]) for name in cells.layers}
    for name, taken in dense.items():
        one, other = taken(found), taken(cells)
        assert type(one) is type(other), name
        np.testing.assert_array_equal(
            *(each.toarray() if sp.issparse(each) else each for each in (one, other)), name
        )
    assert found.obs.equals(cells.obs)
    assert found.raw.var_names.equals(cells.raw.var_names)


def in_h5ad(cells: AnnData, folder: Path) -> AnnData:
    import h5py

    cells.write_h5ad(folder / "in.h5ad")
    return in_place(cells, h5py.File(folder / "in.h5ad", "r"))


def in_zarr(version: int):
    def made(cells: AnnData, folder: Path) -> AnnData:
        with ad.settings.override(zarr_write_format=version), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            cells.write_zarr(folder / "in.zarr")
        return in_place(cells, zarr.open_group(folder / "in.zarr", mode="r"))

    return made


def in_place(cells: AnnData, store) -> AnnData:
    found = cells.copy()
    for name in cells.layers:
        element = store[f"layers/{name}"]
        found.layers[name] = element if name == "dense" else ad.io.sparse_dataset(element)
    raw = {"X": ad.io.sparse_dataset(store["raw/X"]), "var": cells.raw.var}
    x = ad.io.sparse_dataset(store["X"])
    return AnnData(x, obs=found.obs, var=found.var, layers=dict(found.layers), raw=raw)


@pytest.mark.parametrize(
    "stored",
    [lambda cells, _: cells, in_h5ad, in_zarr(2), in_zarr(3)],
    ids=["memory", "h5ad", "zarr 2", "zarr 3"],
)
def test_what_was_written_is_read_again(cells, tmp_path, monkeypatch, stored):
    monkeypatch.setattr(_matrix_parts, "COPIED", 64)
    monkeypatch.setattr(_matrix_parts, "CHUNK", 16)
    given = stored(cells, tmp_path)
    check_same(ad.read_zarr(written(given, tmp_path / "out.zarr")), cells)
    (tmp_path / "out.h5ad").touch()
    write_h5ad(given, tmp_path / "out.h5ad")
    check_same(ad.read_h5ad(tmp_path / "out.h5ad"), cells)


def test_dense_matrices_of_files_are_copied_in_parts(cells, tmp_path, monkeypatch):
    """No more of it is asked for at a time than is to be copied."""
    monkeypatch.setattr(_matrix_parts, "COPIED", 100)
    monkeypatch.setattr(_matrix_parts, "CHUNK", 50)
    asked = []

    class Told:
        attrs, chunks, shape, dtype = {}, (1, 20), (30, 20), np.dtype("f4")

        def __getitem__(self, rows):
            asked.append(rows)
            return cells.layers["dense"][rows]

    store = zarr.open_group(tmp_path / "x.zarr", mode="w", zarr_format=2)
    _matrix_parts.copy_matrix(Told(), store, "X")
    np.testing.assert_array_equal(ad.io.read_elem(store["X"]), cells.layers["dense"])
    assert max(rows.stop - rows.start for rows in asked) <= 5


def unable(*_: object) -> None:
    raise RuntimeError


def test_a_store_makes_way_for_another(cells, tmp_path, monkeypatch):
    written(cells, tmp_path / "out.zarr").chmod(0o750)
    (tmp_path / "link.zarr").symlink_to("out.zarr")
    less = cells[:10].copy()
    monkeypatch.setattr("tmeatlas._whole_file._exchange", unable)
    with pytest.raises(RuntimeError):
        written(less, tmp_path / "out.zarr")
    monkeypatch.undo()
    assert ad.read_zarr(tmp_path / "out.zarr").n_obs == 30
    written(less, tmp_path / "link.zarr")
    assert ad.read_zarr(tmp_path / "out.zarr").n_obs == 10
    assert (tmp_path / "out.zarr").stat().st_mode & 0o777 == 0o750
    assert sorted(item.name for item in tmp_path.iterdir()) == ["link.zarr", "out.zarr"]


@pytest.mark.parametrize("n_moves", [1, 2], ids=["before", "after"])
def test_a_break_between_the_moves_leaves_one_store(cells, tmp_path, monkeypatch, n_moves):
    """The old one until the new one is in its place, and nothing beside it."""
    written(cells, tmp_path / "out.zarr")
    move, moved = Path.rename, []

    def breaking(self: Path, other: Path) -> Path:
        moved.append(move(self, other))
        if len(moved) == n_moves:
            raise KeyboardInterrupt
        return moved[-1]

    monkeypatch.setattr(Path, "rename", breaking)
    with pytest.raises(KeyboardInterrupt):
        written(cells[:10].copy(), tmp_path / "out.zarr")
    assert ad.read_zarr(tmp_path / "out.zarr").n_obs == (30 if n_moves == 1 else 10)
    assert [item.name for item in tmp_path.iterdir()] == ["out.zarr"]


def test_what_is_no_store_of_cells_stays(tmp_path):
    (tmp_path / "mine.zarr").mkdir()
    (tmp_path / "mine.zarr" / "thesis.txt").write_text("years of work")
    (tmp_path / "file.zarr").write_text("{}")
    for version in (2, 3):
        zarr.open_group(tmp_path / f"image{version}.zarr", mode="w", zarr_format=version)
    for name, text in {"odd": "no json", "list": "[1]"}.items():
        (tmp_path / f"{name}.zarr").mkdir()
        (tmp_path / f"{name}.zarr" / ".zattrs").write_text(text)
    before = sorted(tmp_path.rglob("*"))
    for name in ("mine", "file", "image2", "image3", "odd", "list"):
        with pytest.raises(InputError, match=r"no \.zarr store of cells, so it is not replaced"):
            check_output(tmp_path / f"{name}.zarr", endings=(".h5ad", ".zarr"))
    assert sorted(tmp_path.rglob("*")) == before


def test_a_store_that_is_read_is_not_replaced_unasked(cells, tmp_path):
    path = written(cells, tmp_path / "out.zarr")
    (path / "sets.gmt").write_text("mine\tna\tDCN\n")
    ways = {"reads": [path], "endings": (".zarr",)}
    with pytest.raises(InputError, match="is the file that is read"):
        check_output(path, **ways)
    assert check_output(f"{path}/", overwrite=True, **ways) == path
    with pytest.raises(InputError, match=r"sets\.gmt', which is read, lies in"):
        check_output(path, reads=[path / "sets.gmt"], endings=(".zarr",))


def test_a_move_that_fails_leaves_the_old_store(cells, tmp_path, monkeypatch):
    path, moved = written(cells, tmp_path / "out.zarr"), []
    rename = Path.rename

    def fails_at_the_second(self, target):
        moved.append(target)
        if len(moved) == 2:
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_at_the_second)
    with pytest.raises(InputError, match="Input/output error"):
        written(cells[:10].copy(), path)
    assert ad.read_zarr(path).n_obs == 30
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_stored_leaves_nothing(cells, tmp_path):
    cells.uns["odd"] = object()
    with pytest.raises(Exception, match="object"):
        written(cells, tmp_path / "out.zarr")
    assert list(tmp_path.iterdir()) == []


def test_a_signal_ends_the_copy_of_a_matrix(cells, tmp_path, monkeypatch):
    asked = []

    def copy_for_ever(*_: object, before_each) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(6000):
            asked.append(before_each())
            time.sleep(0.01)

    given = in_h5ad(cells, tmp_path)
    monkeypatch.setattr("tmeatlas._zarr.copy_matrix", copy_for_ever)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored under nohup
    try:
        with pytest.raises(KeyboardInterrupt):
            written(given, tmp_path / "out.zarr")
    finally:
        signal.signal(signal.SIGINT, before)
    assert len(asked) < 6000
    assert [item.name for item in tmp_path.iterdir()] == ["in.h5ad"]


LEAVES_ONE = """
import sys
from pathlib import Path
from tmeatlas._temporaries import new_temporary_folder
(new_temporary_folder(Path(sys.argv[1]), mode=0o700) / "c").mkdir()
"""


def test_the_next_run_clears_the_folder_that_a_dead_process_left(tmp_path):
    subprocess.run([sys.executable, "-c", LEAVES_ONE, tmp_path], check=True)
    assert len(list(tmp_path.iterdir())) == 1
    clear_stale(tmp_path)
    assert not list(tmp_path.iterdir())
