"""Who is compared with whom: samples, their patients, conditions, pairs and covariates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._errors import listing
from tmeatlas._text import counted
from tmeatlas.cohort._covariates import Covariates

FEWEST, FEW = 2, 3
"""Patients that a condition needs, and up to how many there is a warning."""
LOPSIDED = 2
"""How many times as many patients another condition has, for few ones to mislead."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Design:
    """Samples and what is known of them. A unit is a patient (or a sample) in one condition."""

    conditions: tuple[str, ...]
    """The reference first."""
    samples: tuple[str, ...]
    """Those that have a condition and, where pairs are compared, a partner."""
    unit_of: NDArray[np.intp]
    """Unit of each sample."""
    names: tuple[str, ...]
    """Patient (or sample) of each unit."""
    condition_of: NDArray[np.intp]
    """Condition of each unit."""
    pairs: tuple[str, ...]
    """Pair of each unit; empty texts where nothing is paired."""
    covariates: Covariates
    unpaired: tuple[str, ...] = ()
    """Pairs that were left out: they have no sample in the reference, or in nothing else."""
    without_condition: tuple[str, ...] = ()
    """Samples that were left out."""
    patients: bool = False
    """Whether units are patients rather than samples."""

    @property
    def paired(self) -> bool:
        """Whether the same patients are compared with themselves."""
        return any(self.pairs)

    @property
    def reference(self) -> str:
        """The condition that all others are compared with."""
        return self.conditions[0]

    def units(self, condition: int) -> NDArray[np.intp]:
        """The units in a condition."""
        return np.flatnonzero(self.condition_of == condition)

    def sizes(self) -> dict[str, int]:
        """Units in each condition."""
        return {name: len(self.units(i)) for i, name in enumerate(self.conditions)}

    def word(self, number: int) -> str:
        """`1 patient`, `4 samples`."""
        return counted(number, "patient" if self.patients else "sample")

    def cautions(self) -> list[str]:
        """What a reader of the result has to know of the design."""
        found = []
        sizes = self.sizes()
        few = [f"{n} in {name!r}" for name, n in sizes.items() if n <= FEW]
        what = "pairs" if self.paired else "patients" if self.patients else "samples"
        if few:
            found.append(
                f"Few {what} ({', '.join(few)}): only large differences can be found, and a single "
                f"one of the {what} can make or hide them. Read the intervals, not the p-values."
            )
        if few and not self.paired and max(sizes.values()) >= LOPSIDED * min(sizes.values()):
            found.append(
                f"Few {what} against many: where the few differ more among themselves than the "
                "many, up to 7 % of differences reach p = 0.05 by chance with three of them, and "
                "11 % with two. Smaller p-values are needed."
            )
        if self.unpaired:
            found.append(
                f"Left out, for want of a partner in the other condition: {listing(self.unpaired)}."
            )
        if self.without_condition:
            found.append(f"Left out, without a condition: {listing(self.without_condition)}.")
        return found
