"""The page on lineages: its example runs."""

from __future__ import annotations

import doctest
import re

import pytest


@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
def test_examples_of_the_page_run(repository):
    page = (repository / "docs" / "lineages.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```pycon\n(.*?)```", page, re.S)
    test = doctest.DocTestParser().get_doctest(block, {}, "lineages.md", None, 0)
    assert len(test.examples) >= 8
    assert doctest.DocTestRunner().run(test).failed == 0
