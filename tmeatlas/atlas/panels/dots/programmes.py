"""The rows of the dots: programmes, with the states and signatures that they open to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tmeatlas._text import clean
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.score_features import CONSENSUS
from tmeatlas.results import Consensus
from tmeatlas.sig import mark_name, reading_rank

STATE = "state"
"""The purpose of what tells cells of one kind apart: it stands below that kind."""


@dataclass(frozen=True)
class Programme:
    """One row: what signatures mark, by their consensus, or by the signature where it is alone."""

    feature: str
    """Id of the feature that the dots show."""
    name: str
    signatures: list[str] = field(default_factory=list)
    """Ids of the features of its signatures, where there are several."""
    states: list[Programme] = field(default_factory=list)
    """Of a kind of cells, the states within it."""


def read_programmes(consensus: Consensus | None, features: Sequence[Feature]) -> list[Programme]:
    """All that the page can colour by: each score is in one programme, in the order of reading.

    Without a consensus, or where the agreement behind it was lost, each score is
    a programme of its own.
    """
    shown = {feature.id: feature for feature in features}
    found = _of_compartments(consensus, shown) if consensus else []
    taken = {each for programme in found for each in _features_of(programme)}
    left = (feature for feature in features if feature.id not in taken)
    alone = [Programme(each.id, each.name.removesuffix(CONSENSUS)) for each in left]
    return [*found, *alone]


def _features_of(programme: Programme) -> Iterable[str]:
    yield programme.feature
    yield from programme.signatures
    for state in programme.states:
        yield from _features_of(state)


def _of_compartments(consensus: Consensus, shown: dict[str, Feature]) -> list[Programme]:
    """The programmes of each compartment, its states below the first."""
    found: dict[str, list[Programme]] = {}
    marks = sorted(
        map(str, consensus.table), key=lambda mark: reading_rank(consensus.compartment_of(mark))
    )
    for mark in marks:
        programme = _programme(consensus, mark, shown)
        if programme is None:
            continue
        of_compartment = found.setdefault(consensus.compartment_of(mark), [])
        if of_compartment and consensus.purpose_of(mark) == STATE:
            of_compartment[0].states.append(programme)
        else:
            of_compartment.append(programme)
    return [programme for part in found.values() for programme in part]


def _programme(consensus: Consensus, mark: str, shown: dict[str, Feature]) -> Programme | None:
    """What marks one thing; None where the page shows nothing of it."""
    signatures = [f"s:{name}" for name in consensus.signatures_of(mark)]
    signatures = [each for each in signatures if each in shown]
    name = clean(mark_name(mark))
    if f"c:{mark}" in shown:
        return Programme(f"c:{mark}", name, signatures)
    return Programme(signatures[0], name) if len(signatures) == 1 else None
