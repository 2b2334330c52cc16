"""Rules of messages, read off the source: numbers and words agree, and Python is for Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

NOUNS = (
    *("cells", "genes", "samples", "groups", "signatures", "interactions", "patients"),
    *("conditions", "rows", "columns", "axes", "pairs", "files", "profiles", "names", "markers"),
    *("features", "entries", "dimensions", "decimals", "lineages", "states", "warnings"),
)
KINDS = "more|other|different|small|specific|random|core|tested|scored|missing"
NOUN = re.compile(rf"^ (?:(?:{KINDS}) )?(?:{'|'.join(NOUNS)})\b")
CONSTANT = re.compile(r"[A-Z_]+|len\([A-Z_]+\)")
NO_NUMBERS = {
    "_outputs.py": "status.st_nlink",
    "cohort/_table.py": "shape",
    "interactions/_microenvironments.py": "option('microenvironments')",
    "pl/_compare_words.py": "versus(row, 'cells')",
    "pl/_told.py": "group",
    "results/_axes.py": "end",
    "results/_between.py": "group",
    "spatial/_infiltration.py": "' and '.join(few)",
}
"""What stands before a word in plural, and is no number."""
MANY = {
    "atlas/panels/crosstalk/panel.py",  # said where there are more rows than the page lists
    "atlas/panels/evidence/panel.py",
}


def uncounted(tree: ast.Module) -> Iterator[str]:
    """What stands before a noun in plural, that `counted` has not made agree with it."""
    for text in ast.walk(tree):
        if not isinstance(text, ast.JoinedStr):
            continue
        for value, after in zip(text.values, text.values[1:], strict=False):
            if not isinstance(value, ast.FormattedValue) or not isinstance(after, ast.Constant):
                continue
            written = ast.unparse(value.value)
            said = written.startswith("counted(")
            if NOUN.match(str(after.value)) and not said and not CONSTANT.fullmatch(written):
                yield written


def test_numbers_and_words_agree(repository):
    package = repository / "tmeatlas"
    found = {
        path.relative_to(package).as_posix(): ", ".join(here)
        for path in sorted(package.rglob("*.py"))
        if (here := list(uncounted(ast.parse(path.read_text()))))
    }
    assert {file: what for file, what in found.items() if file not in MANY} == NO_NUMBERS
    assert set(found) >= MANY


@pytest.mark.parametrize(
    "code",
    ['f"{n} cells"', 'f"{len(x):,} genes of"', 'f"({n} cells)"', 'f"{a} of {b} specific rows"'],
)
def test_words_that_may_not_agree_are_seen(code):
    assert list(uncounted(ast.parse(code)))


@pytest.mark.parametrize("code", ["f\"{counted(n, 'cell')}\"", 'f"{MOST} cells"', 'f"{n} of it"'])
def test_others_are_not(code):
    assert not list(uncounted(ast.parse(code)))


PYTHON = re.compile(
    r"\badata\.|\badata\b *=|\(adata\b|\btme\.[a-z]+\.\w|\bsc\.(pp|tl)\.|\bpd\.\w|\bscanpy\.[a-z]"
    r"|`[a-z_]+=[^`]*`"
)
PYTHON_ALONE = (
    *("cellphonedb/", "enrichment/", "datasets/", "get/", "pl/", "tl/_enrich", "tl/_cellphonedb"),
    *("sig/_convert", "sig/_look_up", "sig/_compare", "sig/_write", "genes/_orthologues"),
    *("results/_cellphonedb", "results/_enrichment", "_accessor", "_settings"),
)
"""What no command calls."""
ALSO_PYTHON = {
    "_checks.py": "files that a command reads are in memory",
    "atlas/panels/compare/panel.py": "of the page",
    "atlas/panels/composition/panel.py": "of the page",
    "atlas/panels/crosstalk/panel.py": "of the page",
    "atlas/panels/drivers/panel.py": "of the page",
    "atlas/panels/drug_targets/panel.py": "of the page",
    "atlas/panels/evidence/panel.py": "of the page",
    "atlas/panels/niches/panel.py": "of the page",
    "atlas/panels/phenotype/panel.py": "of the page",
    "atlas/panels/tissue_measures/panel.py": "of the page",
    "atlas/runs.py": "of the page: the record of the steps",
    "cells/_tissue.py": "pieces of `remedy(python=...)`",
    "matrix/_counts.py": "pieces of `remedy(python=...)`",
    "matrix/_chunks.py": "files that a command reads are in memory",
    "matrix/_remedies.py": "pieces of `remedy(python=...)`",
    "methods/_registry.py": "objects, which no command takes",
    "methods/_ucell.py": "options of a method, which no command takes",
    "pp/_prepare.py": "files that a command reads are never opened backed",
    "results/_axes.py": "the call, beside its command",
    "results/_comparison.py": "the call, beside its command",
    "results/_composition.py": "the call, beside its command",
    "results/_consensus.py": "the call, beside its command",
    "results/_crosstalk.py": "the call, beside its command",
    "results/_drivers.py": "the call, beside its command",
    "results/_drug_targets.py": "the call, beside its command",
    "results/_lineages.py": "the call, beside its command",
    "results/_obs_columns.py": "pieces of `remedy(python=...)`",
    "results/_niches.py": "the call, beside its command",
    "results/_phenotype.py": "the call, beside its command",
    "results/_quality.py": "the call, beside its command",
    "results/_scores.py": "the call, beside its command",
    "results/_states.py": "the call, beside its command",
    "tl/_annotate.py": "options given as dicts, which no command takes",
}
"""Where Python is said outside of `remedy(python=...)`, and why the shell does not see it."""


def python_said(tree: ast.Module) -> bool:
    """Whether a text, other than docstrings and remedies for Python, names Python."""
    own = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "python":
            own |= {id(part) for part in ast.walk(node.value)}
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in own
        and PYTHON.search(node.value)
        for node in ast.walk(tree)
    )


def test_python_is_said_to_those_who_call_the_library_alone(repository):
    package = repository / "tmeatlas"
    found = {
        name
        for path in sorted(package.rglob("*.py"))
        if not (name := path.relative_to(package).as_posix()).startswith(PYTHON_ALONE)
        if python_said(ast.parse(path.read_text()))
    }
    assert found == set(ALSO_PYTHON)


def test_python_is_seen_where_it_is_said():
    assert python_said(ast.parse('raise InputError(f"Run tme.tl.score(adata) first, {x}")'))
    assert python_said(ast.parse('text = "Name it with `layer=`."'))
    assert not python_said(ast.parse('text = remedy(python="Run tme.tl.score(adata)", shell="")'))
    assert not python_said(ast.parse('def f():\n    """Run tme.tl.score(adata)."""'))
