"""Which signatures are combined, and how far they agree, as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas.methods import Combined
from tmeatlas.results import Consensus


class Members(NamedTuple):
    """The signatures of one consensus."""

    compartment: str
    """The compartment of most of them."""
    purpose: str
    """What they are for; empty where none says so."""
    ids: list[str]


def read_members(coverage: pd.DataFrame) -> dict[str, Members]:
    """The signatures that mark the same; by compartment, first those of its own name.

    How cells were handled is no programme of the tumour, and stays out.
    """
    about = coverage[["marks", "compartment", "purpose"]].astype(str)
    about = about[about["purpose"] != "quality"]
    found: dict[str, Members] = {}
    for name, rows in about[about["marks"] != ""].groupby("marks", sort=False):
        compartment = Counter(rows["compartment"]).most_common(1)[0][0]
        purpose = _one_purpose(str(name), rows["purpose"])
        found[str(name)] = Members(compartment, purpose, [str(row) for row in rows.index])
    compartments = list(dict.fromkeys(members.compartment for members in found.values()))

    def place(item: tuple[str, Members]) -> tuple[int, bool, bool]:
        name, (compartment, purpose, _) = item
        return compartments.index(compartment), name != compartment, purpose != "finds"

    return dict(sorted(found.items(), key=place))


def _one_purpose(name: str, purposes: pd.Series) -> str:
    stated = purposes[purposes != ""].drop_duplicates()
    if len(stated) > 1:
        said = " and ".join(f"{one!r} for {each!r}" for each, one in stated.items())
        raise InputError(
            f"Signatures that mark {name!r} have different purposes: {said}. Give one of them "
            "another name in `marks`, so that they are not combined."
        )
    return stated.iloc[0] if len(stated) else ""


def agreement_table(
    members: Mapping[str, Members],
    usable: Mapping[str, Sequence[str]],
    results: Mapping[str, Combined],
) -> pd.DataFrame:
    """One row per consensus and signature; signatures that were not scored have NaN."""
    names = [column.name for column in Consensus.agreement_columns]
    rows: list[tuple[object, ...]] = []
    for name, (compartment, purpose, ids) in members.items():
        used = list(usable[name])
        found, agreement = _agreement(results[name], used) if name in results else ({}, np.nan)
        for one in ids:
            about = (name, compartment, purpose, one)
            rows.append((*about, *found.get(one, (np.nan,) * 3), len(used), agreement))
    table = pd.DataFrame(rows, columns=names)
    return table.astype({"weight": np.float64, "n_signatures": np.int64})


def _agreement(result: Combined, ids: Sequence[str]) -> tuple[dict[str, tuple[float, ...]], float]:
    """Weight, agreement with the others and with the consensus, of each; and that of all pairs."""
    pairs = result.correlations.copy()
    np.fill_diagonal(pairs, np.nan)
    numbers = zip(result.weights, _mean(pairs), result.with_consensus, strict=True)
    of_each = {name: tuple(map(float, each)) for name, each in zip(ids, numbers, strict=True)}
    return of_each, float(_mean(pairs.reshape(1, -1))[0])


def pairs_table(
    members: Mapping[str, Members],
    usable: Mapping[str, Sequence[str]],
    results: Mapping[str, Combined],
) -> pd.DataFrame:
    """One row per consensus and ordered pair of signatures, each with itself too."""
    rows = [
        (name, members[name].compartment, one, other, result.correlations[i, j])
        for name, result in results.items()
        for i, one in enumerate(usable[name])
        for j, other in enumerate(usable[name])
    ]
    table = pd.DataFrame(rows, columns=[c.name for c in Consensus.pair_columns])
    return table.astype({"spearman": np.float64})


def _mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each row without NaN; NaN where nothing is left."""
    known = np.isfinite(values)
    counts = known.sum(axis=1)
    sums = np.where(known, values, 0.0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
