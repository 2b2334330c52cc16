"""Crosstalk on bare arrays: matching to genes, tests of sides, rows, axes and samples."""

from tmeatlas.lr._axis_pool import MODIFIERS, AxisPool, pool_axes
from tmeatlas.lr._cells import Cells
from tmeatlas.lr._group_statistics import group_statistics
from tmeatlas.lr._kernel_inputs import Labels, as_labels, stored, sum_groups
from tmeatlas.lr._match import MatchedInteractions, match_interactions
from tmeatlas.lr._meeting import Meeting
from tmeatlas.lr._partners import Partners
from tmeatlas.lr._responses import MIN_SHIFT, ResponseScores, assess_responses
from tmeatlas.lr._run_axes import run_axes
from tmeatlas.lr._run_crosstalk import Tested, run_crosstalk
from tmeatlas.lr._sides import MIN_FOLD, SideTest, assess_sides
from tmeatlas.lr._strata import DEPTH_STRATA, Strata, comparable_groups
from tmeatlas.lr._table import ENDS
from tmeatlas.lr._verdict import ALPHA, STANDING, Verdict

__all__ = [
    "ALPHA",
    "DEPTH_STRATA",
    "ENDS",
    "MIN_FOLD",
    "MIN_SHIFT",
    "MODIFIERS",
    "STANDING",
    "AxisPool",
    "Cells",
    "Labels",
    "MatchedInteractions",
    "Meeting",
    "Partners",
    "ResponseScores",
    "SideTest",
    "Strata",
    "Tested",
    "Verdict",
    "as_labels",
    "assess_responses",
    "assess_sides",
    "comparable_groups",
    "group_statistics",
    "match_interactions",
    "pool_axes",
    "run_axes",
    "run_crosstalk",
    "stored",
    "sum_groups",
]
