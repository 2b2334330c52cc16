"""What is asked for, without an AnnData: the same for our own way and for the package's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas.cellphonedb._genes import ProteinMap
from tmeatlas.cellphonedb._methods import Method
from tmeatlas.interactions import CellPhoneDBTables, Microenvironments


@dataclass(frozen=True, eq=False)
class Options:
    """The choices of the user, checked."""

    method: Method
    threshold: float
    microenvironments: Microenvironments | None
    score_interactions: bool


@dataclass(frozen=True, eq=False)
class Problem:
    """Expression and groups of the cells, in the order of their names, and the options."""

    tables: CellPhoneDBTables
    mapped: ProteinMap
    expression: sp.csc_matrix
    """Cells × the genes that are needed (the columns `mapped.columns` of the data), float32."""
    genes: Sequence[str]
    """Names of the columns of `expression`."""
    codes: NDArray[np.int32]
    labels: Sequence[str]
    """The groups, sorted as strings."""
    options: Options

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of cells in each group."""
        return np.bincount(self.codes, minlength=len(self.labels)).astype(np.int64)
