"""Values of samples: what is compared between conditions, whatever it was read from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    """``feature``, ``group`` (type of cells; "" where there is none) and ``unit``, one row for each
    column of `values`."""
    values: Floats
    """Samples × features; NaN where a sample has no value."""
    cells: Integers
    """Samples × features: the cells behind each value, also of those that are missing."""
    samples: tuple[str, ...]
    counts: Floats | None = None
    """Samples × features: the counts behind `values`, where these are logs of them."""
    left_out: tuple[LeftOut, ...] = field(default=())
    """What the data have and the table does not."""
    depths: Mapping[str, Floats] | None = None
    """Molecules of a cell of each sample on average, by group and of all (""), where counts were
    read."""

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
        return replace(
            self,
            values=self.values[rows],
            cells=self.cells[rows],
            samples=samples,
            counts=None if self.counts is None else self.counts[rows],
            depths=self.depths and {name: of[rows] for name, of in self.depths.items()},
        )

    def columns_of(self, numbers: Sequence[int] | NDArray[np.integer]) -> SampleTable:
        """The same table with these of its features."""
        chosen = list(numbers)
        return replace(
            self,
            features=self.features.iloc[chosen].reset_index(drop=True),
            values=self.values[:, chosen],
            cells=self.cells[:, chosen],
            counts=None if self.counts is None else self.counts[:, chosen],
        )


def joined(tables: Sequence[SampleTable]) -> SampleTable:
    """Tables of the same samples side by side; without their counts and depths."""
    return SampleTable(
        features=pd.concat([table.features for table in tables], ignore_index=True),
        values=np.hstack([one.values for one in tables]),  # noqa: PD011
        cells=np.hstack([table.cells for table in tables]),
        samples=tables[0].samples,
        left_out=tuple(one for table in tables for one in table.left_out),
    )
