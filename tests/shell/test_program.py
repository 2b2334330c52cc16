"""The program as a shell sees it: versions, pipes and exit statuses."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import version

import pytest

import tmeatlas as tme

PROGRAM = [sys.executable, "-m", "tmeatlas"]


def run(*words: str, width: int = 80) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": str(width)}
    return subprocess.run([*PROGRAM, *words], capture_output=True, text=True, env=environment)


def test_the_version_is_said():
    done = run("--version")
    assert done.returncode == 0
    assert done.stdout == f"tmeatlas {version('tmeatlas')}\n"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("tmeatlas cross", ["crosstalk"]), ("tmeatlas atlas --groupb", ["--groupby"])],
)
def test_a_shell_completes_commands_and_options(typed, offered):
    environment = {
        **os.environ,
        "_TMEATLAS_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split()) - 1),
    }
    done = subprocess.run(PROGRAM, capture_output=True, text=True, env=environment)
    assert done.stdout.split() == offered, done.stderr


def test_signatures_in_a_pipe_are_rows_of_fields():
    done = run("signatures", "--compartment", "caf")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    chosen = tme.sig.load("all", compartment="caf")
    assert [row[0] for row in rows] == list(chosen)
    assert {len(row) for row in rows} == {9}
    assert rows[list(chosen).index("caf_icaf")][8] == "pancreatic cancer"
    pan = rows[list(chosen).index("caf_pan")]
    assert pan[2:6] == ["caf", "finds", chosen["caf_pan"].marks, "core"]
    assert pan[6] == str(len(chosen["caf_pan"].genes))


def test_one_signature_in_a_pipe_has_a_line_per_field():
    done = run("signatures", "caf_pan", width=20)
    fields = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    assert fields["id"] == "caf_pan"
    assert fields["genes"].split(", ") == list(tme.sig.load("caf_pan")["caf_pan"].genes)
    assert fields["derived_in"] == "cancer not stated, tissue not stated"


@pytest.mark.parametrize("words", [["signatures"], ["signatures", "caf_pan"]])
def test_a_reader_that_has_enough_is_no_error(words):
    done = subprocess.run(
        ["bash", "-c", 'set -o pipefail; "$@" | head -n 1', "-", *PROGRAM, *words],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--help"], 0),
        (["score", "--help"], 0),
        (["score", "no.h5ad", "-o", "out.csv"], 1),
        (["score", "no.h5ad"], 2),
        (["score", "no.h5ad", "-o", "out.csv", "--n-nulls", "3"], 2),
        (["scores"], 2),
    ],
)
def test_exit_statuses(words, status):
    assert run(*words).returncode == status


def test_the_help_says_all_that_a_newcomer_needs():
    text = " ".join(run("--help", width=200).stdout.split())
    for word in (
        ".h5ad",
        ".zarr",
        "Cell Ranger",
        "matrix.mtx",
        "sample and path",
        "demo",
        "--debug",
    ):
        assert word in text
    order = [
        text.index(f" {name} ") for name in ("demo", "atlas", "annotate", "score", "signatures")
    ]
    assert order == sorted(order)
    about = " ".join(run("score", "--help", width=200).stdout.split())
    assert "Example: tmeatlas score cells.h5ad -o scores.csv" in about
    assert "obsm['tme_scores'], and how many genes" in about
