"""Packages that one function needs: where they cannot be imported, all else works."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

BLOCKED = ("cellphonedb", "gseapy", "plotly")

PROGRAM = f"""
import sys, warnings
sys.modules.update(dict.fromkeys({BLOCKED!r}))

import tmeatlas as tme

for part in tme.__all__:
    for name in getattr(getattr(tme, part), "__all__", ()):
        getattr(getattr(tme, part), name)
print("doors opened")

adata = tme.datasets.simulated(300)
warnings.simplefilter("ignore")
tme.analyse(adata, "cell_type", sample_key="sample")
print("stored", *adata.uns["tmeatlas"])

sys.path.append(sys.argv[1])
import made_up

cells, few = made_up.cells(), tme.cellphonedb.Statistical(n_perms=10)
tme.tl.cellphonedb(cells, "group", database=made_up.write_database(sys.argv[2]), method=few)
print("found", len(tme.get.cellphonedb(cells)["means"]), len(tme.get.crosstalk(adata)))

def refused(call, *arguments):
    try:
        call(*arguments)
    except tme.TMEError as error:
        print("refused", type(error).__name__, error)

refused(tme.tl.enrich, adata, "cell_type")
refused(tme.pl.violin, adata, "caf_pan", "cell_type")
refused(lambda: tme.pl.atlas(adata, groupby="cell_type").to_html())
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory, repository):
    """What the program prints, line by line."""
    made, database = repository / "tests" / "made", tmp_path_factory.mktemp("made") / "cpdb.zip"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(made), str(database)],
        env={**os.environ, "TMEATLAS_RAISE": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_every_door_opens_and_the_whole_way_is_taken(said):
    assert said[0] == "doors opened"
    stored = said[1].split()[1:]
    assert {"tme_scores", "tme_crosstalk", "tme_axes", "tme_composition"} <= set(stored)


def test_the_numbers_of_cellphonedb_need_no_package(said):
    word, *numbers = said[2].split()
    assert word == "found"
    assert all(int(number) > 0 for number in numbers)


def test_what_needs_them_names_package_and_remedy(said):
    enrich, violin, page = [line for line in said if line.startswith("refused")]
    assert enrich.startswith("refused DependencyError tme.tl.enrich needs gseapy, which cannot")
    assert violin.startswith("refused DependencyError tme.pl.violin needs plotly, which cannot")
    assert page.startswith("refused DependencyError The atlas needs plotly.js")
    assert all("python -m pip" in line for line in (enrich, violin, page))
