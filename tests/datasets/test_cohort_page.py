"""The examples of ``docs/cohort.md`` run, and say what the page says."""

from __future__ import annotations

import doctest
import warnings

import pytest


def test_examples_of_the_page(repository):
    page = (repository / "docs" / "cohort.md").read_text(encoding="utf-8")
    examples = doctest.DocTestParser().get_doctest(page, {}, "cohort.md", "docs/cohort.md", 0)
    assert len(examples.examples) > 20
    said: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = doctest.DocTestRunner().run(examples, out=said.append)
    if result.failed:
        pytest.fail("".join(said))
