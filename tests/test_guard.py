"""The guard at the public doors: whose errors leave, and what functions stay."""

from __future__ import annotations

import inspect
import pickle
import types
import warnings

import numpy as np
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas import _guard
from tmeatlas._errors import DependencyError, InputError, TMEError, TMEWarning
from tmeatlas._guard import RAISE_AS_IS, UnexpectedError, guarded, warn

DOORS = {name: getattr(tme, name) for name in ("pp", "tl", "get", "pl", "sig")}
PUBLIC = {
    f"{door}.{name}": getattr(module, name)
    for door, module in DOORS.items()
    for name in module.__all__
    if inspect.isfunction(getattr(module, name))
} | {"analyse": tme.analyse, "read": tme.read}


@pytest.fixture
def on_guard(monkeypatch):
    monkeypatch.delenv(RAISE_AS_IS)


def failing(adata, *, error=None):
    """Fails."""
    raise error or ValueError("buffers\nof other sizes")


public = guarded(failing, "tmeatlas.tl.failing")


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_function_is_guarded_and_stays_what_it_was(name):
    function = PUBLIC[name]
    inner = inspect.unwrap(function)
    assert inner is not function
    assert inspect.signature(function) == inspect.signature(inner)
    assert function.__doc__ == inner.__doc__
    assert pickle.loads(pickle.dumps(function)) is function
    door, _, last = f"tmeatlas.{name}".rpartition(".")
    assert (function.__module__, function.__qualname__) == (door, last)


def test_another_packages_error_names_function_input_and_versions(on_guard):
    with pytest.raises(UnexpectedError) as caught:
        public(AnnData(np.ones((3, 2), dtype=np.float32)))
    assert isinstance(caught.value, TMEError)
    assert isinstance(caught.value.__cause__, ValueError)
    text = str(caught.value)
    assert "tme.tl.failing" in text
    assert "ValueError: buffers of other sizes" in text
    assert "3 cells × 2 genes, X ndarray of float32" in text
    assert f"numpy {np.__version__}" in text


def test_an_input_that_cannot_even_be_described(on_guard):
    class Broken:
        obs_names = ()

        @property
        def X(self):
            raise KeyError("X")

    with pytest.raises(UnexpectedError, match="Broken that cannot be read"):
        public(Broken())


def test_a_long_message_is_cut(on_guard):
    with pytest.raises(UnexpectedError) as caught:
        public(None, error=ValueError("x" * 10_000))
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    "error",
    [InputError("ours"), TMEWarning("ours"), MemoryError(), KeyboardInterrupt(), UserWarning("w")],
)
def test_what_leaves_as_it_is(on_guard, error):
    with pytest.raises(type(error)) as caught:
        public(None, error=error)
    assert caught.value is error


def test_a_wrong_call_is_the_callers(on_guard):
    with pytest.raises(TypeError, match="unexpected keyword argument 'option'"):
        public(None, option=1)


@pytest.mark.parametrize(
    ("error", "package"),
    [
        (ModuleNotFoundError("No module named 'gseapy.stats'", name="gseapy.stats"), "gseapy"),
        (ImportError("Missing optional dependency 'pytables'."), "a package"),
    ],
)
def test_a_package_that_cannot_be_imported_is_named_with_the_remedy(error, package):
    with pytest.raises(DependencyError) as caught:
        public(None, error=error)
    text = str(caught.value)
    assert text.startswith(f"tme.tl.failing needs {package}, which cannot be imported (")
    assert str(error) in text
    assert "`python -m pip check`" in text
    assert caught.value.__cause__ is error


def test_a_part_of_ours_that_cannot_be_imported_is_a_fault_of_ours(on_guard):
    with pytest.raises(UnexpectedError, match="cannot import name 'x'"):
        public(None, error=ImportError("cannot import name 'x'", name="tmeatlas.tl"))


def test_tests_see_errors_as_they_are():
    with pytest.raises(ValueError, match="buffers") as caught:
        public(None)
    assert type(caught.value) is ValueError


def test_a_warning_comes_once_for_each_call_and_names_the_line_of_the_caller():
    def telling(adata):
        for _ in range(3):
            warn("part of it is missing")

    module = types.ModuleType("tmeatlas.made")
    inside = types.FunctionType(telling.__code__, {"warn": warn, "range": range, **vars(module)})
    function = guarded(inside, "tmeatlas.tl.telling")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(None)
        function(None)
    assert [str(w.message) for w in caught] == ["part of it is missing"] * 2
    assert {w.filename for w in caught} == {__file__}
    assert all(w.category is TMEWarning for w in caught)


def test_a_guarded_function_within_another_shares_its_warnings():
    inner = guarded(lambda: warn("said"), "tmeatlas.tl.inner")
    outer = guarded(lambda: (inner(), inner()), "tmeatlas.tl.outer")
    with pytest.warns(TMEWarning, match="said") as caught:
        outer()
    assert len(caught) == 1
    assert _guard._said.get() is None
