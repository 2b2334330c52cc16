"""Samples and patients between conditions: designs, tests, and what was tested. No AnnData."""

from tmeatlas.cohort._compare import Compared, compare
from tmeatlas.cohort._composition import (
    PSEUDOCOUNT,
    Part,
    centred_log_ratios,
    composition_table,
    count_cells,
)
from tmeatlas.cohort._design import Design
from tmeatlas.cohort._levels import log_levels
from tmeatlas.cohort._read_design import read_design
from tmeatlas.cohort._replicates import Replicates, average
from tmeatlas.cohort._routes import changed_rows
from tmeatlas.cohort._states import Reading, balance, best_state, read_list
from tmeatlas.cohort._states_known import Continuum, LineageStates, State, load_states
from tmeatlas.cohort._states_lists import joined_lists, without_shared
from tmeatlas.cohort._states_scores import Scored, Wanted, sample_cells, score_lists
from tmeatlas.cohort._table import LeftOut, SampleTable, joined

__all__ = [
    "PSEUDOCOUNT",
    "Compared",
    "Continuum",
    "Design",
    "LeftOut",
    "LineageStates",
    "Part",
    "Reading",
    "Replicates",
    "SampleTable",
    "Scored",
    "State",
    "Wanted",
    "average",
    "balance",
    "best_state",
    "centred_log_ratios",
    "changed_rows",
    "compare",
    "composition_table",
    "count_cells",
    "joined",
    "joined_lists",
    "load_states",
    "log_levels",
    "read_design",
    "read_list",
    "sample_cells",
    "score_lists",
    "without_shared",
]
