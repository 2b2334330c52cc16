"""The comparisons between conditions at the end of the whole way."""

from __future__ import annotations

import warnings

from tmeatlas._analyse_left_out import left_out
from tmeatlas._analyse_steps import Way
from tmeatlas._errors import TMEWarning


def compare(way: Way, what: str) -> None:
    """One of the results before between conditions; a design that cannot tell is left out."""
    from tmeatlas import tl

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", TMEWarning)
        with left_out():
            way.take(
                tl.compare,
                what,
                condition_key=str(way.condition_key),
                sample_key=way.samples,
                reference=way.reference,
                groupby=way.groupby if what == "consensus" and way.samples else None,
                patient_key=way.patient_key,
                paired_by=way.paired_by,
                min_cells=way.min_cells,
            )
    for warning in caught:
        text = str(warning.message)
        if text not in way.warned:  # what limits the design is the same in all of them
            warnings.warn(text, warning.category, stacklevel=2)
        way.warned.add(text)
