"""The rules of the public surface, enforced on every public name."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import subprocess
import sys

import pytest
from anndata import AnnData

import tmeatlas as tme

NAMESPACES = {
    name: getattr(tme, name) for name in ("sig", "pp", "tl", "methods", "pl", "get", "datasets")
}
PUBLIC = {
    f"{space}.{name}": getattr(module, name)
    for space, module in NAMESPACES.items()
    for name in module.__all__
}
FUNCTIONS = {name: thing for name, thing in PUBLIC.items() if inspect.isfunction(thing)}
# These work on signatures, files or names rather than on cells.
WITHOUT_ADATA = {
    "sig.load",
    "sig.read",
    "sig.write",
    "sig.compare",
    "sig.convert",
    "sig.overlap",
    "sig.to_net",
    "datasets.simulated",
    "methods.resolve",
}

each_function = pytest.mark.parametrize("name", FUNCTIONS)
each_public = pytest.mark.parametrize("name", PUBLIC)


def positional(function) -> list[inspect.Parameter]:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [p for p in inspect.signature(function).parameters.values() if p.kind in kinds]


@each_function
def test_adata_comes_first_and_at_most_three_are_positional(name):
    parameters = positional(FUNCTIONS[name])
    assert len(parameters) <= 3
    if name not in WITHOUT_ADATA:
        assert parameters[0].name == "adata"


@each_function
def test_every_parameter_is_typed_and_described(name):
    function = FUNCTIONS[name]
    documented = inspect.getdoc(function)
    for parameter in inspect.signature(function).parameters.values():
        assert parameter.annotation is not inspect.Parameter.empty, parameter.name
        assert re.search(rf"^(\w+, )*{parameter.name}(, \w+)*$", documented, re.M), parameter.name
    assert inspect.signature(function).return_annotation is not inspect.Signature.empty


@each_function
def test_docstrings_have_their_sections(name):
    text = inspect.getdoc(FUNCTIONS[name])
    for section in ("Returns", "Examples"):
        assert re.search(rf"^{section}\n-+$", text, re.M), section


@each_public
def test_every_public_name_is_in_the_documentation(name, repository):
    pages = "".join(path.read_text() for path in (repository / "docs").rglob("*.md"))
    assert f"tme.{name}" in pages


@each_public
def test_every_example_runs(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    finder = doctest.DocTestFinder(recurse=False)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    examples = 0
    for test in finder.find(PUBLIC[name], name, globs={}):
        examples += len(test.examples)
        runner.run(test)
    assert runner.failures == 0
    if name in FUNCTIONS:
        assert examples > 0


@each_function
def test_copy_false_returns_none_and_true_a_copy(name):
    function = FUNCTIONS[name]
    parameters = inspect.signature(function).parameters
    if "copy" not in parameters:
        assert not name.startswith(("pp.", "tl.")), "functions that write offer copy="
        return
    assert parameters["copy"].default is False
    assert "None" in str(inspect.signature(function).return_annotation)


@pytest.fixture(scope="module")
def prepared() -> AnnData:
    adata = tme.datasets.simulated(300)
    tme.pp.prepare(adata)
    return adata


@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
@pytest.mark.parametrize("name", [n for n in FUNCTIONS if n.startswith(("pp.", "tl."))])
def test_functions_that_write_respect_copy(name, prepared):
    adata = prepared.copy()
    if name == "tl.consensus":
        tme.tl.score(adata)
    before = {slot: set(getattr(adata, slot)) for slot in ("obs", "var", "obsm", "uns", "layers")}
    arguments = ["cell_type"] if name in ("tl.crosstalk", "tl.enrich") else []
    options = {"n_perms": 19} if name == "tl.enrich" else {}
    result = FUNCTIONS[name](adata, *arguments, **options, copy=True)
    assert isinstance(result, AnnData)
    after = {slot: set(getattr(adata, slot)) for slot in before}
    assert after == before
    assert FUNCTIONS[name](adata, *arguments, **options) is None


def test_only_the_keys_module_spells_keys(repository):
    """A string of ours in any other module would be a second place to change."""
    allowed = {"_keys.py"}
    for path in (repository / "tmeatlas").rglob("*.py"):
        if path.name in allowed:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.fullmatch(r"tme_[a-z_]+", node.value) or node.value == "tme_demo", (
                    path,
                    node.lineno,
                )


def test_rooms_keep_to_themselves(repository):
    """Engines know no AnnData; tl, pl, get and atlas do not use each other's insides."""
    package = repository / "tmeatlas"

    def imports(folder: str) -> set[str]:
        found = set()
        for path in (package / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module)
                elif isinstance(node, ast.Import):
                    found.update(alias.name for alias in node.names)
        return found

    for engine in ("methods", "lr"):
        assert not {name for name in imports(engine) if name.split(".")[0] in ("anndata", "scanpy")}
    for room, others in {"tl": ("pl", "get", "atlas"), "get": ("tl", "pl", "atlas")}.items():
        for other in others:
            assert not any(name.startswith(f"tmeatlas.{other}") for name in imports(room))
    assert not any(name.startswith(("tmeatlas.tl", "tmeatlas.get")) for name in imports("atlas"))


def test_no_assert_and_no_print_in_the_library(repository):
    for path in (repository / "tmeatlas").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(node, ast.Assert), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "print", path


def test_importing_is_free_of_side_effects():
    program = (
        "import logging, warnings, numpy as np;"
        "state = np.random.get_state()[1].tolist(); filters = list(warnings.filters);"
        "import anndata; filters = list(warnings.filters);"
        "import tmeatlas, sys;"
        "assert np.random.get_state()[1].tolist() == state;"
        "assert not logging.getLogger('tmeatlas').handlers;"
        "assert 'plotly' not in sys.modules and 'scanpy' not in sys.modules;"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
