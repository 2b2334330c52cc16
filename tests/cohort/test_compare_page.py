"""The examples of ``docs/compare.md`` run, and say what the page says."""

from __future__ import annotations

import doctest
import warnings

import pytest


def test_examples_of_the_page(repository):
    page = (repository / "docs" / "compare.md").read_text(encoding="utf-8")
    examples = doctest.DocTestParser().get_doctest(page, {}, "compare.md", "docs/compare.md", 0)
    assert len(examples.examples) > 10
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = runner.run(examples, out=said.append)
    if result.failed:
        pytest.fail("".join(said))
