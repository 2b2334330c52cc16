"""Which type each cell is of, or which region each spot is in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Types:
    """A label for each row."""

    codes: NDArray[np.intp]
    """Place of each row's label in `names`; -1 where it has none."""
    names: tuple[str, ...]
