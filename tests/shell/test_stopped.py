"""A command that is stopped in the middle of a step: the old output, and nothing beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

import tmeatlas as tme

STOPS_WITHIN = """
import importlib, signal, sys, threading
from tmeatlas import settings
from tmeatlas.readers import _in_place
from tmeatlas.shell import main

for number in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
_in_place.LARGE, settings.block_bytes = 0, 2**20

def wait(*_, **__):
    print("within", flush=True)
    threading.Event().wait()

module, name, *words = sys.argv[1:]
setattr(importlib.import_module(module), name, wait)
main(words)
"""

COMMANDS = {
    "SIGTERM": ("tmeatlas.tl._score", "score_cells", "score", "x.h5ad"),
    "SIGHUP": ("tmeatlas.tl._crosstalk", "run_crosstalk", "crosstalk", "x.csv"),
    "SIGINT": ("tmeatlas.tl._annotate", "read_expression", "atlas", "x.html"),
}
"""By signal: what a step is stopped within, the command, and what it writes."""


@pytest.fixture(scope="module")
def cells(tmp_path_factory):
    """By columns, so that a scratch file is made of them."""
    adata = tme.datasets.simulated(300, rng=3)
    adata.obsm["X_pca"] = adata.obsm["X_umap"] = np.zeros((300, 2), dtype=np.float32)
    adata.X = adata.X.tocsc()
    path = tmp_path_factory.mktemp("cells") / "cells.h5ad"
    adata.write_h5ad(path)
    return path


@pytest.mark.parametrize("name", COMMANDS)
def test_within_a_step(tmp_path, cells, name):
    module, function, command, output = COMMANDS[name]
    out, scratch, number = tmp_path / "out", tmp_path / "scratch", getattr(signal, name)
    for folder in (out, scratch):
        folder.mkdir()
    files = [out / output]
    if command == "atlas":
        files.append(out / "kept.h5ad")
    for path in files:
        path.write_text("old")
    words = [command, str(cells), "-o", str(files[0])]
    if command == "atlas":
        words += ["--keep", str(files[1])]
    with subprocess.Popen(
        [sys.executable, "-c", STOPS_WITHIN, module, function, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch)},
    ) as process:
        assert process.stdout.readline() == "within\n", process.stderr.read()
        assert len(list(scratch.iterdir())) == 1
        process.send_signal(number)
        _, said = process.communicate(timeout=600)
    assert process.returncode == 128 + number
    assert said.endswith(f"Error: Stopped by {name}: nothing is left half written.\n")
    assert "Traceback" not in said
    assert sorted(out.iterdir()) == sorted(files)
    assert {path.read_text() for path in files} == {"old"}
    assert list(scratch.iterdir()) == []
