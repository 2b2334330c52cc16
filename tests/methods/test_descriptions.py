"""What the methods say of themselves is what docs, docstrings, shell and benchmarks say of them."""

from __future__ import annotations

import ast
import csv
import importlib
import inspect
import re
import subprocess
import sys

import pytest

import tmeatlas as tme
from tmeatlas._values import MatrixKind
from tmeatlas.methods import DEFAULT_METHOD, METHODS, RowMethod, ScoreMethod, dependence

each_method = pytest.mark.parametrize("name", METHODS)
ANY = frozenset(MatrixKind) - {
    *(MatrixKind.SCALED, MatrixKind.CORRECTED, MatrixKind.BINARY),
}
VALUES = {ANY: "any", frozenset({MatrixKind.LOGNORM}): "log"}
BUILT_IN = {name: getattr(tme.methods, name) for name in tme.methods.__all__}
BUILT_IN = {
    name: thing
    for name, thing in BUILT_IN.items()
    if inspect.isclass(thing) and issubclass(thing, ScoreMethod) and not inspect.isabstract(thing)
}


def markdown_table(page: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table whose first line has this beginning, by their first cell."""
    lines = page.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(heading)) + 2
    rows = {}
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        first, *others = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
        rows[first] = [cell.replace(r"\|", "|") for cell in others]
    return rows


@pytest.fixture
def scoring_page(repository):
    return (repository / "docs" / "scoring.md").read_text()


@pytest.fixture
def api_page(repository):
    return (repository / "docs" / "api.md").read_text()


@each_method
def test_a_method_says_everything_of_itself(name):
    method = METHODS[name]
    assert method.name == name
    what, meaning = method.unit.split("; ")
    assert what
    assert meaning
    assert bool(method.citation) == (name != "mean")
    assert method.accepts in VALUES
    assert method.signed
    assert method.weighted
    assert isinstance(method, RowMethod)


@each_method
def test_formula_is_that_of_the_docstring(name):
    text = " ".join(inspect.getdoc(type(METHODS[name])).split())
    assert f"``{METHODS[name].formula}``" in text


def test_every_class_has_a_name_and_a_place_at_the_door(repository):
    for path in (repository / "tmeatlas" / "methods").glob("_[a-z]*.py"):
        module = importlib.import_module(f"tmeatlas.methods.{path.stem}")
        for thing in vars(module).values():
            own = inspect.isclass(thing) and thing.__module__ == module.__name__
            if own and issubclass(thing, ScoreMethod) and not inspect.isabstract(thing):
                assert BUILT_IN[thing.__name__] is thing
    assert {type(method) for method in METHODS.values()} == set(BUILT_IN.values())
    for method in BUILT_IN.values():
        assert METHODS[method().name] == method()


def test_table_of_the_docstring_of_score():
    found = {}
    text = inspect.getdoc(tme.tl.score)
    _, _, body, _ = re.split(r"^=+ +=+ +=+$", text, maxsplit=3, flags=re.M)
    for line in body.strip().splitlines():
        name, values, depends_on = re.split(r" {2,}", line)
        found[name.strip("`")] = (values, depends_on)
    assert found == {
        name: (VALUES[method.accepts], dependence(method)) for name, method in METHODS.items()
    }


def test_docstring_of_score_names_no_other_method():
    text = inspect.getdoc(tme.tl.score)
    about = text[: text.index("Parameters\n----")]
    quoted = set(re.findall(r'``"(\w+)"``', about))
    assert quoted <= set(METHODS)
    assert DEFAULT_METHOD in quoted


@pytest.mark.parametrize("function", [tme.tl.score, tme.analyse])
def test_the_default_is_the_same_everywhere(function):
    assert inspect.signature(function).parameters["method"].default == DEFAULT_METHOD


def test_tables_of_the_scoring_page(scoring_page):
    what = markdown_table(scoring_page, "| name | equals")
    meaning = markdown_table(scoring_page, "| name | unit")
    default = f"`{DEFAULT_METHOD}`"
    what[default] = what.pop(f"{default} (default)")
    assert {name: cells[1:] for name, cells in what.items()} == {
        f"`{name}`": [VALUES[method.accepts], dependence(method)]
        for name, method in METHODS.items()
    }
    assert meaning == {
        f"`{name}`": [method.unit, f"`{method.formula}`"] for name, method in METHODS.items()
    }


def test_list_of_the_api_page(api_page):
    found = re.findall(r"^- `tme\.methods\.(\w+)`: ((?:.+\n(?:  .+\n)*))", api_page, re.M)
    entries = {name: text for name, text in found if name in BUILT_IN}
    assert set(entries) == set(BUILT_IN)
    for name, method in METHODS.items():
        assert f'`"{name}"`' in entries[type(method).__name__]


def test_table_of_dependence_of_the_api_page(api_page):
    found = {}
    for names, (depends_on, _, without) in markdown_table(
        api_page, "| method | depends on"
    ).items():
        for name in re.findall(r"`(\w+)`", names):
            found[name] = depends_on
            if without:
                option, _, value = without.strip("`").partition("=")
                other = BUILT_IN[name](**{option: ast.literal_eval(value)})
                assert other.depends_on < BUILT_IN[name]().depends_on
    assert found == {name: dependence(method()) for name, method in BUILT_IN.items()}


def test_help_of_the_shell_names_every_method_without_loading_anndata():
    program = (
        "import sys\n"
        "from tmeatlas.shell import main\n"
        "try:\n    main(['score', '--help'])\n"
        "except SystemExit:\n    pass\n"
        "assert 'anndata' not in sys.modules and 'numba' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    words = re.findall(r"\w+", done.stdout.partition("Scoring method:")[2].partition("[default")[0])
    assert set(METHODS) <= set(words)


def test_every_method_is_in_the_benchmark(repository, monkeypatch):
    monkeypatch.syspath_prepend(repository / "benchmarks")
    scoring = importlib.import_module("scoring")
    monkeypatch.delitem(sys.modules, "scoring")
    few = {"ctxcore": 10, "gseapy": 20}
    own = scoring.contestants([], [], n_cells=100, few=few)
    assert set(METHODS) <= {player.name for player in own}
    assert {player.cells for player in own if player.peer == "gseapy"} == {20}
    assert next(player for player in own if player.name == "ulm").peer == "decoupler.ulm"


def test_citations_are_those_of_the_publications(shared_data):
    with (shared_data / "signatures" / "TITLES.tsv").open() as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    methods = {"ucell": "UCell", "aucell": "AUCell", "ssgsea": "ssGSEA"}
    methods |= dict.fromkeys(("zscore", "ulm", "mlm"), "zscore, ulm, mlm (decoupler)")
    of_kind = {row["kind"].removeprefix("method or tool: "): row for row in rows}
    for name, kind in methods.items():
        row, citation = of_kind[kind], METHODS[name].citation
        for fact in (row["authors"], f"({row['year']})", row["journal"], f"doi:{row['doi']}"):
            assert fact in citation
    # The DOI of this one is known from the signature of the same paper.
    tirosh = next(row for row in rows if row["authors"] == "Tirosh et al.")
    citation = METHODS["score_genes"].citation
    for fact in (f"({tirosh['year']})", tirosh["journal"], f"doi:{tirosh['doi_in_yaml']}"):
        assert fact in citation
