"""What the results between groups share: which rows come first, and what a route counts."""

from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas.results import by_evidence, flows, leading_axis

ROWS = pd.DataFrame(
    [
        ("a", "b", "tgfb", "core", "specific", 0.2, 0.001),
        ("a", "b", "lag3", "associated", "specific", 0.9, 0.001),
        ("a", "b", "il6", "core", "not specific", 0.8, 0.9),
        ("b", "a", "mif", "core", "too few cells", 0.0, 0.02),
        ("b", "a", "csf1", "core", "too few cells", 0.7, 0.3),
        ("b", "b", "vegf", "", "", 0.95, 0.0001),
        ("b", "b", "", "core", "specific", 0.5, 0.001),
        ("a", "a", "cd47", "core", "not testable", float("nan"), float("nan")),
    ],
    columns=["source", "target", "axis", "core", "verdict", "score", "pval"],
)


def test_what_stands_out_comes_first_and_then_what_is_closest():
    assert by_evidence(ROWS)["axis"].tolist() == ["lag3", "", "tgfb", "mif", "csf1"]


@pytest.mark.parametrize(
    ("rows", "axis"),
    [
        (ROWS, "tgfb"),
        (ROWS.drop(columns="core"), "lag3"),
        (ROWS[ROWS["verdict"] != "specific"], "mif"),
        (ROWS[ROWS["verdict"].isin(["", "not specific", "not testable"])], None),
    ],
    ids=["by core pairs", "of axes", "nothing stands out", "nothing speaks for any"],
)
def test_the_axis_that_is_shown_first(rows, axis):
    assert leading_axis(rows) == axis


def test_a_route_counts_its_rows_and_names_the_best():
    found = flows(ROWS, columns=["axis"]).set_index(["source", "target"])
    assert found["n_specific"].to_dict() == {
        ("a", "a"): 0,
        ("a", "b"): 2,
        ("b", "a"): 0,
        ("b", "b"): 1,
    }
    assert found["n_too_few"].to_dict() == {
        ("a", "a"): 0,
        ("a", "b"): 0,
        ("b", "a"): 2,
        ("b", "b"): 0,
    }
    assert found["axis"].fillna("none").tolist() == ["none", "lag3", "mif", ""]
