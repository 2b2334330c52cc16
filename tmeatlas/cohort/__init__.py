"""Samples and patients between conditions: designs, tests, and what was tested. No AnnData."""

from tmeatlas.cohort._compare import Compared, compare
from tmeatlas.cohort._design import Design, read_design
from tmeatlas.cohort._levels import log_levels
from tmeatlas.cohort._replicates import Replicates, average
from tmeatlas.cohort._routes import changed_rows
from tmeatlas.cohort._table import LeftOut, SampleTable, centred_log_ratios, joined

__all__ = [
    "Compared",
    "Design",
    "LeftOut",
    "Replicates",
    "SampleTable",
    "average",
    "centred_log_ratios",
    "changed_rows",
    "compare",
    "joined",
    "log_levels",
    "read_design",
]
