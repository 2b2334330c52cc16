"""The examples of ``docs/niches.md`` run, and say what the page says."""

from __future__ import annotations

import doctest
import warnings

import pytest


def test_examples_of_the_page(repository):
    page = (repository / "docs" / "niches.md").read_text(encoding="utf-8")
    # An example ends where its block does.
    page = page.replace("\n```", "\n\n")
    examples = doctest.DocTestParser().get_doctest(page, {}, "niches.md", "docs/niches.md", 0)
    assert len(examples.examples) > 6
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = runner.run(examples, out=said.append)
    if result.failed:
        pytest.fail("".join(said))
