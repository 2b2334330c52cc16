"""Signature scores that cells can be coloured by, with their means per group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas._text import clean, clean_long
from tmeatlas.atlas.cells import Category
from tmeatlas.atlas.encode import quantise_expression, quantise_u8, split_at
from tmeatlas.cells import group_means, high_shares, high_threshold, mean_and_spread
from tmeatlas.results import Consensus, Scores
from tmeatlas.sig import compartment_name, mark_name, reading_rank


@dataclass(frozen=True, eq=False)
class Feature:
    """One number per cell, in 255 steps from `low` to `high`."""

    id: str
    kind: str
    """`signature`, `consensus` (of signatures that mark the same), `confidence` or `gene`."""
    name: str
    steps: NDArray[np.uint8]
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


def signature_features(
    scores: Scores, rows: NDArray[np.intp], groups: Category
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
        yield make_feature(
            values,
            groups,
            is_gene=False,
            id=f"s:{name}",
            kind="signature",
            unit=clean_long(scores.unit),
            name=coverage.name(name),
            compartment=compartment_name(compartment_of[name]),
            genes=[clean(gene) for gene in coverage.genes(name)],
        )


def consensus_features(
    consensus: Consensus, rows: NDArray[np.intp], groups: Category
) -> Iterator[Feature]:
    """One feature per consensus of two signatures or more, compartment by compartment."""

    def place(name: str) -> int:
        return reading_rank(consensus.compartment_of(name))

    for name in sorted((str(column) for column in consensus.table), key=place):
        if consensus.is_of_one(name):
            continue
        values = consensus.table[name].to_numpy(dtype=np.float64)[rows]
        if np.isfinite(values).any():
            yield make_feature(
                values,
                groups,
                is_gene=False,
                id=f"c:{name}",
                kind="consensus",
                unit=consensus.unit,
                name=f"{clean(mark_name(name))}, consensus",
                compartment=compartment_name(consensus.compartment_of(name)),
            )


def make_feature(
    values: NDArray[Any], groups: Category, *, is_gene: bool, **described: Any
) -> Feature:
    """Values of the cells in steps, with exact means and shares per group.

    Mean, spread and upper quarter of all cells are those of the cells that have a
    group, as in the single figures. Genes count as high where they are seen.
    """
    exact = values.astype(np.float64, copy=False)
    labelled, n_groups = groups.labelled_codes, len(groups.labels)
    quantised = quantise_expression(exact) if is_gene else quantise_u8(exact)
    border = 0.0 if is_gene else high_threshold(exact, labelled)
    threshold = 0
    if not is_gene:
        quantised, threshold = split_at(quantised, exact, border)
    mean_all, spread_all = mean_and_spread(exact, labelled)
    return Feature(
        steps=quantised.codes.astype(np.uint8, copy=False),
        low=quantised.low,
        high=quantised.high,
        threshold=threshold,
        mean=group_means(exact, groups.codes, n_groups),
        share=high_shares(exact, groups.codes, n_groups, border),
        mean_all=mean_all,
        spread_all=spread_all,
        **described,
    )
