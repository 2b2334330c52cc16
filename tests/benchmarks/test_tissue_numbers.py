"""The benchmark of how many niches are found: its tissue, and its table."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("squidpy")


@pytest.fixture(scope="module")
def numbers(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("tissue_numbers")
    sys.modules.pop("tissue_numbers", None)


def test_niches_of_the_tissue_are_patches_with_types_of_their_own(numbers):
    tissue, types, niche = numbers.planted_tissue(3, 0.3, 2, 2_000, np.random.default_rng(0))
    assert set(niche) == {0, 1, 2}
    shares = pd.crosstab(niche, types, normalize="index").to_numpy()
    assert np.abs(shares[:, None] - shares).sum(axis=2)[np.triu_indices(3, 1)].min() > 0.5
    here = tissue.coordinates[tissue.section == 0]
    nearest = [np.argsort(np.hypot(*(here - place).T))[1] for place in here[:200]]
    of_section = niche[tissue.section == 0]
    assert (of_section[:200] == of_section[nearest]).mean() > 0.9


def test_planted_niches_come_back(numbers):
    found = numbers.recovered(4, 0.3, 8, 0)
    assert found["chosen"] in (3, 4, 5)
    assert found["as planted"] > 0.6


def test_the_table_counts_what_was_chosen(numbers):
    rows = {"sections": 1, "planted": 3, "as chosen": [0.5, 0.7, 0.6], "as planted": 0.8}
    found = pd.DataFrame(rows | {"chosen": [3, 4, 3], "stability": 0.9})
    (row,) = numbers.table(found).to_dict("records")
    assert row["chosen (times)"] == "3 (2), 4 (1)"
    assert row["ARI as chosen"] == "0.60"
