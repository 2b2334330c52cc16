"""Counts, shares and log-ratios on arrays, with numbers known by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.cohort import Part, centred_log_ratios, composition_table, count_cells


def test_cells_without_a_code_belong_to_none():
    samples = np.array([0, 0, 1, 1, -1, 1, 0], dtype=np.int8)
    groups = np.array([2, 2, 0, -1, 1, 0, 0], dtype=np.int32)
    counts = count_cells(samples, groups, (3, 4))
    assert counts.tolist() == [[1, 0, 2, 0], [2, 0, 0, 0], [0, 0, 0, 0]]


def test_codes_of_few_bits_do_not_overflow():
    samples = np.full(3, 120, dtype=np.int8)
    counts = count_cells(samples, np.array([0, 99, 99], dtype=np.int8), (121, 100))
    assert (counts[120, 0], counts[120, 99], counts.sum()) == (1, 2, 3)


def test_centred_log_ratios_by_hand():
    ratios = centred_log_ratios([[0, 4], [3, 3], [0, 0]])
    # ln 0.5 and ln 4.5 are ln 9 apart, so each is half of that from their mean.
    np.testing.assert_allclose(ratios[0], [-np.log(3), np.log(3)])
    np.testing.assert_allclose(ratios[1], [0, 0])
    assert np.isnan(ratios[2]).all()


def test_a_table_by_hand():
    whole = Part("", [0, 1, 2], np.array([[6, 2, 0], [0, 0, 0]]))
    within = Part("T cells", [1, 2], np.array([[2, 0], [0, 0]]))
    table = composition_table([whole, within], ["s1", "s2"], ["B", "CD4", "CD8"])
    assert table["sample"].tolist() == ["s1"] * 3 + ["s2"] * 3 + ["s1"] * 2 + ["s2"] * 2
    assert table["group"].tolist() == ["B", "CD4", "CD8"] * 2 + ["CD4", "CD8"] * 2
    assert table["parent"].tolist() == [""] * 6 + ["T cells"] * 4
    assert table["cells"].tolist() == [6, 2, 0, 0, 0, 0, 2, 0, 0, 0]
    assert table["total"].tolist() == [8, 8, 8, 0, 0, 0, 2, 2, 0, 0]
    np.testing.assert_array_equal(
        table["share"], [0.75, 0.25, 0, np.nan, np.nan, np.nan, 1, 0, np.nan, np.nan]
    )
    middle = np.log([6.5, 2.5, 0.5]).mean()
    assert table["clr"][2] == pytest.approx(np.log(0.5) - middle)
    # Wilson, 0 of 8 and 2 of 8: 1.96² / (8 + 1.96²) and the roots of its equation.
    assert table["share_high"][2] == pytest.approx(3.8414588 / 11.8414588)
    assert table["share_low"][2] == 0
    for end in (table["share_low"][1], table["share_high"][1]):
        assert (end - 0.25) ** 2 == pytest.approx(3.8414588 * end * (1 - end) / 8)
    assert table.dtypes.astype(str).tolist() == [
        *["category"] * 3,
        *["int32"] * 2,
        *["float64"] * 4,
    ]
