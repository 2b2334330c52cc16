"""Numbers that cells can be coloured by, as a page keeps them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tmeatlas.atlas.coder import MARK, decode_steps


@dataclass(frozen=True, eq=False)
class Feature:
    """One number per cell, in 255 steps from `low` to `high`, of which it may use few."""

    id: str
    kind: str
    """`signature`, `consensus` (of signatures that mark the same), `confidence`, `tissue`,
    `obs` (a column of numbers) or `gene`."""
    name: str
    packed: bytes
    """The steps as they stand in the page."""
    kept: list[int]
    """The steps that occur, where they are few; empty where any may."""
    low: float
    high: float
    threshold: int
    """Step above which exactly those cells lie that are in the upper quarter of all cells."""
    mean: NDArray[np.float64]
    """Mean per group; NaN where no cell of a group has a value."""
    share: NDArray[np.float64]
    """Share of the cells of each group that are high."""
    mean_all: float
    spread_all: float
    """Mean and standard deviation over all cells: the scale of the dots' colours."""
    unit: str = ""
    """Name and meaning of the values, between them a semicolon; empty where not known."""
    compartment: str = ""
    genes: list[str] = field(default_factory=list)
    codes: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(0, np.uint8), repr=False)
    """The groups of the cells, which tell how to read `packed`."""
    guide: Feature | None = field(default=None, repr=False)
    """A score that goes along with this one, which tells the rest."""

    @property
    def steps(self) -> NDArray[np.uint8]:
        """The step of each cell, `MISSING` where it has no value. Unpacked at every call."""
        if self.packed[0] != MARK:
            return np.frombuffer(zlib.decompress(self.packed), dtype=np.uint8)
        return decode_steps(self.packed, self.codes, self.guide.steps if self.guide else None)
