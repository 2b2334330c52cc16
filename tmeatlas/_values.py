"""The kinds of values that an expression matrix can hold."""

from __future__ import annotations

from enum import Enum


class MatrixKind(Enum):
    """The kinds of values that are told apart."""

    COUNTS = "counts"
    FRACTIONAL = "fractional"
    LOGNORM = "lognorm"
    LINEAR = "linear"
    ROOTED = "rooted"
    SCALED = "scaled"
    CORRECTED = "corrected"
    BINARY = "binary"

    @property
    def label(self) -> str:
        """The kind in words."""
        return {
            MatrixKind.COUNTS: "raw counts",
            MatrixKind.FRACTIONAL: "counts with decimals",
            MatrixKind.LOGNORM: "log-normalised expression",
            MatrixKind.LINEAR: "linear TPM or CPM",
            MatrixKind.ROOTED: "square roots of expression",
            MatrixKind.SCALED: "scaled (z-scored) expression",
            MatrixKind.CORRECTED: "corrected expression with a few values below 0",
            MatrixKind.BINARY: "zeros and ones",
        }[self]

    @property
    def looks(self) -> str:
        """What is said of a matrix of this kind."""
        return (
            "looks scaled (z-scored)" if self is MatrixKind.SCALED else f"looks like {self.label}"
        )

    @property
    def adds_up(self) -> bool:
        """Whether the sum over cells is what counting them together would give."""
        return self in (MatrixKind.COUNTS, MatrixKind.FRACTIONAL)
