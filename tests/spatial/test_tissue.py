"""What is known of where cells and spots lie."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.spatial import Tissue, are_spots


@pytest.mark.parametrize(
    ("columns", "labels", "spatial", "expected"),
    [
        (["array_row", "array_col"], ["a"], None, True),
        (["array_x", "array_y"], [], None, True),
        (["array_row"], ["T cell", "spot"], None, False),
        ([], ["spot"], None, True),
        ([], ["T cell"], {"A1": {"scalefactors": {"spot_diameter_fullres": 89.4}}}, True),
        ([], ["T cell"], {"A1": {"scalefactors": {"tissue_hires_scalef": 1.0}}}, False),
        # What squidpy puts there for single cells.
        ([], ["T cell"], {"1": {"scalefactors": {"spot_diameter_fullres": 1}}}, False),
        ([], ["T cell"], {"A1": None, "is_single": True}, False),
        ([], [], np.zeros((4, 2)), False),
    ],
)
def test_marks_of_spots(columns, labels, spatial, expected):
    assert are_spots(columns, labels, spatial) is expected


def test_members_of_sections_that_are_mixed_up():
    tissue = Tissue(np.zeros((5, 2)), np.array([1, 0, 1, 3, 0]), ("a", "b", "c", "d"), spots=False)
    assert [rows.tolist() for rows in tissue.members()] == [[1, 4], [0, 2], [], [3]]
    assert (tissue.rows, tissue.unit) == ("cell", "units of the coordinates")
