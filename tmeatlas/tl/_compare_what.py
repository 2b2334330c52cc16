"""Everything that `tl.compare` compares, by name: a reader of values of samples for each."""

from __future__ import annotations

from collections.abc import Mapping

from tmeatlas.tl._compare_inputs import What
from tmeatlas.tl._compare_readers import read_consensus, read_scores

WHAT: Mapping[str, What] = {
    "scores": What(read_scores),
    "consensus": What(read_consensus),
}
