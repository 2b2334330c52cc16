"""Arrays of groups × genes that are summed up, here or on the workers of a cluster."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Totals:
    """What was added up of every group; groups without anything are not sent to others.

    A chunk of cells has few of the groups of a large atlas, by type and sample.
    """

    def __init__(self, *arrays: NDArray[Any]) -> None:
        self.arrays = arrays

    @classmethod
    def none(cls, shape: tuple[int, int], dtypes: tuple[DTypeLike, ...]) -> Totals:
        """Nothing yet."""
        return cls(*(np.zeros(shape, dtype=dtype) for dtype in dtypes))

    def with_(self, other: Totals) -> Totals:
        """Add what was added up elsewhere."""
        for mine, others in zip(self.arrays, other.arrays, strict=True):
            mine += others
        return self

    def __getstate__(self) -> tuple[int, NDArray[np.intp], list[NDArray[Any]]]:
        seen = np.flatnonzero(np.any([each.any(axis=1) for each in self.arrays], axis=0))
        return len(self.arrays[0]), seen, [each[seen] for each in self.arrays]

    def __setstate__(self, state: tuple[int, NDArray[np.intp], list[NDArray[Any]]]) -> None:
        n, seen, parts = state
        self.arrays = tuple(np.zeros((n, part.shape[1]), dtype=part.dtype) for part in parts)
        for array, part in zip(self.arrays, parts, strict=True):
            array[seen] = part
