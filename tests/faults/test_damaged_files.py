"""Files that are cut short, lack a part or are open elsewhere: one error, never other numbers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from made_faults import cells

import tmeatlas as tme
from tmeatlas._errors import TMEError
from tmeatlas.readers import _in_place as in_place
from tmeatlas.readers import read_streaming


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A folder with the cells in each format."""
    pytest.importorskip("zarr")
    folder = tmp_path_factory.mktemp("whole")
    cells().write_h5ad(folder / "x.h5ad")
    cells().write_zarr(folder / "x.zarr")
    return folder


@pytest.fixture(params=[False, True], ids=["in memory", "in place"])
def read(request, monkeypatch):
    """Reading as of small files, and as of large ones."""
    if request.param:
        monkeypatch.setattr(in_place, "LARGE", 0)
    return read_streaming if request.param else tme.read


CUTS = {
    "no byte": lambda size: 0,
    "within the signature": lambda size: 5,
    "within the header": lambda size: 60,
    "a quarter": lambda size: size // 4,
    "half": lambda size: size // 2,
    "nearly all": lambda size: size - 1000,
    "all but one byte": lambda size: size - 1,
}


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_an_h5ad_that_is_cut_short(whole, tmp_path, read, cut):
    content = (whole / "x.h5ad").read_bytes()
    file = tmp_path / "x.h5ad"
    file.write_bytes(content[: cut(len(content))])
    with pytest.raises(TMEError, match=r"x\.h5ad"):
        read(file)


DAMAGES = {
    "missing": lambda chunk: chunk.unlink(),
    "cut": lambda chunk: chunk.write_bytes(chunk.read_bytes()[:20]),
    "garbage": lambda chunk: chunk.write_bytes(np.random.default_rng(0).bytes(200)),
}
PARTS = ["X/data", "X/indices", "X/indptr", "obs/_index", "var/_index"]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("part", PARTS)
def test_a_chunk_of_zarr(whole, tmp_path, read, part, damage):
    store = tmp_path / "x.zarr"
    shutil.copytree(whole / "x.zarr", store)
    damage(first_chunk(store / part))
    with pytest.raises(TMEError, match=r"damaged|cannot be read"):
        tme.tl.score(read(store), {"s": [f"G{i}" for i in range(20)]})


def first_chunk(array):
    """The file of it, whatever the version of the store."""
    about = {".zarray", ".zattrs", "zarr.json"}
    return min(file for file in array.rglob("*") if file.is_file() and file.name not in about)


def test_what_is_whole_is_read(whole, read):
    """The files above are refused for what was done to them."""
    for name in ("x.h5ad", "x.zarr"):
        found = read(whole / name)
        tme.tl.score(found, {"s": [f"G{i}" for i in range(20)]})
        assert found.obsm["tme_scores"]["s"].notna().all()


HOLDS = """
import sys, h5py
with h5py.File(sys.argv[1], "a"):
    print("open", flush=True)
    sys.stdin.read()
"""


def test_a_file_that_another_program_writes(whole, tmp_path):
    file = tmp_path / "x.h5ad"
    shutil.copy(whole / "x.h5ad", file)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, file],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "HDF5_USE_FILE_LOCKING": "TRUE"},
    ) as holder:
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(TMEError, match="open for writing in another program"):
            tme.read(file)
        holder.communicate()
    assert tme.read(file).shape == (400, 500)
