"""The rules of the house, read off the source: who spells keys, and who may import whom."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

# Modules that serve the user side by side.
ROOMS = ("pp", "tl", "pl", "get", "atlas")


def syntax_trees(folder: Path) -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text()) for path in sorted(folder.rglob("*.py"))}


SLOTS = {"obs", "var", "obsm", "varm", "obsp", "varp", "uns", "layers"}
BEGINNING = re.compile(r"tme_|schema_version$")
ENDING = re.compile(
    r"_(coverage|signatures|pval|agreement|pairs|ranking|colors|interactions|genes|subunits)\b"
)
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


ENGINES = ("methods", "lr", "cellphonedb", "enrichment")
FORBIDDEN = {
    **dict.fromkeys(ENGINES, ("anndata", "scanpy", *(f"tmeatlas.{r}" for r in ROOMS))),
    "sig": tuple(f"tmeatlas.{room}" for room in ROOMS),
    **{room: tuple(f"tmeatlas.{other}" for other in ROOMS if other != room) for room in ROOMS},
}
ALLOWED = {
    # The function that makes the page out of its parts.
    ("pl/_atlas.py", "tmeatlas.atlas"),
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
        "import tmeatlas.pl._violin as v",
        "from tmeatlas import pl",
        "from tmeatlas.pl import violin",
        "from .. import pl",
        "from ..pl._theme import template",
        "def later():\n    from tmeatlas.pl._violin import violin",
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
