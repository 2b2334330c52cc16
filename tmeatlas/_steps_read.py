"""The steps of the whole way in their order, and what each can look at."""

from __future__ import annotations

from tmeatlas import _keys as keys

MATRICES, GENES, CELLS, REST, LABELS = "matrices", "genes", "cells", "rest", "labels"
DATA = (MATRICES, GENES, CELLS, REST)
NAMES = {
    MATRICES: "values",
    GENES: "genes",
    CELLS: "cells or columns of obs",
    REST: "what else is there of the cells",
    LABELS: "labels",
}
"""Parts of the data that steps read, and what they are called."""
WAY = (
    *(keys.LINEAGE, keys.QUALITY, keys.SCORES, keys.CONSENSUS, keys.STATE, keys.NICHES),
    *(keys.CROSSTALK, keys.AXES, keys.DRIVERS, keys.DRUG_TARGETS, keys.COMPOSITION),
    keys.PHENOTYPE,
)
"""The results of the steps, in the order in which they are made; after them, comparisons."""
ABOUT_CELLS = (*DATA, keys.LINEAGE, keys.QUALITY)
READS = {
    keys.PREPARE: DATA,
    keys.LINEAGE: DATA,
    keys.QUALITY: (*DATA, keys.LINEAGE),
    keys.SCORES: (MATRICES, GENES, CELLS),
    keys.CONSENSUS: (CELLS, keys.SCORES),
    keys.STATE: ABOUT_CELLS,
    keys.CROSSTALK: ABOUT_CELLS,
    keys.COMPOSITION: ABOUT_CELLS,
}
"""What a step can look at; any other at all that is made before it."""
