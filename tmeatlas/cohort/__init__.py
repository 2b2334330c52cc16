"""Samples and patients between conditions: designs, tests, and what was tested. No AnnData."""

from tmeatlas.cohort._compare import Compared, compare
from tmeatlas.cohort._design import Design, read_design
from tmeatlas.cohort._replicates import Replicates, average
from tmeatlas.cohort._states import Reading, balance, best_state, read_list
from tmeatlas.cohort._states_known import Continuum, LineageStates, State, load_states
from tmeatlas.cohort._states_lists import joined, without_shared
from tmeatlas.cohort._states_scores import Scored, Wanted, sample_cells, score_lists
from tmeatlas.cohort._table import LeftOut, SampleTable

__all__ = [
    "Compared",
    "Continuum",
    "Design",
    "LeftOut",
    "LineageStates",
    "Reading",
    "Replicates",
    "SampleTable",
    "Scored",
    "State",
    "Wanted",
    "average",
    "balance",
    "best_state",
    "compare",
    "joined",
    "load_states",
    "read_design",
    "read_list",
    "sample_cells",
    "score_lists",
    "without_shared",
]
