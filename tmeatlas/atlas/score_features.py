"""Signature scores that cells can be coloured by."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from tmeatlas._text import clean, clean_long
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.maker import FeatureMaker
from tmeatlas.results import Consensus, Scores
from tmeatlas.sig import compartment_name, mark_name, reading_rank

CONSENSUS = ", consensus"
"""After the name of what the signatures of a consensus mark."""


def n_shown(scores: Scores | None, consensus: Consensus | None) -> int:
    """How many scores a page has: signatures, and consensuses of several of them."""
    n = len(scores.scored) if scores else 0
    if consensus:
        n += sum(not consensus.is_of_one(str(name)) for name in consensus.table)
    return n


def signature_features(
    scores: Scores, rows: NDArray[np.intp], maker: FeatureMaker
) -> Iterator[Feature]:
    """One feature per signature that has a score in any cell, compartment by compartment."""
    coverage = scores.coverage
    compartment_of = {name: coverage.text(name, "compartment") for name in scores.ids}
    first_seen = list(dict.fromkeys(compartment_of.values()))

    def place(name: str) -> tuple[int, int]:
        compartment = compartment_of[name]
        return reading_rank(compartment), first_seen.index(compartment)

    for name in sorted(scores.ids, key=place):
        values = scores.table[name].to_numpy()[rows].astype(np.float64)
        if not np.isfinite(values).any():
            continue
        yield maker.make(
            values,
            id=f"s:{name}",
            kind="signature",
            unit=clean_long(scores.unit),
            name=coverage.name(name),
            compartment=compartment_name(compartment_of[name]),
            genes=[clean(gene) for gene in coverage.genes(name)],
        )


def consensus_features(
    consensus: Consensus, rows: NDArray[np.intp], maker: FeatureMaker
) -> Iterator[Feature]:
    """One feature per consensus of two signatures or more, compartment by compartment."""

    def place(name: str) -> int:
        return reading_rank(consensus.compartment_of(name))

    for name in sorted((str(column) for column in consensus.table), key=place):
        if consensus.is_of_one(name):
            continue
        values = consensus.table[name].to_numpy(dtype=np.float64)[rows]
        if np.isfinite(values).any():
            yield maker.make(
                values,
                id=f"c:{name}",
                kind="consensus",
                unit=consensus.unit,
                name=f"{clean(mark_name(name))}{CONSENSUS}",
                compartment=compartment_name(consensus.compartment_of(name)),
            )
