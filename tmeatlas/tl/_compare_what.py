"""Everything that `tl.compare` compares, by name: a reader of values of samples for each."""

from __future__ import annotations

from collections.abc import Mapping

from tmeatlas.tl._compare_genes import read_genes
from tmeatlas.tl._compare_inputs import What
from tmeatlas.tl._compare_readers import (
    read_composition,
    read_consensus,
    read_phenotype,
    read_scores,
    read_states,
)

WHAT: Mapping[str, What] = {
    "scores": What(read_scores),
    "consensus": What(read_consensus),
    "states": What(read_states),
    "composition": What(read_composition),
    "phenotype": What(read_phenotype),
    "genes": What(read_genes),
}
