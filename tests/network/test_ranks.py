"""Who sends and receives most, out of rows that are written by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from tmeatlas.network import graph_between, rank_groups

ROWS = pd.DataFrame(
    [
        ("vegf", "TAM", "Endothelial", "specific"),
        ("spp1", "TAM", "Malignant", "specific"),
        ("spp1", "TAM", "CAF", "specific"),
        ("cxcl12", "CAF", "T", "specific"),
        ("csf1", "TAM", "TAM", "specific"),
        ("tgfb", "TAM", "CAF", "too few"),
        ("vegf", "TAM", "CAF", "too few"),
        ("il6", "CAF", "TAM", "not"),
    ],
    columns=["axis", "source", "target", "verdict"],
)
SIZES = pd.Series({"T": 30, "CAF": 50, "TAM": 20, "Endothelial": 10, "Malignant": 90})


def ranked(in_samples=None) -> pd.DataFrame:
    standing, too_few = (ROWS["verdict"].eq(word).to_numpy() for word in ("specific", "too few"))
    return rank_groups(ROWS, standing, too_few, SIZES, in_samples).set_index("group")


def test_an_axis_counts_once_and_not_to_itself():
    table = ranked()
    assert table.loc["TAM", ["sends", "receives", "to_itself", "partners"]].tolist() == [2, 0, 1, 3]
    assert table.loc["CAF", ["sends", "receives", "partners"]].tolist() == [1, 1, 2]
    assert table.loc["TAM", "sends_axes"] == "vegf; spp1"
    assert table["cells"].to_dict() == SIZES.to_dict()


def test_what_is_shown_to_one_group_is_not_unclear():
    table = ranked()
    assert table.loc["TAM", "sends_unclear"] == 1  # TGF-β; VEGF is specific to endothelium
    assert table.loc["CAF", "receives_unclear"] == 2


def test_ties_have_one_rank_in_the_order_of_the_groups():
    table = ranked()
    assert list(table.index) == ["CAF", "TAM", "T", "Endothelial", "Malignant"]
    assert table["rank"].tolist() == [1, 1, 3, 3, 3]


def test_intervals_come_from_the_samples_that_have_the_group():
    counts = {"TAM": [2, 4, 3, 7], "CAF": [1, 0]}
    in_samples = pd.DataFrame(
        [
            {"sample": f"s{i}", "group": group, "sends": n, "receives": 0}
            for group, of in counts.items()
            for i, n in enumerate(of)
        ]
    )
    table = ranked(in_samples)
    low, high = stats.t(3, 4, stats.sem(counts["TAM"])).interval(0.95)
    found = table.loc["TAM", ["sends_mean", "sends_low", "sends_high"]].tolist()
    assert found == pytest.approx([4, low, high])
    assert table.loc["TAM", "n_samples"] == 4
    assert np.isnan(table.loc["CAF", "sends_mean"])
    assert table.loc["CAF", "n_samples"] == 2
    assert table.loc["TAM", "receives_low"] == 0


def test_the_graph_has_every_group_and_the_axes_of_each_edge():
    graph = graph_between(ROWS[ROWS["verdict"] == "specific"], list(SIZES.index))
    assert set(graph) == set(SIZES.index)
    assert graph.edges["TAM", "CAF"]["axes"] == ["spp1"]
    assert not graph.has_edge("CAF", "TAM")
