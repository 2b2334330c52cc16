"""What a scoring method is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing
from tmeatlas._values import MatrixKind
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._runner import score_rows

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix
    from tmeatlas.sig import MatchedSignature

BlockScorer: TypeAlias = Callable[[SparseRows], NDArray[np.floating]]
"""Scores of a block of rows: rows × signatures."""


@runtime_checkable
class ScoreMethod(Protocol):
    """A scoring method: a frozen dataclass of its options, and one function.

    The score of a cell rests on that cell and on statistics of the data set
    that the method names; never on which other signatures are scored.
    """

    @property
    def name(self) -> str:
        """The short name, as in ``tme.tl.score(adata, method="ucell")``."""

    @property
    def accepts(self) -> frozenset[MatrixKind]:
        """The kinds of values that the method is defined for."""

    def score(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> NDArray[np.float32]:
        """Scores, cells × signatures.

        Each side (up, down) that a signature has must have a gene in the matrix.
        """


class RowMethod(ABC):
    """A method that, once prepared, scores a row from that row alone."""

    scores_one_by_one: ClassVar[bool] = True
    """Whether the score of a signature is the same without the others."""

    @abstractmethod
    def prepare(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> BlockScorer:
        """Everything that can be done before the rows are read for scoring."""

    def score(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> NDArray[np.float32]:
        """Score every cell; cells × signatures."""
        scores = score_rows(matrix, self.prepare(matrix, signatures), len(signatures))
        return self.finish(scores)

    def finish(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The scores in their final units; the same change for all."""
        return scores


def check_weights(signatures: Sequence[MatchedSignature]) -> None:
    """Refuse weights that cannot be averaged with: not finite, or all 0 on one side."""
    bad = [
        signature.id
        for signature in signatures
        for weights in (signature.up_weights, signature.down_weights)
        if len(weights) and not (np.isfinite(weights).all() and (weights != 0).any())
    ]
    if bad:
        raise InputError(
            f"Weights must be finite and not all 0; look at {listing(list(dict.fromkeys(bad)))}."
        )
