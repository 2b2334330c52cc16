"""Shares, means and specificity of drug targets in groups, against numbers by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tmeatlas.targets import read_expression

# Six cells of group a (samples 0 and 1), two of b; linear values of one gene.
LINEAR = np.array([[3.0], [1.0], [0.0], [0.0], [8.0], [8.0], [1.0], [0.0], [5.0]])
CODES = np.array([0, 0, 0, 0, 0, 0, 1, 1, -1], dtype=np.int32)
SAMPLES = np.array([0, 0, 0, 0, 1, 1, 0, 1, 0], dtype=np.int32)


def expression(*, min_cells: int = 2, genes=("G",), linear=LINEAR):
    values = sp.csc_matrix(np.log1p(linear))
    return read_expression(values, genes, CODES, ("a", "b"), SAMPLES, min_cells=min_cells)


def test_shares_are_of_the_cells_of_a_group():
    found = expression()
    np.testing.assert_allclose(found.share, [[4 / 6, 1 / 2]])
    assert found.cells.tolist() == [6, 2]
    assert found.low[0, 0] < 4 / 6 < found.high[0, 0]
    share, low, high = found.at("G", "b")
    assert (share, low < share < high) == (0.5, True)
    assert np.isnan(found.at("OTHER", "a")).all()
    assert np.isnan(found.at("G", "other")).all()


def test_each_sample_weighs_alike_in_the_mean():
    # a: sample 0 has a mean of 1, sample 1 one of 8; b has two cells in no sample: all are one.
    np.testing.assert_allclose(expression().mean, [[4.5, 0.5]])
    # With 3 cells asked of a sample, only sample 0 counts for a.
    np.testing.assert_allclose(expression(min_cells=3).mean, [[1.0, 0.5]])


def test_specificity_is_tau_over_the_groups():
    # (1 - 4.5 / 4.5) + (1 - 0.5 / 4.5), divided by 2 - 1.
    assert expression().specificity[0] == pytest.approx(1 - 0.5 / 4.5)
    nothing = expression(linear=np.zeros_like(LINEAR))
    assert np.isnan(nothing.specificity[0])
    assert nothing.highest("G") == ""


def test_groups_of_normal_cells_that_also_have_it():
    found = expression()
    assert found.highest("G") == "a"
    assert found.also_in("G", [False, True]) == ["b (50%)"]
    assert found.also_in("G", [True, True]) == ["a (67%)", "b (50%)"]
    assert found.also_in("OTHER", [True, True]) == []
    rare = LINEAR.copy()
    rare[:7] = 0
    assert expression(linear=rare).also_in("G", [True, True]) == []
    # A group in which it is specific has it, however few cells show it.
    assert expression(linear=rare).also_in("G", [True, True], "a") == ["a (0%)"]
