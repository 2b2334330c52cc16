"""What a finding is: one plain sentence with its numbers, and where they can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from tmeatlas.findings._material import Material


class About(StrEnum):
    """What a finding is about, in the order in which equally ranked ones are told."""

    DATA = "data"
    COMPOSITION = "composition"
    CONDITION = "condition"
    PHENOTYPE = "phenotype"
    PROGRAMME = "programme"
    CROSSTALK = "crosstalk"
    SPACE = "space"
    INTERVENTION = "intervention"
    LIMITS = "limits"
    AGREEMENT = "agreement"


class Confidence(StrEnum):
    """How sure a finding is, in a word; the surest is told first."""

    CLEAR = "clear"
    """Tested, and seen in several samples, which are the replicates."""
    FAIR = "fair"
    """Measured with its uncertainty, but not over enough patients, so that others may differ."""
    NOT_READABLE = "not readable"
    """The data are too few or too shallow to say it."""
    NOTE = "note"
    """No claim: counted or read off the data, or tested and nothing is firm."""


CLAIMS = (About.CONDITION, About.PROGRAMME, About.CROSSTALK, About.SPACE)
"""What claims something of biology where its confidence is clear or fair."""
LONGEST_HEADLINE, LONGEST_TEXT = 60, 160
"""Characters: what fits a card of the page."""


@dataclass(frozen=True)
class Finding:
    """One sentence about the data, with what it rests on."""

    rule: str
    """The rule that made it."""
    about: str
    headline: str
    """At most 60 characters, without a full stop."""
    text: str
    """One sentence with its numbers."""
    confidence: str
    n: int
    """What it rests on, in `unit`."""
    unit: str
    result: str
    """Key of the result behind."""
    rows: str
    """Where in that result: column=value, parted by semicolons."""
    view: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """What the page shows of it: its tab, and choices in it by their names."""


@dataclass(frozen=True)
class Candidate:
    """A finding, and how much it says in comparison with others of its rule, 0 to 1."""

    finding: Finding
    strength: float
    subject: str = ""
    """What it tells of; a second one of the same subject weighs less."""


Rule = Callable[[Material], Iterable[Candidate]]
