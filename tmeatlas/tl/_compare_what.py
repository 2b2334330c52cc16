"""Everything that `tl.compare` compares, by name: a reader of values of samples for each."""

from __future__ import annotations

from collections.abc import Mapping

from tmeatlas.results import Axes, Composition, Crosstalk, Niches, Phenotype, States
from tmeatlas.tl._compare_crosstalk import (
    axes_rows,
    crosstalk_rows,
    read_axes,
    read_crosstalk,
)
from tmeatlas.tl._compare_genes import read_genes
from tmeatlas.tl._compare_inputs import What
from tmeatlas.tl._compare_niches import read_colocalisation, read_niches
from tmeatlas.tl._compare_readers import (
    read_composition,
    read_consensus,
    read_phenotype,
    read_scores,
    read_states,
)

OF_EXPRESSION = ("groupby", "key", "layer", "use_raw")

WHAT: Mapping[str, What] = {
    "scores": What(read_scores),
    "consensus": What(read_consensus),
    "states": What(read_states, of=States),
    "composition": What(read_composition, of=Composition),
    "phenotype": What(read_phenotype, takes=("key",), of=Phenotype),
    "niches": What(read_niches, takes=("key",), of=Niches),
    "colocalisation": What(read_colocalisation, takes=("key",), of=Niches),
    "crosstalk": What(read_crosstalk, crosstalk_rows, OF_EXPRESSION, Crosstalk),
    "axes": What(read_axes, axes_rows, OF_EXPRESSION, Axes),
    "genes": What(read_genes, takes=("groupby", "layer", "use_raw")),
}
