"""The rules of the public surface, enforced on every public name."""

from __future__ import annotations

import doctest
import inspect
import re
import subprocess
import sys
from functools import cache
from itertools import takewhile

import made_tissue
import pytest
from anndata import AnnData
from sameness import different

import tmeatlas as tme

NAMESPACES = {
    name: getattr(tme, name)
    for name in (
        *("sig", "pp", "tl", "methods", "enrichment", "cellphonedb"),
        *("pl", "get", "datasets"),
    )
}
PUBLIC = {
    f"{space}.{name}": getattr(module, name)
    for space, module in NAMESPACES.items()
    for name in module.__all__
}
PUBLIC |= {name: getattr(tme, name) for name in ("analyse", "read")}
FUNCTIONS = {name: thing for name, thing in PUBLIC.items() if inspect.isfunction(thing)}
# These work on signatures, files or names rather than on cells.
WITHOUT_ADATA = {
    "read",
    "sig.drug_targets",
    "sig.interactions",
    "sig.load",
    "sig.markers",
    "sig.read",
    "sig.write",
    "sig.compare",
    "sig.convert",
    "sig.overlap",
    "sig.to_net",
    "datasets.simulated",
    "datasets.simulated_cohort",
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


OTHER_WORDS = {"seed", "random_state", "debug_seed", "group_key", "samples", "condition", "use_key"}
"""What is called `rng`, `groupby`, `sample_key`, `condition_key` and `key` here."""


@each_public
def test_one_word_for_one_thing(name):
    if callable(PUBLIC[name]):
        assert not OTHER_WORDS & set(inspect.signature(PUBLIC[name]).parameters)


FIGURES = [name for name in FUNCTIONS if name.startswith("pl.") and name != "pl.atlas"]


@pytest.mark.parametrize("name", FIGURES)
def test_figures_take_groups_then_what_is_drawn_and_the_rest_by_name(name):
    """As the tools do: `tl.crosstalk(adata, groupby)`, `pl.dotplot(adata, groupby, signatures)`."""
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    named = {p.name for p in parameters.values() if p.kind is inspect.Parameter.KEYWORD_ONLY}
    first = [parameter for parameter in parameters if parameter not in named]
    assert "key" in named
    drawn = {"axis", "signatures", "signature", "group", "consensus", "color", "what"}
    assert first[0] == "adata"
    assert set(first[1:]) <= {"groupby", *drawn}
    assert "groupby" not in first[2:]
    assert not drawn & named


@each_function
def test_docstrings_have_their_sections(name):
    text = inspect.getdoc(FUNCTIONS[name])
    for section in ("Returns", "Examples"):
        assert re.search(rf"^{section}\n-+$", text, re.M), section


@each_public
def test_every_public_name_is_in_the_list_of_functions(name, repository):
    listed = re.findall(r"tme\.[\w.]+", (repository / "docs" / "api.md").read_text())
    assert f"tme.{name}" in listed


def run_examples(examples: list[doctest.Example], names: dict[str, object]) -> dict[str, object]:
    """Run lines of a docstring that use `names`; gives what is there afterwards."""
    test = doctest.DocTest(examples, names, "example", None, 0, None)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test, clear_globs=False)
    assert runner.failures == 0
    return test.globs


def prepares(example: doctest.Example) -> bool:
    """Whether a line makes ready what an example is about: many begin with the same ones."""
    line = re.match(r"import |adata = tme\.datasets|tme\.(pp|tl)\.\w+\(adata", example.source)
    return line is not None and not (example.want or example.options)


@cache
def prepared_by(lines: tuple[str, ...]) -> dict[str, object]:
    """What is there after the first lines of an example."""
    if not lines:
        return {}
    return run_examples([doctest.Example(lines[-1], "")], copied(prepared_by(lines[:-1])))


def copied(names: dict[str, object]) -> dict[str, object]:
    return {name: x.copy() if isinstance(x, AnnData) else x for name, x in names.items()}


@each_public
def test_every_example_runs(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    examples = 0
    for test in doctest.DocTestFinder(recurse=False).find(PUBLIC[name], name, globs={}):
        examples += len(test.examples)
        first = [example.source for example in takewhile(prepares, test.examples)]
        run_examples(test.examples[len(first) :], copied(prepared_by(tuple(first))))
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
    adata = made_tissue.place(tme.datasets.simulated(300))
    tme.pp.prepare(adata)
    return adata


WRITERS = [name for name in FUNCTIONS if name.startswith(("pp.", "tl."))]
OPTIONS = {
    "tl.call_states": {"lineage_key": "cell_type"},
    "tl.enrich": {"method": tme.enrichment.Prerank(n_perms=19)},
    "tl.cellphonedb": {"method": tme.cellphonedb.Statistical(n_perms=20)},
    "tl.composition": {"sample_key": "sample"},
    "tl.compare": {
        "what": "genes",
        "condition_key": "condition",
        "sample_key": "sample",
        "reference": "excluded",
        "method": "welch",
    },
    "tl.niches": {
        **{"groupby": "cell_type", "sample_key": "sample"},
        **{"n_niches": 3, "n_shifts": 39},
    },
    "tl.phenotype": {"sample_key": "sample", "groupby": "cell_type"},
    "tl.quality": {"sample_key": "sample", "groupby": "cell_type"},
}


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
        assert slot in different(prepared, changed)


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
    if name in ("tl.axes", "tl.drivers", "tl.drug_targets"):
        tme.tl.crosstalk(adata, "cell_type")
    if name in ("tl.drivers", "tl.drug_targets"):
        tme.tl.axes(adata)
    before = adata.copy()
    copied = function(adata, **options, copy=True)
    assert different(adata, before) == []
    assert different(copied, before)
    assert function(adata, **options) is None
    assert different(adata, copied) == []


def test_importing_is_free_of_side_effects():
    program = (
        "import logging, warnings, numpy as np;"
        "state = np.random.get_state()[1].tolist(); filters = list(warnings.filters);"
        "import anndata; filters = list(warnings.filters);"
        "import tmeatlas, sys;"
        "assert np.random.get_state()[1].tolist() == state;"
        "root, ours = logging.getLogger(), logging.getLogger('tmeatlas');"
        "assert not root.handlers and root.level == logging.WARNING;"
        "assert [type(h).__name__ for h in ours.handlers] == ['ConsoleHandler'];"
        "assert 'plotly' not in sys.modules and 'scanpy' not in sys.modules;"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
