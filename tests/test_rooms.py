"""The walls of the house, read off the source: who may import whom, and through which door."""

from __future__ import annotations

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator

import pytest

# Modules that serve the user side by side.
SIDE_BY_SIDE = ("pp", "tl", "pl", "get", "atlas")
# On arrays and names: a user's cells reach them through the rooms above.
ENGINES = (
    *("methods", "lr", "cellphonedb", "enrichment", "interactions", "genes", "lineages"),
    *("cohort", "network", "phenotypes", "publications", "quality", "spatial", "states", "targets"),
)


@pytest.fixture(scope="module")
def modules(repository) -> dict[str, ast.Module]:
    """Every module of the package by its full name; a room's door has the room's name."""
    found = {}
    for path in sorted((repository / "tmeatlas").rglob("*.py")):
        parts = path.relative_to(repository).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = ast.parse(
            path.read_text()
        )
    return found


@pytest.fixture(scope="module")
def doors(modules, repository) -> dict[str, set[str]]:
    """What each room offers: the names that its `__init__` lists or imports under the same name."""
    found = {}
    for name, tree in modules.items():
        if (repository / name.replace(".", "/") / "__init__.py").exists():
            bound = {
                alias.asname or alias.name
                for node in tree.body
                if isinstance(node, (ast.Import, ast.ImportFrom))
                for alias in node.names
            }
            defined = {node.name for node in tree.body if hasattr(node, "name")}
            defined |= {node.target.id for node in tree.body if isinstance(node, ast.AnnAssign)}
            found[name] = {each for each in bound | defined if not each.startswith("_")}
    return found


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Each module that the code names, at its head or later, and what it takes from it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = f"{'.' * node.level}{node.module or ''}"
            yield from ((module, alias.name) for alias in node.names)
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in ("import_module", "__import__"):
                yield str(node.args[0].value), ""


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def room_of(module: str) -> str:
    """The room that a module is in; a file beside the rooms is one of its own."""
    return ".".join(module.split(".")[:2])


