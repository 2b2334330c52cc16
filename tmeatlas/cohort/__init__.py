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
from tmeatlas.cohort._routes import ALPHA, changed_rows
from tmeatlas.cohort._table import LeftOut, SampleTable, joined

__all__ = [
    "ALPHA",
    "PSEUDOCOUNT",
    "Compared",
    "Design",
    "LeftOut",
    "Part",
    "Replicates",
    "SampleTable",
    "average",
    "centred_log_ratios",
    "changed_rows",
    "compare",
    "composition_table",
    "count_cells",
    "joined",
    "log_levels",
    "read_design",
]
