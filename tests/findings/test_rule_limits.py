"""What could not be seen: how many cells it would take, of each group once."""

from __future__ import annotations

import numpy as np

from tmeatlas.findings import _rule_limits as limits


def row(**change):
    """A route from a group to itself, one side seen less often than the other."""
    return {
        **{"top_interaction": "CD86^CTLA4", "source": "Stroma", "target": "Stroma"},
        **{"ligand_cells": 2, "receptor_cells": 3, "source_cells": 70, "target_cells": 70},
        **{"source_cells_needed": 2221.0, "target_cells_needed": 397.0},
        **change,
    }


def test_a_group_that_lacks_cells_on_both_sides_is_told_once():
    assert limits._too_few(row(), "cells") == (
        "CD86 in 2 of 70 Stroma and CTLA4 in 3 of 70 Stroma: neither shown nor ruled out; "
        "about 2,220 Stroma cells would do."
    )
    both = limits._too_few(row(target="Tumor", source_cells_needed=np.nan), "cells")
    assert both.endswith("; about 397 Tumor cells would do.")
    never = row(source_cells_needed=np.inf, target_cells_needed=np.nan)
    assert limits._too_few(never, "cells").endswith("neither shown nor ruled out.")
    half = row(target="Tumor", source_cells_needed=np.inf)
    assert limits._too_few(half, "cells").endswith("ruled out."), "Tumor cells alone would not do"
