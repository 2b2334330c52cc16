"""The rules of the public surface, enforced on every public name."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
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
    "sig.interactions",
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

# Modules that serve the user side by side.
ROOMS = ("pp", "tl", "pl", "get", "atlas")

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


WRITERS = [name for name in FUNCTIONS if name.startswith(("pp.", "tl."))]
OPTIONS = {
    "tl.crosstalk": {"n_perms": 100},
    "tl.enrich": {"n_perms": 19},
    "tl.cellphonedb": {"n_perms": 20},
}
CONTENTS = ("X", "obs", "var", "obsm", "varm", "obsp", "varp", "layers", "uns", "raw")


def different(one: AnnData, two: AnnData) -> list[str]:
    """The slots that do not hold the same values, types, names and order."""
    return [slot for slot in CONTENTS if not same(getattr(one, slot), getattr(two, slot))]


def same(one: object, two: object) -> bool:
    if type(one) is not type(two):
        return False
    if isinstance(one, Mapping):
        return list(one) == list(two) and all(same(one[name], two[name]) for name in one)
    if isinstance(one, pd.DataFrame):
        return one.equals(two) and one.columns.equals(two.columns) and one.index.equals(two.index)
    if sp.issparse(one):
        return one.dtype == two.dtype and one.shape == two.shape and (one != two).nnz == 0
    if isinstance(one, np.ndarray):
        numeric = one.dtype.kind in "fc"
        return one.dtype == two.dtype and np.array_equal(one, two, equal_nan=numeric)
    return one == two


def test_differences_are_seen(prepared):
    assert different(prepared, prepared.copy()) == []
    for slot, change in {
        "X": lambda a: a.X.data.__setitem__(0, 99),
        "obs": lambda a: a.obs.__setitem__("cell_type", "one"),
        "obsm": lambda a: a.obsm["X_umap"].__setitem__(0, 99),
        "layers": lambda a: a.layers["counts"].data.__setitem__(0, 99),
        "uns": lambda a: a.uns["tmeatlas"]["prepare"]["params"].update(embed="no"),
    }.items():
        changed = prepared.copy()
        change(changed)
        assert different(prepared, changed) == [slot]


@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
@pytest.mark.parametrize("name", WRITERS)
def test_functions_that_write_respect_copy(name, prepared, request):
    function, options = FUNCTIONS[name], dict(OPTIONS.get(name, {}))
    groupby = inspect.signature(function).parameters.get("groupby")
    if groupby is not None and groupby.default is inspect.Parameter.empty:
        options["groupby"] = "cell_type"
    if name == "tl.cellphonedb":  # by default its database is downloaded
        folder = request.getfixturevalue("shared_data") / "crosstalk"
        options["database"] = folder / "cellphonedb-v5.0.0.zip"
    adata = tme.datasets.simulated(300) if name.startswith("pp.") else prepared.copy()
    if name == "tl.consensus":
        tme.tl.score(adata)
    before = adata.copy()
    copied = function(adata, **options, copy=True)
    assert different(adata, before) == []
    assert different(copied, before)
    assert function(adata, **options) is None
    assert different(adata, copied) == []


def syntax_trees(folder: Path) -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in sorted(folder.rglob("*.py"))}


SLOTS = {"obs", "var", "obsm", "varm", "obsp", "varp", "uns", "layers"}
BEGINNING = re.compile(r"tme_|schema_version$")
ENDING = re.compile(r"_(coverage|signatures|pval|agreement|pairs|ranking|colors)\b")
NOT_A_KEY = {"tme_demo.html"}


def spelled_keys(tree: ast.Module) -> list[str]:
    """Each key of an AnnData that the code spells, leaving docstrings out."""
    nodes = list(ast.walk(tree))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = [node for node in nodes if is_text(node) and id(node) not in alone]
    found = [text.value for text in texts if BEGINNING.match(text.value)]
    for node in nodes:
        joins = isinstance(node, ast.JoinedStr) or isinstance(getattr(node, "op", None), ast.Add)
        parts = [part for part in ast.iter_child_nodes(node) if joins and is_text(part)]
        found += [part.value for part in parts if ENDING.match(part.value)]
        found += [text.value for text in in_slots(node) if is_text(text)]
    return [text for text in found if text not in NOT_A_KEY]


def in_slots(node: ast.AST) -> list[ast.expr]:
    """What is looked up in a slot: `obs[this]`, `obs.get(this)`, `this in obs`."""
    if isinstance(node, ast.Subscript) and is_slot(node.value):
        return [node.slice]
    if isinstance(node, ast.Call) and is_slot(getattr(node.func, "value", None)):
        return node.args[:1]
    if isinstance(node, ast.Compare) and any(map(is_slot, node.comparators)):
        return [node.left]
    return []


def is_slot(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in SLOTS


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def test_only_the_keys_module_spells_keys(repository):
    """A key of ours in any other module would be a second place to change."""
    package = repository / "tmeatlas"
    trees = syntax_trees(package)
    assert spelled_keys(trees.pop(package / "_keys.py"))
    assert {path.name: keys for path, tree in trees.items() if (keys := spelled_keys(tree))} == {}


@pytest.mark.parametrize(
    "code",
    [
        'a = "tme_scores"',
        'a = f"tme_{name}"',
        'a = f"{key}_coverage"',
        'a = key + "_pval"',
        'adata.uns["tmeatlas"]',
        'adata.obsm.get("X_umap")',
        'found = "counts" in adata.layers',
    ],
)
def test_spelled_keys_are_found(code):
    assert spelled_keys(ast.parse(f'"""obs["tme_x"]"""\n{code}'))
    assert not spelled_keys(ast.parse(f"def f():\n    r'''{code}'''"))


def imports(path: Path, tree: ast.Module, package: Path) -> set[str]:
    """Every module that a file names: at its head or later, in full or relative, by any form."""
    inside = (package.name, *path.relative_to(package).parent.parts)
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = inside[: len(inside) + 1 - node.level] if node.level else ()
            module = ".".join(filter(None, (*above, node.module)))
            found.update({module, *(f"{module}.{alias.name}" for alias in node.names)})
        elif isinstance(node, ast.Call) and node.args and is_text(node.args[0]):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in ("import_module", "__import__"):
                found.add(node.args[0].value)
    return found


def is_within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


ENGINES = ("methods", "lr")
FORBIDDEN = {
    **dict.fromkeys(ENGINES, ("anndata", "scanpy", *(f"tmeatlas.{r}" for r in ROOMS))),
    "sig": tuple(f"tmeatlas.{room}" for room in ROOMS),
    **{room: tuple(f"tmeatlas.{other}" for other in ROOMS if other != room) for room in ROOMS},
}
ALLOWED = {
    # The function that makes the page out of its parts.
    ("pl/atlas.py", "tmeatlas.atlas"),
}


@pytest.mark.parametrize("room", FORBIDDEN)
def test_rooms_keep_to_themselves(repository, room):
    """Engines know no AnnData; pp, tl, pl, get and atlas do not use each other's insides."""
    package = repository / "tmeatlas"
    trees = syntax_trees(package / room)
    assert trees
    crossing = [
        (name, module)
        for path, tree in trees.items()
        for name in [path.relative_to(package).as_posix()]
        for module in FORBIDDEN[room]
        if any(is_within(found, module) for found in imports(path, tree, package))
    ]
    assert [pair for pair in crossing if pair not in ALLOWED] == []


@pytest.mark.parametrize(
    "code",
    [
        "import tmeatlas.pl",
        "import tmeatlas.pl.violin as v",
        "from tmeatlas import pl",
        "from tmeatlas.pl import violin",
        "from .. import pl",
        "from ..pl._theme import template",
        "def later():\n    from tmeatlas.pl.violin import violin",
        "import importlib\nimportlib.import_module('tmeatlas.pl')",
    ],
)
def test_every_form_of_import_is_seen(code):
    package = Path("tmeatlas")
    found = imports(package / "tl" / "score.py", ast.parse(code), package)
    assert any(is_within(name, "tmeatlas.pl") for name in found)
    assert not any(is_within(name, "tmeatlas.tl") for name in found)


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
