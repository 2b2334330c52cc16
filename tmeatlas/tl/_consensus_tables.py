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
    """The signatures that mark the same; by compartment, first those that find its cells."""
    about = coverage[["marks", "compartment", "purpose"]].astype(str)
    found: dict[str, Members] = {}
    for name, rows in about[about["marks"] != ""].groupby("marks", sort=False):
        compartment = Counter(rows["compartment"]).most_common(1)[0][0]
        purpose = _one_purpose(str(name), rows["purpose"])
        found[str(name)] = Members(compartment, purpose, [str(row) for row in rows.index])
    compartments = list(dict.fromkeys(members.compartment for members in found.values()))

    def place(item: tuple[str, Members]) -> tuple[int, bool]:
        return compartments.index(item[1].compartment), item[1].purpose != "finds"

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
    parts = []
    for name, (compartment, purpose, ids) in members.items():
        table = pd.DataFrame(
            {
                "consensus": name,
                "compartment": compartment,
                "purpose": purpose,
                "signature": list(ids),
            }
        )
        table = table.set_index("signature", drop=False)
        table[["weight", "with_others", "with_consensus", "agreement"]] = np.nan
        table.insert(table.columns.get_loc("agreement"), "n_signatures", len(usable[name]))
        if name in results:
            result, used = results[name], list(usable[name])
            pairs = result.correlations.copy()
            np.fill_diagonal(pairs, np.nan)
            table.loc[used, "weight"] = result.weights
            table.loc[used, "with_others"] = _mean(pairs)
            table.loc[used, "with_consensus"] = result.with_consensus
            table["agreement"] = float(_mean(pairs.reshape(1, -1))[0])
        parts.append(table.reset_index(drop=True))
    return pd.concat(parts, ignore_index=True)


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
