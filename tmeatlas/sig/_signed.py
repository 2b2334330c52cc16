"""Signatures from genes and signed weights: what the sign means, and what the size."""

from __future__ import annotations

from collections.abc import Mapping

from tmeatlas.sig._signature import Signature


def from_weights(name: str, weights: Mapping[str, float]) -> Signature:
    """One signature from genes and their weights.

    Weights that differ in sign alone tell genes that are up from genes that are
    down: two lists, of which each counts as a whole. Weights of both signs that
    differ in size as well are one list, in which each gene counts by its weight:
    split in two, the only gene of a side would count as much as all of the other.
    """
    is_one_list = len({abs(weight) for weight in weights.values()}) > 1 and (
        min(weights.values()) < 0 < max(weights.values())
    )
    if is_one_list:
        return Signature(id=name, genes=tuple(weights), weights=dict(weights))
    return Signature(
        id=name,
        genes=tuple(gene for gene, weight in weights.items() if weight >= 0),
        down=tuple(gene for gene, weight in weights.items() if weight < 0),
        weights={gene: abs(weight) for gene, weight in weights.items() if abs(weight) != 1},
    )
