"""Processes that find no compiled kernels: two at once, and one that can keep none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import made_faults
import pytest

pytestmark = pytest.mark.skipif(
    os.environ.get("TMEATLAS_KERNELS") == "plain", reason="kernels run as plain Python here"
)

SCORES = """
import sys
from made_faults import cells
import tmeatlas as tme
adata = cells()
adata.uns["log1p"] = {"base": None}
print("ready", flush=True)
sys.stdin.readline()
tme.tl.score(adata, {"s": [f"G{i}" for i in range(20)]}, method="mean")
print(adata.obsm["tme_scores"]["s"].to_numpy().tobytes().hex())
"""


def started(**variables):
    made = str(Path(made_faults.__file__).parent)
    path = os.pathsep.join([made, os.environ.get("PYTHONPATH", "")])
    # Quick to compile: what is compiled is the same for all of them.
    environment = {**os.environ, "PYTHONPATH": path, "NUMBA_OPT": "0", **variables}
    return subprocess.Popen(
        [sys.executable, "-c", SCORES],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_cold_processes_give_the_same_scores(tmp_path):
    """Nothing is there to be found, or nothing can be kept: not beside the code, not at home."""
    (tmp_path / "file").write_text("")
    nowhere = str(tmp_path / "file" / "folder")
    cold = {"NUMBA_CACHE_DIR": str(tmp_path / "cold")}
    none = {
        **dict.fromkeys(("NUMBA_CACHE_DIR", "HOME", "XDG_CACHE_HOME", "TMEATLAS_CACHE"), nowhere),
        "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator,UserWideCacheLocator",
    }
    processes = [started(**each) for each in (cold, cold, none)]
    for process in processes:
        assert process.stdout.readline() == "ready\n", process.communicate()[1]
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate() for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], ended[-1][1]
    scores = {out for out, _ in ended}
    assert len(scores) == 1
    assert len(scores.pop()) > 400
    assert list((tmp_path / "cold").rglob("*.nbc"))
    assert (tmp_path / "file").read_text() == ""
