from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import anndata
import h5py
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

import tmeatlas as tme
from tmeatlas._h5ad import write_h5ad


@pytest.fixture
def adata():
    made = tme.datasets.simulated(300)
    made.obs["words"] = ["a", "b", "c"] * 100
    made.layers["dense"] = made.X.toarray()
    made.raw = made.copy()
    made.uns["nested"] = {f"key{i}": np.arange(i) for i in range(100)}
    return made


def contents(path):
    """Every array and attribute of a file."""
    found = {}
    with h5py.File(path) as file:

        def note(name, item):
            values = item[()] if isinstance(item, h5py.Dataset) else None
            found[name] = (np.array(values).tolist(), {k: str(v) for k, v in item.attrs.items()})

        note("/", file)
        file.visititems(note)
    return found


@pytest.mark.parametrize("raw", [True, False])
def test_the_file_is_as_anndata_writes_it(adata, tmp_path, raw):
    if not raw:
        adata.raw = None
    ours, theirs = tmp_path / "ours.h5ad", tmp_path / "theirs.h5ad"
    for path in (ours, theirs):
        path.touch()
    write_h5ad(adata.copy(), ours)
    adata.write_h5ad(theirs)
    assert contents(ours) == contents(theirs)


def test_equal_cells_give_equal_bytes(adata, tmp_path):
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        path.touch()
        write_h5ad(adata.copy(), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
import anndata, numpy as np, scipy.sparse as sp
from tmeatlas._h5ad import write_h5ad
adata = anndata.AnnData(sp.random(1000, 500, 0.3, format="csr", dtype="f4", random_state=0))
adata.uns["many"] = {f"key{i}": np.arange(9) for i in range(200)}
path = Path(sys.argv[1])
path.touch()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), -1))
try:
    write_h5ad(adata, path)
except OSError as error:
    print(error)
"""


@pytest.mark.parametrize("room", [0, 100, 3_000, 50_000, 500_000, 1_200_000])
def test_a_full_disk_is_an_error_and_no_crash(tmp_path, room):
    """With h5py's own writing, Python ends in a segmentation fault here."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ROOM, tmp_path / "x.h5ad", str(room)],
        capture_output=True,
        text=True,
        # Coverage would write its own file, for which there is no room either.
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "[Errno 27] File too large\n"
    assert (tmp_path / "x.h5ad").stat().st_size <= room


def test_a_signal_does_not_break_into_a_write(tmp_path):
    adata = anndata.AnnData(
        sp.random(3000, 3000, 0.5, format="csr", dtype="f4", random_state=0),
        obs=pd.DataFrame(index=[f"cell{i}" for i in range(3000)]),
    )
    path = tmp_path / "x.h5ad"
    path.touch()
    timer = threading.Timer(0.01, os.kill, [os.getpid(), signal.SIGINT])
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored under nohup
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            write_h5ad(adata, path)
        timer.join()
    finally:
        signal.signal(signal.SIGINT, before)
    assert path.stat().st_size < adata.X.data.nbytes
    write_h5ad(adata[:10, :10].copy(), path)  # HDF5 still works
    assert anndata.read_h5ad(path).shape == (10, 10)


def test_what_cannot_be_stored_is_raised_as_it_is(adata, tmp_path):
    adata.uns["odd"] = object()
    (tmp_path / "x.h5ad").touch()
    with pytest.raises(Exception, match="object"):
        write_h5ad(adata, tmp_path / "x.h5ad")
