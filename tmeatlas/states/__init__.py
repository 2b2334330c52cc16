"""States of cells within their lineage: which there are, and how they are read. No AnnData."""

from tmeatlas.states._known import Continuum, LineageStates, State, load_states
from tmeatlas.states._lists import joined_lists, without_shared
from tmeatlas.states._reading import Reading, balance, best_state, read_list
from tmeatlas.states._scores import Scored, Wanted, sample_cells, score_lists

__all__ = [
    "Continuum",
    "LineageStates",
    "Reading",
    "Scored",
    "State",
    "Wanted",
    "balance",
    "best_state",
    "joined_lists",
    "load_states",
    "read_list",
    "sample_cells",
    "score_lists",
    "without_shared",
]
