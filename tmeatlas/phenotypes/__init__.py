"""What kind of tumour a sample shows: measures with intervals, then a call. No AnnData."""

from tmeatlas.phenotypes._calls import (
    IN_ORDER,
    NO_CALL,
    UNCLEAR,
    Call,
    Thresholds,
    call_cells,
    call_profile,
    leaning,
    ratio_text,
    read_thresholds,
)
from tmeatlas.phenotypes._cells import PhenotypeCells, incomplete, measure_cells
from tmeatlas.phenotypes._intervals import Values, chance_to_show
from tmeatlas.phenotypes._measures import (
    Measure,
    measures_of_cells,
    measures_of_profiles,
    reference_lists,
)
from tmeatlas.phenotypes._profiles import (
    LEAST_REFERENCE,
    LEAST_SHOWN,
    Profiles,
    measure_profiles,
    too_shallow,
)

__all__ = [
    "IN_ORDER",
    "LEAST_REFERENCE",
    "LEAST_SHOWN",
    "NO_CALL",
    "UNCLEAR",
    "Call",
    "Measure",
    "PhenotypeCells",
    "Profiles",
    "Thresholds",
    "Values",
    "call_cells",
    "call_profile",
    "chance_to_show",
    "incomplete",
    "leaning",
    "measure_cells",
    "measure_profiles",
    "measures_of_cells",
    "measures_of_profiles",
    "ratio_text",
    "read_thresholds",
    "reference_lists",
    "too_shallow",
]
