"""Packages that one function needs: where they cannot be imported, all else works."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

BLOCKED = ("cellphonedb", "gseapy", "plotly")
PROGRAM = f"""
import sys, warnings
sys.modules.update(dict.fromkeys({BLOCKED!r}))
warnings.simplefilter("ignore")

import tmeatlas as tme
from tmeatlas.atlas.library import installed_library

for part in tme.__all__:
    for name in getattr(getattr(tme, part), "__all__", ()):
        getattr(getattr(tme, part), name)
print("all public names")

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


def test_all_names_can_be_had_and_what_needs_them_names_package_and_remedy():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "TMEATLAS_RAISE": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    names, enrich, figure, page = done.stdout.splitlines()
    assert names == "all public names"
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
