"""A number of a sample, with its interval and the cells that it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from tmeatlas.quality._remarks import Remark

NAN = float("nan")


@dataclass(frozen=True)
class Measured:
    """One row of the table of `tl.quality`, but for its sample."""

    measure: str
    """Its id."""
    name: str
    """Its name for people."""
    value: float
    """NaN where it cannot be read."""
    low: float = NAN
    """95 % interval, lower limit; NaN where there is none."""
    high: float = NAN
    unit: str = "share"
    cells: int = 0
    """Cells that it rests on."""
    group: str = ""
    """The group of cells; "" for all cells of the sample."""
    note: str = ""
    """Why it cannot be read; "" where it can."""


class Judged(NamedTuple):
    """What is measured of one sample, and what is wrong or special there."""

    measured: tuple[Measured, ...] = ()
    remarks: tuple[Remark, ...] = ()
