"""The program starts, and makes what each command promises."""

from __future__ import annotations

import subprocess
import sys

import anndata
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas.shell._app import app

COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands)


def test_the_installed_program_explains_itself():
    program = [sys.executable, "-m", "tmeatlas", "--help"]
    done = subprocess.run(program, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "atlas" in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(shell, command):
    status, out, err = shell(command.replace("_", "-"), "--help")
    assert status == 0, err
    assert "Example: tmeatlas" in " ".join(out.split())


def test_a_page_is_made_without_data(shell, tmp_path):
    status, out, err = shell("demo", "--cells", 300)
    assert status == 0, err
    assert "Wrote tme_demo.html" in out
    assert "A simulated tumour" in (tmp_path / "tme_demo.html").read_text("utf-8")


def test_a_store_is_scored_and_its_crosstalk_written(shell, tmp_path):
    tme.datasets.simulated(300).write_zarr(tmp_path / "cells.zarr")
    status, _, err = shell("score", "cells.zarr", "-o", "scored.h5ad", "--signatures", "caf_pan")
    assert status == 0, err
    assert "tme_caf_pan" in anndata.read_h5ad(tmp_path / "scored.h5ad").obs
    status, _, err = shell("crosstalk", "scored.h5ad", "-o", "talk.tsv", "--groupby", "cell_type")
    assert status == 0, err
    assert len(pd.read_csv(tmp_path / "talk.tsv", sep="\t", low_memory=False))
