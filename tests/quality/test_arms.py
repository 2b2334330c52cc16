"""What goes with a condition is named with samples as replicates, and what does not is not."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.quality import judge_arms

ARMS = ["treated"] * 4 + ["control"] * 4


def judged(arms=ARMS, **options) -> list[str]:
    given = {
        "depths": np.array([3000, 3500, 2800, 3300, 3100, 2900, 3400, 3050])[: len(arms)],
        "platforms": ["molecules"] * len(arms),
        "gates": [""] * len(arms),
    }
    return [each.word for each in judge_arms("arm", arms, **(given | options))]


def test_alike_arms_have_no_remark():
    assert judged() == []


def test_depth_that_goes_with_the_condition():
    depths = np.array([6000, 7000, 5600, 6600, 3100, 2900, 3400, 3050])
    (remark,) = judge_arms("arm", ARMS, depths=depths, platforms=["molecules"] * 8, gates=[""] * 8)
    assert remark.word == "depth goes with condition"
    assert remark.against("differences between these conditions")
    assert remark.reason == (
        "arm: 6,277 molecules a cell in 4 samples of treated, 3,107 in 4 of control (2.0-fold)"
    )


@pytest.mark.parametrize(
    "depths",
    [
        [3900, 4100, 4000, 4050, 3100, 2900, 3000, 3050],  # clear, but 1.3-fold
        [9000, 1500, 2500, 6000, 3100, 900, 3400, 2000],  # samples vary as much
        [np.nan, np.nan, np.nan, 9000, 3100, 2900, 3000, 3050],  # one sample tells no spread
    ],
)
def test_depth_that_does_not(depths):
    assert judged(depths=np.array(depths)) == []


def test_samples_without_spread_can_differ():
    assert judged(depths=np.repeat([4000.0, 2000.0], 4)) == ["depth goes with condition"]
    assert judged(depths=np.full(8, 2000.0)) == []


def test_the_worst_of_several_conditions_is_named():
    arms = ["a"] * 3 + ["b"] * 3 + ["c"] * 3
    depths = np.array([1000, 1050, 950, 2000, 2100, 1900, 9000, 9500, 8800])
    (remark,) = judge_arms("x", arms, depths=depths, platforms=["molecules"] * 9, gates=[""] * 9)
    assert "of c, " in remark.reason
    assert "of a (9.1-fold)" in remark.reason


def test_depth_of_one_group_that_goes_with_the_condition():
    rng = np.random.default_rng(0)
    of_groups = {name: 3000 * rng.lognormal(0, 0.05, 8) for name in ("T cells", "Malignant")}
    assert judged(group_depths=of_groups) == []
    halved = of_groups | {"T cells": of_groups["T cells"] * np.repeat([0.5, 1], 4)}
    (remark,) = judge_arms(
        "arm",
        ARMS,
        depths=np.full(8, 3000.0),
        platforms=["molecules"] * 8,
        gates=[""] * 8,
        group_depths=halved,
    )
    assert remark.word == "depth goes with condition"
    assert "molecules a cell of T cells in 4 samples of control" in remark.reason


def test_platforms_and_gates_that_go_with_the_condition():
    assert judged(platforms=["reads"] * 4 + ["molecules"] * 4) == ["platform goes with condition"]
    assert judged(platforms=["reads", *["molecules"] * 7]) == []
    assert judged(platforms=[""] * 4 + ["molecules"] * 4) == []  # what is not known is no platform
    assert judged(platforms=["", "", "reads", "reads", *["molecules"] * 4]) != []
    assert judged(gates=["T cells only"] * 4 + [""] * 4) == ["sorting goes with condition"]
    assert judged(gates=["T cells only"] * 8) == []  # sorted in both arms alike
    assert judged(gates=["T cells only", "", "", "", "", "", "", ""]) == []


def test_many_samples_show_what_is_mostly_apart():
    arms = ["treated"] * 10 + ["control"] * 10
    gates = ["T cells only"] * 9 + [""] * 11
    (remark,) = judge_arms(
        "arm", arms, depths=np.full(20, np.nan), platforms=["molecules"] * 20, gates=gates
    )
    assert remark.reason == (
        "arm: 9 T cells only, 1 not sorted among samples of treated, 10 not sorted of control"
    )


def test_samples_without_a_condition_and_lone_ones_say_nothing():
    arms = ["", "", "", "treated", "control"]
    assert judged(arms, platforms=["reads"] * 4 + ["molecules"], depths=np.arange(5) + 1.0) == []


def test_more_cells_of_a_deep_lineage_are_no_difference_in_depth():
    noise = np.random.default_rng(0).lognormal(0, 0.05, (2, 8))
    of_groups = {"T cells": 1500 * noise[0], "Malignant": 6000 * noise[1]}
    inflamed = np.repeat([0.8, 0.2], 4)  # the share of T cells
    depths = inflamed * of_groups["T cells"] + (1 - inflamed) * of_groups["Malignant"]
    assert judged(depths=depths) == ["depth goes with condition"]  # without groups nobody knows
    assert judged(depths=depths, group_depths=of_groups) == []
    lost = np.repeat([0.5, 1.0], 4)
    halved = {group: values * lost for group, values in of_groups.items()}
    assert judged(depths=depths * lost, group_depths=halved) == ["depth goes with condition"]
    # Groups that a sample lacks say nothing of it.
    few = {group: np.where(np.arange(8) < 3, np.nan, values) for group, values in halved.items()}
    assert judged(depths=depths * lost, group_depths=few) == ["depth goes with condition"]
