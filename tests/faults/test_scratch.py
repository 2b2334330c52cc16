"""The scratch file of a matrix by columns: no room for it, or its process is killed."""

from __future__ import annotations

import os
import resource
import signal

import made_faults
import pytest
import scipy.sparse as sp
from anndata import read_h5ad

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas.matrix import _scratch as scratch
from tmeatlas.matrix import open_matrix


@pytest.fixture
def columns(tmp_path):
    """A file of cells by columns."""
    adata = made_faults.cells()
    adata.X = sp.csc_matrix(adata.X)
    adata.write_h5ad(tmp_path / "columns.h5ad")
    return tmp_path / "columns.h5ad"


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """An empty temporary folder, and blocks that are smaller than the matrix."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setattr(scratch, "MADE", {})
    monkeypatch.setattr(tme.settings, "_block_bytes", made_faults.FEW_BYTES)
    return folder


@pytest.mark.parametrize("room", [0, 1000, 100_000])
def test_no_room_is_said_with_the_reason_of_the_system(columns, temporary, room):
    adata = read_h5ad(columns, backed="r")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(InputError, match=r"by columns.*File too large.*TMPDIR"):
            list(open_matrix(adata).blocks())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_is_cleared_by_the_next(processes, columns, temporary):
    ours, theirs = processes.Pipe()
    process = processes.Process(
        target=made_faults.sort_columns,
        args=(str(columns), str(temporary), theirs),
        daemon=True,
    )
    process.start()
    theirs.close()
    assert ours.poll(made_faults.PATIENCE)
    ours.recv()
    (left,) = temporary.iterdir()
    assert sum(file.stat().st_size for file in left.iterdir()) > made_faults.FEW_BYTES
    alive = rows_of(columns)
    assert left.exists()
    os.kill(process.pid, signal.SIGKILL)
    process.join(made_faults.PATIENCE)
    ours.close()
    assert left.exists()
    scratch.MADE.clear()
    again = rows_of(columns)
    assert not left.exists()
    assert (alive != again).nnz == 0
    assert (again != made_faults.cells().X).nnz == 0


def rows_of(columns):
    matrix = open_matrix(read_h5ad(columns, backed="r"))
    return sp.vstack([block.matrix for block in matrix.blocks()], format="csr")
