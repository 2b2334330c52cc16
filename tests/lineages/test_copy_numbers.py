"""Copy-number signals and thresholds on arrays."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.lineages import agreed_signal, may_be_malignant, threshold_of

CELLS, WINDOWS = 60, 200


def halves(*, region=0.0, bias=0.0, seed=0):
    """Two noisy profiles of each cell: a region in both, a bias of the lineage in one of them."""
    rng = np.random.default_rng(seed)
    both = [rng.normal(0, 0.05, (CELLS, WINDOWS)) for _ in range(2)]
    for half in both:
        half[:, 40:80] += region
        half += rng.normal(0, bias, WINDOWS)
    return both


def test_a_region_in_both_halves_is_seen_at_its_size():
    signal = agreed_signal(*halves(region=0.1))
    # A fifth of the windows are 0.1 higher: the root of 0.2 × 0.1².
    np.testing.assert_allclose(signal, np.sqrt(0.2 * 0.1**2), rtol=0.15)


def test_what_is_in_one_half_only_cancels_out():
    biased = agreed_signal(*halves(bias=0.1))
    assert np.abs(biased).max() < 0.6 * 0.1
    assert np.median(np.abs(biased)) < np.median(agreed_signal(*halves(region=0.1)))


def test_few_cells():
    signal = agreed_signal(np.ones((1, 30)), np.ones((1, 30)))
    np.testing.assert_allclose(signal, [1])
    assert agreed_signal(np.ones((3, 30)), -np.ones((3, 30))).tolist() == [-1, -1, -1]


GLIA = np.full(60, "glia", dtype=object)


def test_threshold_is_above_the_highest_reference():
    reference = {"t_cell": np.full(20, 0.02), "fibroblast": np.full(20, 0.01)}
    found = threshold_of(reference, np.full(60, 0.5), GLIA)
    assert found.value == pytest.approx(0.02 * np.sqrt(1.5))
    assert found.note == ""


def test_reference_without_any_signal():
    reference = {"t_cell": np.full(20, -0.02), "fibroblast": np.full(20, -0.01)}
    assert threshold_of(reference, np.full(60, 0.5), GLIA).value == 0


def two_groups(low, high, spread, seed=0):
    rng = np.random.default_rng(seed)
    return np.exp(np.repeat(np.log([low, high]), 30) + rng.normal(0, spread, 60))


@pytest.mark.parametrize("reference", [["t_cell"], ["t_cell", "b_lineage", "nk"]])
def test_one_branch_needs_two_groups_well_apart(reference):
    known = {name: np.full(20, 0.001) for name in reference}
    found = threshold_of(known, two_groups(0.03, 0.09, 0.1), GLIA)
    assert 0.04 < found.value < 0.07
    assert "one kind of normal cells only" in found.note
    for candidates in (two_groups(0.03, 0.05, 0.15), two_groups(0.09, 0.09, 0.2), -np.ones(60)):
        nothing = threshold_of(known, candidates, GLIA)
        assert np.isinf(nothing.value)
        assert "no lineage has two groups" in nothing.note


def test_two_lineages_apart_are_no_two_groups_of_one():
    lineages = np.repeat(np.array(["glia", "epithelial"], dtype=object), 30)
    found = threshold_of({"t_cell": np.zeros(9)}, two_groups(0.03, 0.09, 0.1), lineages)
    assert np.isinf(found.value)


def test_the_largest_lineage_with_two_groups_counts():
    """Cells of no known lineage are no group, however far apart they are."""
    few = two_groups(0.1, 0.4, 0.01)
    candidates = np.concatenate([two_groups(0.03, 0.09, 0.1), few[10:50], few])
    lineages = np.repeat(np.array(["glia", "neuron", ""], dtype=object), [60, 40, 60])
    found = threshold_of({"t_cell": np.zeros(9)}, candidates, lineages)
    assert 0.04 < found.value < 0.07
    alone = threshold_of({"t_cell": np.zeros(9)}, few, lineages[100:])
    assert np.isinf(alone.value)


@pytest.mark.parametrize(
    ("lineage", "candidate"),
    [
        ("", True),
        ("unassigned", True),
        ("epithelial", True),
        ("hepatocyte", True),
        ("opc", True),
        ("melanocyte", True),
        ("malignant", True),
        ("microglia", False),
        ("t_cd8", False),
        ("stromal", False),
        ("immune", False),
    ],
)
def test_lineages_from_which_tumours_arise(lineage, candidate):
    assert may_be_malignant(lineage) is candidate
