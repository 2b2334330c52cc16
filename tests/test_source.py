"""The rules of the house, read off the source: who spells keys, who reaches into slots, sizes."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest


def syntax_trees(folder: Path) -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in sorted(folder.rglob("*.py"))}


SLOTS = {"obs", "var", "obsm", "varm", "obsp", "varp", "uns", "layers"}
BEGINNING = re.compile(r"tme_|schema_version$")
ENDING = re.compile(
    r"_(coverage|signatures|pval|agreement|pairs|ranking|colors|interactions|genes|subunits)\b"
)
NOT_A_KEY = {"tme_demo.html"}
COLUMNS_OF_SIDES = {
    file: {"_pval"}  # `ligand_pval` and `receptor_pval` are columns of a table
    for file in ("lr/_table.py", "lr/_axis_table.py", "results/_between.py")
}


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
    found = {
        path.relative_to(package).as_posix(): keys
        for path, tree in trees.items()
        if (keys := set(spelled_keys(tree)))
    }
    assert found == COLUMNS_OF_SIDES


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


def reached_slots(tree: ast.Module, slots: set[str]) -> set[str]:
    """Which of `slots` the code takes from an object."""
    return {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr in slots}


WITH_RESULTS = {"uns", "obsm", "varm", "obsp", "varp"}
SHOWING = ("pl", "get", "atlas", "shell")


def test_what_shows_results_does_not_look_into_slots(repository):
    package = repository / "tmeatlas"
    reaching = {
        path.relative_to(package).as_posix()
        for room in SHOWING
        for path, tree in syntax_trees(package / room).items()
        if reached_slots(tree, WITH_RESULTS)
    }
    assert reaching == set()


WITH_EXPRESSION = {"X", "layers", "raw"}
BESIDE_MATRIX = {
    # It names the storage of X beside an error.
    "_guard.py": {"X"},
    # Whether a matrix lies in a file, where a copy is asked for.
    "_checks.py": {"X", "layers"},
    # It makes X, and keeps the old one in a layer.
    "pp/_new_x.py": {"X", "layers"},
    # They put into an AnnData what a file holds, and join those of several samples.
    "readers/_read.py": {"X"},
    "readers/_mend.py": {"raw"},
    "readers/_joining.py": {"X", "layers", "raw"},
    # Matrices that stay in their file: it names them as X and raw, and copies them to another.
    "readers/_in_place.py": {"X", "raw"},
    "_matrix_parts.py": {"X", "layers", "raw"},
    # Of an AnnData that was cut to variable genes, all of raw is read.
    "shell/_reading.py": {"raw"},
    # Labels of its genes have the order that they have in files.
    "shell/_keeping.py": {"raw"},
    # Whether `raw` has the genes that are missing.
    "tl/_lost_genes.py": {"raw"},
}


def test_only_matrix_touches_expression(repository):
    package = repository / "tmeatlas"
    reaching = {
        path.relative_to(package).as_posix(): slots
        for path, tree in syntax_trees(package).items()
        if path.parent.name != "matrix" and (slots := reached_slots(tree, WITH_EXPRESSION))
    }
    assert reaching == BESIDE_MATRIX


LONG_FILE, LONG_FUNCTION = 250, 60
MOST_LONG = 5


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, the docstring left out."""
    total = node.end_lineno - node.lineno + 1
    if ast.get_docstring(node) is None:
        return total
    return total - (node.body[0].end_lineno - node.body[0].lineno + 1)


def test_few_files_and_functions_are_long(repository):
    paths = list((repository / "tmeatlas").rglob("*.py"))
    lines = {path: len(path.read_text().splitlines()) for path in paths}
    files = [str(path) for path in paths if lines[path] > LONG_FILE]
    assert len(files) <= MOST_LONG, files
    functions = [
        f"{path}: {node.name}"
        for path, tree in syntax_trees(repository / "tmeatlas").items()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if length(node) > LONG_FUNCTION
    ]
    assert len(functions) <= MOST_LONG, functions


def test_docstrings_are_no_part_of_the_length():
    code = 'def f(\n    a,\n):\n    """One.\n\n    Two.\n    """\n    return a\n'
    (function,) = ast.parse(code).body
    assert length(function) == 4


def test_no_assert_and_no_print_in_the_library(repository):
    for path in (repository / "tmeatlas").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(node, ast.Assert), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id != "print", path


def test_kernels_are_compiled_where_nothing_can_be_kept(repository):
    """Numba's own `njit` gives up there: that of `_compile_cache` does not."""
    package = repository / "tmeatlas"
    found = [
        path.relative_to(package).as_posix()
        for path in sorted(package.rglob("*.py"))
        if re.search(r"from numba import .*njit|numba\.njit", path.read_text())
    ]
    assert found == ["_compile_cache.py"]
