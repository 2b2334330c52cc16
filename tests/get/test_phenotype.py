"""One row a sample, out of a table that is known."""

from __future__ import annotations

import numpy as np
import pytest
from made_adata import make_adata
from made_cohort import MEASURES, write_phenotype

import tmeatlas as tme
from tmeatlas._errors import MissingKeyError
from tmeatlas.results import NOT_A_DIAGNOSTIC


@pytest.fixture(scope="module")
def cells():
    adata = make_adata()
    write_phenotype(adata, sample_key="sample")
    write_phenotype(adata, sample_key="sample", key="other", seed=1)
    return adata


def test_rows_are_samples_and_columns_measures_between_call_and_use(cells):
    table = tme.get.phenotype(cells)
    samples = cells.uns["tme_phenotype_calls"]["sample"].tolist()
    assert table.index.tolist() == samples
    assert table.columns.tolist() == ["call", "margin", "reason", "cells", *MEASURES, "use"]
    stored = cells.uns["tme_phenotype"].set_index(["sample", "measure"])["value"]
    for measure in MEASURES:
        expected = [stored[sample, measure] for sample in samples]
        np.testing.assert_array_equal(table[measure], expected)
    assert np.isnan(table[list(MEASURES)[-1]].iloc[0])
    assert (table["use"] == NOT_A_DIAGNOSTIC).all()


def test_intervals_follow_their_measure(cells):
    table = tme.get.phenotype(cells, intervals=True)
    ends = [f"{measure}{end}" for measure in MEASURES for end in ("", "_low", "_high")]
    assert table.columns[4:-1].tolist() == ends
    stored = cells.uns["tme_phenotype"].set_index(["sample", "measure"])
    first = table.index[0], next(iter(MEASURES))
    assert table.loc[first[0], f"{first[1]}_high"] == stored.loc[first, "high"]


def test_another_key(cells):
    assert not tme.get.phenotype(cells, key="other")["t_share"].equals(
        tme.get.phenotype(cells)["t_share"]
    )
    with pytest.raises(MissingKeyError, match=r"No phenotype in uns\['none'\]"):
        tme.get.phenotype(cells, key="none")
