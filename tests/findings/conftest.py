"""Material of findings, made by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas.findings import Material


@pytest.fixture
def make_material():
    """The function that makes material with no results but those given."""

    def make(
        groups=("T", "T", "B"), samples=None, conditions=None, results=(), comparisons=(), **more
    ):
        labels = [
            None if each is None else pd.Categorical(list(each))
            for each in (groups, samples, conditions)
        ]
        given = {"row": "cell", "n": len(groups), "n_genes": 100, **more}
        return Material(
            groups=labels[0],
            samples=labels[1],
            conditions=labels[2],
            results={type(result): result for result in results},
            comparisons=list(comparisons),
            **given,
        )

    return make
