"""`adata.tme` is the functions themselves, as methods."""

from __future__ import annotations

import inspect
import subprocess
import sys

import numpy as np
import pytest
from anndata import AnnData
from thorough import some_of

import tmeatlas as tme

PARTS = {"": tme.tl, "pp": tme.pp, "pl": tme.pl, "get": tme.get}
METHODS = [
    (part, name)
    for part, module in PARTS.items()
    for name in module.__all__
    if inspect.isfunction(getattr(module, name))
]


def method_of(adata, part, name):
    return getattr(getattr(adata.tme, part) if part else adata.tme, name)


@pytest.mark.parametrize(("part", "name"), METHODS)
def test_every_function_is_a_method_with_its_options_and_text(small_counts, part, name):
    function = getattr(PARTS[part], name)
    method = method_of(small_counts, part, name)
    assert method.__doc__ == function.__doc__
    assert method.__name__ == name
    _, *options = inspect.signature(function).parameters.values()
    assert list(inspect.signature(method).parameters.values()) == options


def test_methods_call_the_function_on_the_data(small_counts):
    other = small_counts.copy()
    signatures = {"a": ["G1", "G2", "G3"]}
    assert small_counts.tme.score(signatures, min_coverage=0.4) is None
    tme.tl.score(other, signatures, min_coverage=0.4)
    np.testing.assert_array_equal(small_counts.obsm["tme_scores"], other.obsm["tme_scores"])
    assert small_counts.tme.score(signatures, copy=True) is not small_counts
    assert list(small_counts.tme.get.scores().columns) == ["cell", "signature", "score"]
    assert "coverage" in repr(small_counts.tme.pl)
    assert "score" in dir(small_counts.tme)


def test_each_data_set_has_its_own(small_counts):
    other = small_counts.copy()
    part = small_counts[:30]
    small_counts.tme.score({"a": ["G1", "G2"]})
    assert "tme_scores" not in other.obsm
    other.tme.score({"b": ["G3", "G4"]})
    assert list(small_counts.obsm["tme_scores"].columns) == ["a"]
    assert list(other.obsm["tme_scores"].columns) == ["b"]
    assert len(part.tme.get.pseudobulk("group")) == 2


def test_errors_come_through(small_counts):
    with pytest.raises(KeyError, match=r"tme\.tl\.score\(adata\)"):
        small_counts.tme.get.scores()
    with pytest.raises(AttributeError):
        small_counts.tme.scoer()


def run(*statements: str) -> None:
    program = "; ".join(
        ("import sys", "ours = lambda: hasattr(sys.modules['anndata'].AnnData, 'tme')", *statements)
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_where_anndata_is_loaded_it_is_there_at_once():
    run("import anndata, tmeatlas", "assert ours()")


@pytest.mark.parametrize("part", ["tl", "pl", "get", "pp", "datasets", "atlas"])
@pytest.mark.parametrize("first", some_of(["import tmeatlas.{}", "from tmeatlas import {}"], 1))
def test_else_it_comes_with_the_first_part_that_loads_anndata(part, first):
    run(
        "import tmeatlas",
        "assert 'anndata' not in sys.modules",
        first.format(part),
        "assert ours()",
    )


def test_importing_again_is_silent_and_cheap():
    run(
        "import warnings",
        "warnings.simplefilter('error', UserWarning)",
        "import anndata, tmeatlas",
        "from tmeatlas._accessor import register",
        "register()",
        "assert ours()",
        "assert 'plotly' not in sys.modules and 'scanpy' not in sys.modules",
    )


def test_the_class_itself_stays_usable():
    assert isinstance(AnnData(np.ones((2, 2), np.float32)).tme, tme._accessor.TMEAccessor)
