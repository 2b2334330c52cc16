"""CellSign: interactions whose receptor's transcription factor is known to be active."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError, unknown
from tmeatlas.cellphonedb._means import Pairs

SOURCE, TARGET, BOTH = "source", "target", "both"


@dataclass(frozen=True, eq=False)
class Activity:
    """Per interaction and pair of groups: the transcription factor that speaks for it."""

    factor: NDArray[np.object_]
    """Name of the factor; empty where there is none."""
    where: NDArray[np.object_]
    """The group in which it is active: "source", "target" or "both"; empty where in none."""


def factors_of_partners(transcription_factors: pd.DataFrame) -> dict[str, list[str]]:
    """The transcription factors behind each receptor (gene or complex), in the database's order."""
    factors: dict[str, list[str]] = {}
    for receptor, factor in transcription_factors[["Receptor", "TF"]].astype(str).to_numpy():
        factors.setdefault(receptor, []).append(factor)
    return factors


def active_groups(active_tfs: pd.DataFrame, labels: Sequence[str]) -> dict[str, set[int]]:
    """The groups in which each factor is active, by the user's table.

    Raises
    ------
    InputError
        Not a table with a column of groups and one of factors.
    MissingKeyError
        A group that the data do not have.
    """
    if not isinstance(active_tfs, pd.DataFrame) or active_tfs.shape[1] < 2 or active_tfs.empty:
        raise InputError(
            "Expected `active_tfs` as a DataFrame with the columns 'cluster' and 'TF': one row "
            "per group and transcription factor that is active in it."
        )
    position = {label: at for at, label in enumerate(labels)}
    groups: dict[str, set[int]] = {}
    for label, factor in active_tfs.iloc[:, :2].astype(str).to_numpy():
        if label not in position:
            raise unknown("group of cells (named in `active_tfs`) called", label, labels)
        groups.setdefault(factor, set()).add(position[label])
    return groups


def find_activity(
    partners: Sequence[tuple[str, str]],
    factors: Mapping[str, list[str]],
    groups: Mapping[str, set[int]],
    relevant: NDArray[np.bool_],
    pairs: Pairs,
) -> Activity:
    """The first factor of the first partner, else of the second, that is active in the pair.

    `partners` are the genes or complexes of each interaction. The factor may be
    active in either group of the pair, whichever partner it belongs to:
    CellPhoneDB's rule.
    """
    factor = np.full(relevant.shape, "", dtype=object)
    where = np.full(relevant.shape, "", dtype=object)
    for row, names in enumerate(partners):
        candidates = [f for name in names for f in factors.get(name, ()) if f in groups]
        if not candidates:
            continue
        for column in np.flatnonzero(relevant[row]):
            source, target = pairs[column]
            for candidate in candidates:
                in_source, in_target = source in groups[candidate], target in groups[candidate]
                if in_source or in_target:
                    factor[row, column] = candidate
                    both = in_source and in_target
                    where[row, column] = BOTH if both else SOURCE if in_source else TARGET
                    break
    return Activity(factor=factor, where=where)
