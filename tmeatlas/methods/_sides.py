"""Signatures as lists of genes with positive weights, each with a signed share in the score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tmeatlas.sig import MatchedSignature


class Side(NamedTuple):
    """Genes that count in one direction."""

    share: float
    """1 for up genes, -1 for down genes, less where a list has weights of both signs."""
    genes: NDArray[np.int32]
    weights: NDArray[np.float64]
    """All positive."""

    @property
    def mean_weights(self) -> NDArray[np.float64]:
        """Weights that sum to 1."""
        return self.weights / self.weights.sum()


def sides(signature: MatchedSignature) -> Iterator[Side]:
    """Up and down genes apart; genes with a negative weight count in the other direction.

    A list that mixes signs is split in proportion to the absolute weights, so
    that its sides add up to a share of 1.
    """
    for sign, genes, weights in (
        (1.0, signature.up, signature.up_weights),
        (-1.0, signature.down, signature.down_weights),
    ):
        for way in (1.0, -1.0):
            chosen = way * weights > 0
            if chosen.any():
                share = np.abs(weights[chosen]).sum() / np.abs(weights).sum()
                yield Side(sign * way * share, genes[chosen], np.abs(weights[chosen]))
