"""UCell: how high the genes of a signature rank within the cell."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, unknown
from tmeatlas._log import note
from tmeatlas._numbers import check_number
from tmeatlas._text import counted
from tmeatlas.methods._protocol import UNSCALED_VALUES, BlockScorer, RowMethod
from tmeatlas.methods._registry import register
from tmeatlas.methods._rows import SparseRows
from tmeatlas.methods._set_index import index_sets
from tmeatlas.methods._ucell_detected import AVERAGE, detected_scorer, ucell_gains

if TYPE_CHECKING:
    from tmeatlas.matrix import ExpressionMatrix
    from tmeatlas.sig import MatchedSignature

PUBLICATION = (
    "UCell, Andreatta and Carmona (2021), Comput Struct Biotechnol J, "
    "doi:10.1016/j.csbj.2021.06.043"
)
FORMULA = "U = 1 - (sum of ranks - n (n + 1) / 2) / (n max_rank - n (n + 1) / 2)"
DETECTED_FORMULA = (
    "(mean g(up) - w_neg mean g(down) - (1 - w_neg) m) / (s sqrt(1 / n_up + w_neg² / n_down))"
)
PUBLISHED_MAX_RANK = 1500
SHARE_OF_TIES = {"min": 0.0, "average": AVERAGE, "max": 1.0}
"""How far into the ranks that equal values share their rank lies."""
MISSING_GENES = ("impute", "skip")
DEFAULTS = ("average", "impute")


@dataclass(frozen=True)
class UCell(RowMethod):
    """UCell scores (Andreatta and Carmona, 2021), equal to pyucell's.

    In each cell, genes are ranked by expression, highest first. Ties get their
    average rank; ranks are capped at `max_rank`, which is also the rank of
    genes that are not detected or, by default, not in the data. With `n` genes,

    ``U = 1 - (sum of ranks - n (n + 1) / 2) / (n max_rank - n (n + 1) / 2)``

    and the score is ``max(0, U(up) - w_neg U(down))``, between 0 and 1. It
    rests on the one cell alone: neither other cells nor other signatures change
    it. Ranks are the same for counts and for log-normalised values.

    With fewer than 1500 genes in the data (a panel), genes that are not
    detected still rank 1500, as in pyucell (the R package takes the number of
    genes): scores stay defined but are not comparable to those of whole
    transcriptomes, which is logged. Any other `max_rank` above the number of
    genes is refused.

    A fixed `max_rank` favours cells with many detected genes: in shallow data
    all detected genes rank far above 1500, and the score counts how many genes
    of the signature were seen. ``max_rank="detected"`` takes the depth of the
    cell into account, and still rests on the one cell alone. With `D` detected
    genes of `N` in the data, a detected gene gains ``g = 1 - rank / D``, any
    other 0. The score is the mean gain of the signature's genes that are in the
    data, less that of a random gene, ``m = (D - 1) / (2 N)``, in standard
    deviations of the mean of as many random genes:

    ``(mean g(up) - w_neg mean g(down) - (1 - w_neg) m) / (s sqrt(1 / n_up + w_neg² / n_down))``

    with ``s² = (D - 1)(2 D - 1) / (6 D N) - m²``; a side without genes drops
    out. 0 is what chance gives, negative scores are below it. Genes of real
    signatures vary together, so the score is no test statistic.

    Weights, which UCell does not define, count each gene's distance to
    `max_rank` by its weight (scaled so that the genes found have a mean
    absolute weight of 1), a negative weight against the signature. Equal
    weights give UCell itself.

    Parameters
    ----------
    max_rank
        Rank at which genes stop to count. A signature may not have more genes.
        ``"detected"`` ranks among the detected genes of each cell.
    w_neg
        Weight of the down genes.
    ties_method
        Rank of equal values: their ``"average"``, or the ``"min"`` or ``"max"``
        of theirs. The others of pyucell depend on the order of the genes, or
        on how many values are equal.
    missing_genes
        ``"impute"`` gives genes that are not in the data the rank `max_rank`;
        ``"skip"`` leaves them out of `n`. With ``max_rank="detected"`` they are
        always left out.

    Raises
    ------
    InputError
        From the constructor: `max_rank` below 2, `w_neg` negative, or an unknown
        `ties_method` or `missing_genes`, which with ``max_rank="detected"`` stay
        at their defaults. From ``score``: a signature with more genes than `max_rank`, or a
        `max_rank`, other than 1500, above the number of genes in the data.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.methods.UCell(max_rank=1000).max_rank
    1000
    """

    max_rank: int | Literal["detected"] = PUBLISHED_MAX_RANK
    w_neg: float = 1.0
    ties_method: Literal["average", "min", "max"] = "average"
    missing_genes: Literal["impute", "skip"] = "impute"

    accepts = UNSCALED_VALUES
    signed = True
    weighted = True

    def __post_init__(self) -> None:
        """Refuse options without a meaning."""
        if not _is_max_rank(self.max_rank):
            raise InputError(
                f"max_rank must be a whole number from 2 up or 'detected', found {self.max_rank!r}."
            )
        check_number("w_neg", self.w_neg, low=0)
        if self.ties_method not in SHARE_OF_TIES:
            raise unknown("ties_method", self.ties_method, SHARE_OF_TIES)
        if self.missing_genes not in MISSING_GENES:
            raise unknown("missing_genes", self.missing_genes, MISSING_GENES)
        if self.max_rank == "detected" and (self.ties_method, self.missing_genes) != DEFAULTS:
            raise InputError(
                "With max_rank='detected', ties get their average rank and missing genes are left "
                "out: leave ties_method and missing_genes at their defaults, or give max_rank as a "
                "number."
            )

    @property
    def name(self) -> str:
        """`ucell`, or `ucell_detected` among the detected genes."""
        return "ucell_detected" if self.max_rank == "detected" else "ucell"

    @property
    def unit(self) -> str:
        """Ranks among the detected genes are compared with chance."""
        if self.max_rank == "detected":
            return "score; 0 = chance, 1 = one standard deviation of chance above it"
        return "UCell score; 0 = its genes are not among the highest, 1 = they are the very highest"

    @property
    def citation(self) -> str:
        """The publication, and how we depart from it."""
        departure = ", with ranks among the genes detected" if self.max_rank == "detected" else ""
        return PUBLICATION + departure

    @property
    def formula(self) -> str:
        """Of a signature without down genes, or for both of its sides."""
        return DETECTED_FORMULA if self.max_rank == "detected" else FORMULA

    def prepare(
        self, matrix: ExpressionMatrix, signatures: Sequence[MatchedSignature]
    ) -> BlockScorer:
        """Check the signatures and index their genes; then score row blocks."""
        if self.max_rank == "detected":
            up = [_scaled(s.up_weights) for s in signatures]
            down = [_scaled(s.down_weights) for s in signatures]
            return detected_scorer(signatures, [*up, *down], matrix.n_vars, w_neg=self.w_neg)
        self._check_sizes(signatures)
        self._check_genes(matrix.n_vars)
        signed = [k for k, signature in enumerate(signatures) if signature.is_signed]
        # The sets of genes to sum over: every up side, then the down sides that there are.
        sides = [(s.up, s.up_weights, s.n_up) for s in signatures]
        sides += [(s.down, s.down_weights, s.n_down) for s in (signatures[k] for k in signed)]
        columns, weights, sizes = zip(*sides, strict=True)
        if self.missing_genes == "skip":
            sizes = tuple(len(found) for found in columns)
        index = index_sets(columns, [_scaled(w) for w in weights], matrix.n_vars)
        largest = self._largest_gains(sizes)
        n_scores = len(signatures)
        share_of_ties = SHARE_OF_TIES[self.ties_method]

        def score_block(rows: SparseRows) -> NDArray[np.floating]:
            max_rank = np.full(rows.n_rows, float(self._last_rank))
            u = ucell_gains(rows, index, max_rank, share_of_ties) / largest
            scores = u[:, :n_scores]
            scores[:, signed] -= self.w_neg * u[:, n_scores:]
            return np.maximum(scores, 0, out=scores)

        return score_block

    @property
    def _last_rank(self) -> int:
        """`max_rank` where it is a number."""
        return int(self.max_rank)

    def _largest_gains(self, sizes: Sequence[int]) -> NDArray[np.float64]:
        """`n max_rank - n (n + 1) / 2`; 1 for an empty side, whose gain is 0."""
        n = np.asarray(sizes, dtype=np.float64)
        return np.where(n > 0, n * self._last_rank - n * (n + 1) / 2, 1.0)

    def _check_sizes(self, signatures: Sequence[MatchedSignature]) -> None:
        large = {s.id: max(s.n_up, s.n_down) for s in signatures}
        large = {name: size for name, size in large.items() if size > self._last_rank}
        if large:
            shown = ", ".join(f"{name!r} ({size})" for name, size in list(large.items())[:5])
            raise InputError(
                f"max_rank={self.max_rank} is less than the number of genes of {shown}. "
                + remedy(
                    python=f"Pass method=tme.methods.UCell(max_rank={max(large.values())}) or "
                    "more.",
                    shell=f"Pass {option('method', 'ucell_detected')}.",
                )
            )

    def _check_genes(self, n_genes: int) -> None:
        """Refuse a rank that no gene can have, but for the one that is published."""
        if self._last_rank <= n_genes:
            return
        if self._last_rank != PUBLISHED_MAX_RANK:
            raise InputError(
                f"Expected max_rank up to the number of genes in the data, {n_genes}, found "
                f"{self.max_rank}. Pass method=tme.methods.UCell(max_rank={n_genes}) or less, "
                f"leave it at {PUBLISHED_MAX_RANK} as pyucell does, or pass "
                "method='ucell_detected'."
            )
        note(
            f"max_rank={PUBLISHED_MAX_RANK} is above the {counted(n_genes, 'gene')} in the data: "
            "kept, as in pyucell, but scores are not comparable to those of whole transcriptomes"
        )


def _is_max_rank(given: object) -> bool:
    if isinstance(given, str):
        return given == "detected"
    return isinstance(given, numbers.Real) and float(given) >= 2 and float(given).is_integer()


def _scaled(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights with a mean absolute value of 1; exactly 1 where all are equal."""
    if len(weights) == 0 or (weights == weights[0]).all():
        return np.sign(weights)
    return weights / np.abs(weights).mean()


register(UCell())
register(UCell(max_rank="detected"))
