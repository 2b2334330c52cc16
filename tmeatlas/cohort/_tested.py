"""What a test of all features gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tmeatlas.cohort._estimates import Estimates, Floats


class Tested(NamedTuple):
    """What a test found."""

    contrasts: Sequence[Estimates]
    """One for each condition other than the reference."""
    overall: Floats
    """P-value of all conditions together; NaN where there are two."""
    test: str
    overall_test: str = ""
    notes: Sequence[Sequence[str]] = ()
    """A note for each contrast and feature; none by default."""
    reason: str = "no spread within the conditions, or too few samples in one of them"
    """Why features drop out that have values enough."""
