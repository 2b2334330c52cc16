"""Packages that one function needs: where they cannot be imported, all else works."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import pytest

BLOCKED = ("cellphonedb", "gseapy", "plotly")
DOORS = """
for part in tme.__all__:
    for name in getattr(getattr(tme, part), "__all__", ()):
        print(f"{part}.{name}", type(getattr(getattr(tme, part), name)).__name__)
"""
REFUSALS = """
from tmeatlas.atlas.library import installed_library

def refused(call, *arguments, **options):
    try:
        call(*arguments, **options)
    except tme.TMEError as error:
        print(type(error).__name__, error)

adata = tme.datasets.simulated(300)
tme.pp.prepare(adata, embed=False)
few = tme.enrichment.Prerank(n_perms=19)
refused(tme.tl.enrich, adata, "cell_type", signatures=["caf_pan"], method=few)
tme.tl.composition(adata, "cell_type", sample_key="sample")
refused(tme.pl.composition, adata)
refused(installed_library)
"""


@pytest.fixture
def run(tmp_path):
    """Run a program in which the packages cannot be imported; the lines that it prints."""

    def run(program: str) -> list[str]:
        before = (
            "import sys, warnings\n"
            f"sys.modules.update(dict.fromkeys({BLOCKED!r}))\n"
            "import tmeatlas as tme\n"
            "warnings.simplefilter('ignore')\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", before + program],
            cwd=tmp_path,
            env={**os.environ, "TMEATLAS_RAISE": ""},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


def test_every_public_name_can_be_had(run):
    found = dict(line.split() for line in run(DOORS))
    assert found["tl.enrich"] == found["pl.violin"] == found["tl.cellphonedb"] == "function"
    assert found["cellphonedb.Statistical"] == "type"


def test_what_needs_them_names_package_and_remedy(run):
    enrich, figure, page = run(REFUSALS)
    assert enrich.startswith("DependencyError tme.tl.enrich needs gseapy, which cannot be imported")
    assert figure.startswith("DependencyError tme.pl.composition needs plotly, which cannot be")
    assert page.startswith("DependencyError The atlas needs plotly.js")
    assert all("python -m pip" in line for line in (enrich, figure, page))


def at_import(tree: ast.Module) -> set[str]:
    """The packages that a module loads as soon as it is itself imported."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").partition(".")[0])
    return found


def test_no_module_loads_them_before_they_are_needed(repository):
    for path in sorted((repository / "tmeatlas").rglob("*.py")):
        assert not at_import(ast.parse(path.read_text("utf-8"))) & set(BLOCKED), path
