"""The example of ``docs/drivers.md`` runs, and the page has what the file says."""

from __future__ import annotations

import doctest
import re

import pytest

from tmeatlas.network import load_known


@pytest.fixture(scope="module")
def page(repository) -> str:
    return (repository / "docs" / "drivers.md").read_text(encoding="utf-8")


def test_the_example_runs(page):
    (block,) = re.findall(r"```python\n(>>>.*?)```", page, re.S)
    test = doctest.DocTestParser().get_doctest(block, {}, "drivers.md", None, 0)
    assert len(test.examples) >= 10
    assert doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test).failed == 0


def test_every_chain_and_its_source_stand_in_the_page(page):
    for loop in load_known().loops:
        assert f"| {loop.name} |" in page
    cited = " ".join(loop.cite for loop in load_known().loops)
    for doi in re.findall(r"doi:\S+|PMC\d+", cited):
        assert doi.rstrip(")") in page