def graph_of(modules: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Which of `modules` each of them imports."""
    graph = {}
    for name, tree in modules.items():
        named = {
            f"{module}.{what}" if f"{module}.{what}" in modules else module
            for module, what in imported(tree)
        }
        graph[name] = (named & set(modules)) - {name}
    return graph


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def past_the_door(name: str, tree: ast.AST, doors: dict[str, set[str]]) -> list[str]:
    """What a module takes out of another room that its door does not offer."""
    found, rooms = [], {}
    for module, what in imported(tree):
        if not within(module, "tmeatlas") or room_of(module) == room_of(name):
            continue
        if module not in doors:
            # Files beside the rooms are known by all.
            if module.count(".") > 1 or what.startswith("_"):
                found.append(f"{module} {what}".strip())
        elif module == "tmeatlas":
            rooms[what] = f"tmeatlas.{what}"
        elif what and what not in doors[module]:
            found.append(f"{module} {what}")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            room = rooms.get(node.value.id, "")
            if room in doors and node.attr not in doors[room]:
                found.append(f"{room} {node.attr}")
    return found


def test_no_circle_between_files(modules):
    assert circle_in(graph_of(modules)) == []


def test_no_circle_between_rooms(modules):
    graph: dict[str, set[str]] = {}
    for name, named in graph_of(modules).items():
        rooms = graph.setdefault(room_of(name), set())
        rooms.update({room_of(each) for each in named} - {room_of(name)})
    assert circle_in(graph) == []


def test_rooms_are_entered_through_their_doors(modules, doors):
    """`from tmeatlas.sig import load`, never `from tmeatlas.sig._load import load`."""
    found = {name: past_the_door(name, tree, doors) for name, tree in modules.items()}
    assert {name: names for name, names in found.items() if names} == {}


FORBIDDEN = {
    **dict.fromkeys(ENGINES, ("anndata", "scanpy", *(f"tmeatlas.{r}" for r in SIDE_BY_SIDE))),
    "sig": ("scanpy", *(f"tmeatlas.{room}" for room in SIDE_BY_SIDE)),
    **{
        room: tuple(f"tmeatlas.{other}" for other in SIDE_BY_SIDE if other != room)
        for room in SIDE_BY_SIDE
    },
}
ALLOWED = {
    # The function that makes the page out of its parts.
    ("tmeatlas.pl._atlas", "tmeatlas.atlas"),
    # Scrublet is scanpy's, which takes cells in no other form.
    ("tmeatlas.quality._scrublet", "anndata"),
    ("tmeatlas.quality._scrublet", "scanpy"),
    # And squidpy.
    ("tmeatlas.spatial._squidpy", "anndata"),
}


@pytest.mark.parametrize("room", FORBIDDEN)
def test_rooms_keep_to_themselves(modules, room):
    """Engines know no AnnData; pp, tl, pl, get and atlas do not use each other."""
    inside = {n: tree for n, tree in modules.items() if within(n, f"tmeatlas.{room}")}
    assert inside
    crossing = {
        (name, module)
        for name, tree in inside.items()
        for module in FORBIDDEN[room]
        for named, what in imported(tree)
        if within(named, module) or within(f"{named}.{what}", module)
    }
    assert crossing - ALLOWED == set()


def run(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_engines_do_not_load_anndata():
    program = ["import sys"]
    for room in (*ENGINES, "sig"):
        heavy = "{'anndata', 'scanpy'}.intersection(sys.modules)"
        program += [f"import tmeatlas.{room}", f"print('{room}', *{heavy})"]
    assert run("\n".join(program)).split() == [*ENGINES, "sig"]


def test_help_of_the_command_line_loads_nothing_large():
    program = (
        "import runpy, sys\n"
        "sys.argv = ['tmeatlas', '--help']\n"
        "try:\n    runpy.run_module('tmeatlas', run_name='__main__')\n"
        "finally:\n    large = {'anndata', 'pandas', 'numpy', 'yaml'}\n"
        "    print('loaded:', *large.intersection(sys.modules))"
    )
    assert run(program).splitlines()[-1] == "loaded:"


def test_the_package_loads_nothing_large_before_it_is_asked():
    program = (
        "import sys, tmeatlas\n"
        "print('loaded:', *{'anndata', 'pandas', 'numpy'}.intersection(sys.modules))\n"
        "assert tmeatlas.read is tmeatlas.read and tmeatlas.analyse.__module__ == 'tmeatlas'"
    )
    assert run(program) == "loaded:"


def test_tools_load_anndata_and_little_else_that_is_large():
    large = (
        "{'networkx', 'numba', 'scanpy', 'scipy.spatial', 'scipy.stats', 'sklearn', 'matplotlib'}"
    )
    program = f"import sys, tmeatlas.tl\nprint('loaded:', *{large}.intersection(sys.modules))"
    assert run(program) == "loaded:"


class TestTheRules:
    """Each rule sees what it forbids."""

    doors: dict[str, set[str]] = {  # noqa: RUF012
        "tmeatlas": {"TMEError"},
        "tmeatlas.sig": {"load"},
        "tmeatlas.tl": {"score"},
    }

    @pytest.mark.parametrize(
        "code",
        [
            "from tmeatlas.sig._load import load",
            "from tmeatlas.sig import _load",
            "from tmeatlas.sig import match",
            "import tmeatlas.sig._load",
            "import tmeatlas.sig._load as loading",
            "from tmeatlas import sig\nsig._load",
            "def later():\n    from tmeatlas.sig._load import load",
            "from importlib import import_module\nimport_module('tmeatlas.sig._load')",
            "from tmeatlas._stats import _ranks",
        ],
    )
    def test_what_passes_by_the_door(self, code):
        assert past_the_door("tmeatlas.tl._score", ast.parse(code), self.doors)

    @pytest.mark.parametrize(
        "code",
        [
            "from tmeatlas.sig import load",
            "from tmeatlas import sig\nsig.load",
            "from tmeatlas.tl._slots import store",
            "from tmeatlas import _keys as keys",
            "from tmeatlas._stats import ranks",
            "import numpy.linalg._linalg",
        ],
    )
    def test_what_goes_through_it(self, code):
        assert past_the_door("tmeatlas.tl._score", ast.parse(code), self.doors) == []

    @pytest.mark.parametrize(
        "code",
        [
            "import tmeatlas.b",
            "from tmeatlas import b",
            "from tmeatlas.b import name",
            "def later():\n    import tmeatlas.b",
            "if TYPE_CHECKING:\n    from tmeatlas.b import name",
        ],
    )
    def test_circles(self, code):
        modules = {"tmeatlas.a": ast.parse(code), "tmeatlas.b": ast.parse("import tmeatlas.a")}
        assert circle_in(graph_of(modules))
        modules["tmeatlas.b"] = ast.parse("import numpy")
        assert circle_in(graph_of(modules)) == []
