"""Which differences stand within their comparison and over all, and how their number is told."""

from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas.results import Comparison, Differences, Fingerprint, Level, Record, is_weak


def compared(*rows):
    """A comparison with these rows: adjusted p, and replicates of both conditions."""
    table = pd.DataFrame(rows, columns=["padj", "n", "n_reference"])
    table["pval"] = table["padj"] / 2
    record = Record(Comparison.kind, Fingerprint(n_cells=9, names=""), {}, {})
    empty = pd.DataFrame()
    return Comparison(record=record, key="key", table=table, samples=empty, left_out=empty)


ALONE = compared((0.012, 8, 8), (0.03, 8, 8), (0.001, 2, 8), (float("nan"), 8, 8))
NOTHING = compared((0.9, 8, 8))
SURE = compared((0.001, 8, 8), (0.04, 8, 8))


def test_levels_of_rows_among_four_comparisons():
    """The best p of three patients or more is 0.012: one of four stands, up to 0.05 / 4."""
    found = Differences.of([ALONE, NOTHING, NOTHING, NOTHING])
    assert found.limit == pytest.approx(0.0125)
    assert list(found.levels(ALONE.table)) == [
        Level.OVER_ALL,
        Level.WITHIN,
        Level.WITHIN,
        Level.NOT_SHOWN,
    ]
    assert found.n_tested == 6
    assert list(is_weak(ALONE.table)) == [False, False, True, False]


@pytest.mark.parametrize(
    ("comparisons", "words"),
    [
        ([ALONE], "2 differences stand, 1 lead"),
        ([NOTHING], "no difference stands"),
        ([NOTHING, NOTHING], "no difference stands in 2 comparisons"),
        (
            [ALONE, NOTHING, NOTHING, NOTHING],
            "1 difference stands over all 4 comparisons, 2 leads",
        ),
        ([SURE, NOTHING], "1 difference stands over all 2 comparisons, 1 lead"),
        ([ALONE, *[NOTHING] * 4], "nothing firm over all 5 comparisons, 3 leads"),
    ],
)
def test_one_wording_of_how_many(comparisons, words):
    assert str(Differences.of(comparisons)) == words
