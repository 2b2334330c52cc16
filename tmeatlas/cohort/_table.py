"""Values of samples: what is compared between conditions, whatever it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class LeftOut(NamedTuple):
    """A feature that was not tested, or a whole group (empty `feature`), and why."""

    feature: str
    group: str
    reason: str


@dataclass(frozen=True, eq=False, kw_only=True)
class SampleTable:
    """One value per sample and feature, with the cells behind it."""

    features: pd.DataFrame
    """``feature``, ``group`` (the type of cells; "" where there is none) and ``unit`` of each column
    of `values`."""
    values: Floats
    """Samples × features; NaN where a sample has no value."""
    cells: Integers
    """Samples × features: the cells behind each value, also of those that are missing."""
    samples: tuple[str, ...]
    counts: Floats | None = None
    """Samples × features: the counts behind `values`, where these are logs of them."""
    left_out: tuple[LeftOut, ...] = field(default=())
    """What the data have and the table does not."""

    def __post_init__(self) -> None:
        """Refuse tables whose parts do not fit: they are made by our own readers."""
        shape = len(self.samples), len(self.features)
        for part in (self.values, self.cells, self.counts):
            if part is not None and part.shape != shape:
                raise ValueError(f"expected {shape} samples and features, found {part.shape}")

    def rows_of(self, samples: tuple[str, ...]) -> SampleTable:
        """The same table with the rows of `samples`, in their order."""
        position = {name: number for number, name in enumerate(self.samples)}
        rows = [position[name] for name in samples]
        return SampleTable(
            features=self.features,
            values=self.values[rows],
            cells=self.cells[rows],
            samples=samples,
            counts=None if self.counts is None else self.counts[rows],
            left_out=self.left_out,
        )
