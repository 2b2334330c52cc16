"""What a scoring method is, and what it says of itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing
from tmeatlas._values import MatrixKind
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._runner import score_rows

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix
    from tmeatlas.sig import MatchedSignature

LOG_VALUES = frozenset({MatrixKind.LOGNORM})
UNSCALED_VALUES = LOG_VALUES | {
    *(MatrixKind.COUNTS, MatrixKind.FRACTIONAL),
    *(MatrixKind.LINEAR, MatrixKind.ROOTED),
}
OTHER_CELLS = "other cells"
OTHER_SIGNATURES = "other signatures"
ORDER_OF_GENES = "order of genes"
ALL_OTHER = (OTHER_CELLS, OTHER_SIGNATURES, ORDER_OF_GENES)
"""What a score can depend on besides the values of its cell."""

BlockScorer: TypeAlias = Callable[[SparseRows], NDArray[np.floating]]
"""Scores of a block of rows: rows × signatures."""


class ScoreMethod(ABC):
    """A scoring method: what it says of itself, and one function.

    A method of your own derives from this class, or from :class:`RowMethod`,
    which needs less. It must have a `name` and a function `score`; all else
    that results, page and messages tell of a method has a default. Each is a
    plain attribute of the class (``unit = "score; 0 = chance"``), or a property
    where it depends on options. With options, make the class a frozen
    dataclass.
    """

    @property
    @abstractmethod
    def name(self) -> str:
        """The short name that is kept with the scores."""

    @property
    def unit(self) -> str:
        """What the values are, then, after a semicolon, what they mean: ``score; 0 = chance``."""
        return ""

    @property
    def citation(self) -> str:
        """What to cite for it."""
        return ""

    @property
    def formula(self) -> str:
        """The score in a line or two, as plain text."""
        return ""

    @property
    def accepts(self) -> frozenset[MatrixKind]:
        """The kinds of values that it is defined for; :func:`tmeatlas.tl.score` refuses others."""
        return LOG_VALUES

    @property
    def signed(self) -> bool:
        """Whether it knows down genes; without, signatures that have any are refused."""
        return False

    @property
    def weighted(self) -> bool:
        """Whether genes count by their weight; without, signatures that have any are refused."""
        return False

    @property
    def depends_on(self) -> frozenset[str]:
        """Which of `other cells`, `other signatures` and `order of genes` can change a score.

        A method that does not say may depend on all of them.
        """
        return frozenset(ALL_OTHER)

    @abstractmethod
    def score(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> NDArray[np.floating]:
        """Scores, cells × signatures.

        `matrix` is read in blocks of rows (``matrix.blocks()``; ``block.matrix``
        is sparse). A signature has the columns of its genes, ``up`` and
        ``down``, and their weights, ``up_weights`` and ``down_weights``; each
        side that it has has a gene in the matrix.
        """

    def __repr__(self) -> str:
        """The call that makes it, as it is kept with the scores."""
        options = ", ".join(f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({options})"


class RowMethod(ScoreMethod):
    """A method that, once prepared, scores a row from that row alone.

    One of your own has a `name` and a function `prepare`, which is given
    matrix and signatures as :meth:`ScoreMethod.score` is, and returns the
    function that scores a block of rows: ``rows.values``, ``rows.indices`` and
    ``rows.indptr`` are their stored values as in a CSR matrix, and it gives
    rows × signatures. Blocks are scored by several threads at once.

    Such a method can be compared with random signatures (`n_null`). What
    `prepare` takes from the whole data, it names in `depends_on`.

    Examples
    --------
    >>> import numpy as np, scipy.sparse as sp
    >>> import tmeatlas as tme
    >>> class Share(tme.methods.RowMethod):
    ...     name = "share"
    ...     unit = "share; of its genes that the cell shows"
    ...     citation = "Doe et al. (2030)"
    ...
    ...     def prepare(self, matrix, signatures):
    ...         share = np.zeros((matrix.n_vars, len(signatures)))
    ...         for k, signature in enumerate(signatures):
    ...             share[signature.up, k] = 1 / len(signature.up)
    ...
    ...         def score_block(rows):
    ...             shown = (rows.values > 0, rows.indices, rows.indptr)
    ...             return sp.csr_matrix(shown, shape=(rows.n_rows, matrix.n_vars)) @ share
    ...
    ...         return score_block
    >>> adata = tme.datasets.simulated(300)
    >>> tme.pp.prepare(adata, embed=False)
    >>> tme.tl.score(adata, "caf_pan", method=Share())
    """

    @property
    def depends_on(self) -> frozenset[str]:
        """Like that of any method; nothing, if it does not say."""
        return frozenset()

    @property
    def scores_one_by_one(self) -> bool:
        """Whether a signature gets the same score without the others, before :meth:`finish`."""
        return OTHER_SIGNATURES not in self.depends_on

    @abstractmethod
    def prepare(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> BlockScorer:
        """Everything that can be done before the rows are read for scoring."""

    def score(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> NDArray[np.float32]:
        """Score every cell; cells × signatures."""
        check_signatures(self, signatures)
        scores = score_rows(matrix, self.prepare(matrix, signatures), len(signatures))
        return self.finish(scores)

    def finish(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """The scores in their final units; the same change for all."""
        return scores


def dependence(method: ScoreMethod) -> str:
    """What a score depends on besides the values of its cell, in words."""
    return ", ".join(other for other in ALL_OTHER if other in method.depends_on) or "nothing"


def check_signatures(method: ScoreMethod, signatures: Sequence[MatchedSignature]) -> None:
    """Refuse what the method is not defined for, and weights that cannot be averaged with."""
    signed = [signature.id for signature in signatures if signature.is_signed]
    if signed and not method.signed:
        raise _lacking(method, "down genes", signed, fact="signed", others="'ucell_detected'")
    weighted = [signature.id for signature in signatures if signature.is_weighted]
    if weighted and not method.weighted:
        raise _lacking(method, "weights", weighted, fact="weighted", others="'aucell' or 'ulm'")
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


def _lacking(
    method: ScoreMethod, what: str, signatures: Sequence[str], *, fact: str, others: str
) -> InputError:
    return InputError(
        f"{method!r} does not know {what}, which {listing(signatures)} have. Leave these out, or "
        f"pass a method that does, such as {others}. A method of your own that does says so: "
        f"{fact} = True."
    )
