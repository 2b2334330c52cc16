"""Samples and patients between conditions: designs, tests, and what was tested. No AnnData."""

from tmeatlas.cohort._compare import Compared, compare
from tmeatlas.cohort._composition import (
    PSEUDOCOUNT,
    Part,
    centred_log_ratios,
    composition_table,
    count_cells,
)
from tmeatlas.cohort._design import Design, read_design
from tmeatlas.cohort._phenotype import PhenotypeCells, incomplete, measure_cells
from tmeatlas.cohort._phenotype_calls import (
    NO_CALL,
    UNCLEAR,
    Call,
    Thresholds,
    call_cells,
    call_profile,
    read_thresholds,
)
from tmeatlas.cohort._phenotype_intervals import Values, chance_to_show
from tmeatlas.cohort._phenotype_measures import (
    Measure,
    measures_of_cells,
    measures_of_profiles,
    reference_lists,
)
from tmeatlas.cohort._phenotype_profiles import (
    LEAST_REFERENCE,
    LEAST_SHOWN,
    Profiles,
    measure_profiles,
    too_shallow,
)
from tmeatlas.cohort._replicates import Replicates, average
from tmeatlas.cohort._table import LeftOut, SampleTable, joined

__all__ = [
    "LEAST_REFERENCE",
    "LEAST_SHOWN",
    "NO_CALL",
    "PSEUDOCOUNT",
    "UNCLEAR",
    "Call",
    "Compared",
    "Design",
    "LeftOut",
    "Measure",
    "Part",
    "PhenotypeCells",
    "Profiles",
    "Replicates",
    "SampleTable",
    "Thresholds",
    "Values",
    "average",
    "call_cells",
    "call_profile",
    "centred_log_ratios",
    "chance_to_show",
    "compare",
    "composition_table",
    "count_cells",
    "incomplete",
    "joined",
    "measure_cells",
    "measure_profiles",
    "measures_of_cells",
    "measures_of_profiles",
    "read_design",
    "read_thresholds",
    "reference_lists",
    "too_shallow",
]
