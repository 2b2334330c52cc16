"""The kinds of values that an expression matrix can hold."""

from __future__ import annotations

from enum import Enum


class MatrixKind(Enum):
    """The kinds of values that are told apart."""

    COUNTS = "counts"
    LOGNORM = "lognorm"
    LINEAR = "linear"
    SCALED = "scaled"

    @property
    def label(self) -> str:
        """The kind in words."""
        return {
            MatrixKind.COUNTS: "raw counts",
            MatrixKind.LOGNORM: "log-normalised expression",
            MatrixKind.LINEAR: "linear TPM or CPM",
            MatrixKind.SCALED: "scaled (z-scored) expression",
        }[self]
