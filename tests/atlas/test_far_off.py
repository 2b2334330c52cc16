"""What a map shows at first where a few cells lie far off."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.atlas.far_off import MOST_FAR_OFF, find_core


def cells(far, n=1000, at=(0, 30000)):
    """Cells over the right part of a map, and `far` of them around a place."""
    generator = np.random.default_rng(3)
    x = generator.integers(30000, 65536, n)
    y = generator.integers(0, 65536, n)
    x[:far], y[:far] = at[0] + generator.integers(0, 300, far), at[1]
    x[-2:], y[-2:] = (30000, 65535), (0, 65535)
    return x.astype(np.uint16), y.astype(np.uint16)


def test_a_few_far_cells_lie_beyond_the_edge():
    x, y = cells(20)
    groups = np.zeros(1000, dtype=np.uint8)
    groups[:20] = 4
    box, (far,) = find_core(x, y, groups)
    assert box == (30000, 0, 65535, 65535)
    assert (far.side, far.n, far.at, far.group) == ("left", 20, 30000, 4)
    groups[0] = 1
    assert find_core(x, y, groups).far_off[0].group is None


@pytest.mark.parametrize(
    ("far", "at"),
    [(31, (0, 30000)), (20, (28000, 30000)), (0, (0, 0))],
    ids=["too many", "not far", "none"],
)
def test_all_is_shown_unless_few_cells_take_much_room(far, at):
    x, y = cells(far, at=at)
    assert find_core(x, y, np.zeros(len(x), dtype=np.uint8)) == (None, [])


def test_several_sides_are_cut_and_no_more_cells_than_may_be():
    x, y = cells(0)
    x = (x.astype(int) // 2 + 16000).astype(np.uint16)
    y = (y.astype(int) // 2 + 16000).astype(np.uint16)
    x[:10], y[:10] = 0, 40000
    x[10:16], y[10:16] = 65535, 20000
    x[16:20], y[16:20] = 40000, 65535
    core = find_core(x, y, np.arange(1000).astype(np.uint8))
    assert {(far.side, far.n) for far in core.far_off} == {("left", 10), ("right", 6), ("top", 4)}
    beyond = (x < core.box[0]) | (x > core.box[2]) | (y < core.box[1]) | (y > core.box[3])
    assert beyond.sum() == 20 <= MOST_FAR_OFF * len(x)


def test_cells_at_one_place_or_on_a_line_are_all_shown():
    one = np.full(50, 7, dtype=np.uint16)
    line = np.arange(50, dtype=np.uint16) * 1000
    groups = np.zeros(50, dtype=np.uint8)
    assert find_core(one, one, groups).box is None
    assert find_core(line, one, groups).box is None
