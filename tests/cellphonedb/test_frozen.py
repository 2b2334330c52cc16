"""Parity with what the package computed once, on made-up data."""

from __future__ import annotations

import io

import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas.cellphonedb import Statistical

RUNS = (
    "simple",
    "simple_ensembl",
    "statistical",
    "statistical_ensembl",
    "statistical_places",
    "degs",
    "degs_ensembl",
)


def through_text(table: pd.DataFrame) -> pd.DataFrame:
    """As the frozen tables went: numbers are kept to the last digit, types become the same."""
    return pd.read_csv(io.StringIO(table.to_csv()), index_col=0)


@pytest.mark.parametrize("run", RUNS)
def test_all_tables_are_those_of_the_package(run, made_up, database, frozen, our_options):
    identifier, options = made_up.runs()[run]
    adata = made_up.cells(identifier)
    tme.tl.cellphonedb(adata, "group", database=database, **our_options(options))
    tables = tme.get.cellphonedb(adata)
    assert frozen[run].keys() <= tables.keys()
    for name, expected in frozen[run].items():
        found = through_text(tables[name])
        if name == "significant_means":
            # The package leaves the order of equal ranks to the processor.
            assert found["rank"].is_monotonic_increasing
            found, expected = (t.sort_index(kind="stable") for t in (found, expected))
        pd.testing.assert_frame_equal(found, expected, check_exact=True, obj=name)


def test_every_run_is_frozen_and_tested(made_up, frozen):
    assert set(RUNS) == set(made_up.runs()) == set(frozen)


def test_the_made_up_data_have_something_to_tell_apart(frozen):
    p = frozen["statistical"]["pvalues"].filter(like="|").to_numpy()
    assert ((p > 0) & (p < 1)).sum() > 30
    assert (p == 0).sum() > 10
    assert frozen["degs"]["relevant_interactions"].filter(like="|").to_numpy().sum() > 20
    assert (frozen["simple"]["interaction_scores"].filter(like="|").to_numpy() > 0).sum() > 50
    assert len(frozen["statistical"]["CellSign_active_interactions"]) > 2


def test_tables_have_the_packages_types(made_up, database):
    adata = made_up.cells()
    tme.tl.cellphonedb(
        adata, "group", database=database, method=Statistical(20), score_interactions=True
    )
    tables = tme.get.cellphonedb(adata)
    pair, group = "9|B cells", "9"
    kinds = {
        ("means", pair): "float32",
        ("pvalues", pair): "float64",
        ("significant_means", pair): "float32",
        ("significant_means", "rank"): "float64",
        ("interaction_scores", pair): "float64",
        ("deconvoluted", group): "float32",
        ("deconvoluted_percents", group): "float64",
        ("means", "secreted"): "bool",
        ("deconvoluted", "is_complex"): "bool",
        ("means", "gene_a"): "object",
    }
    assert {place: str(tables[place[0]][place[1]].dtype) for place in kinds} == kinds
