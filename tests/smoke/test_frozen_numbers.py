"""Scores and crosstalk are the same numbers with every version of every library."""

from __future__ import annotations

import json
import runpy
import warnings

import numpy as np
import pytest

from tmeatlas._errors import TMEWarning


@pytest.fixture(scope="module")
def found(repository):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TMEWarning)
        return runpy.run_path(str(repository / "tests/reference/make_numbers.py"))["numbers"]()


@pytest.fixture(scope="module")
def frozen(repository):
    return json.loads((repository / "tests/reference/numbers.json").read_text("utf-8"))


def test_scores(found, frozen):
    assert found["scores"].keys() == frozen["scores"].keys()
    for name, expected in frozen["scores"].items():
        np.testing.assert_allclose(
            found["scores"][name], expected, rtol=1e-6, atol=1e-6, err_msg=name
        )


def test_crosstalk(found, frozen):
    assert found["rows"] == frozen["rows"]
    np.testing.assert_allclose(found["values"], frozen["values"], rtol=1e-6, atol=1e-9)
