"""Which pairs of groups are compared, in CellPhoneDB's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tmeatlas._errors import InputError, unknown
from tmeatlas.cellphonedb._means import Pairs

CELL_TYPE, MICROENVIRONMENT = "cell_type", "microenvironment"
Microenvironments = pd.DataFrame | Mapping[str, Sequence[str]]


def all_pairs(n_groups: int) -> Pairs:
    """Every group with every group, itself among them."""
    groups = np.arange(n_groups, dtype=np.int64)
    return _product(groups)


def pairs_within(microenvironments: Microenvironments, labels: Sequence[str]) -> Pairs:
    """The pairs of groups that share a microenvironment, in the order in which they come first.

    Raises
    ------
    InputError
        The columns are missing, or there is no row.
    MissingKeyError
        A group that the data do not have.
    """
    table = as_table(microenvironments, labels)
    position = {label: at for at, label in enumerate(labels)}
    groups = table[CELL_TYPE].map(position).to_numpy(np.int64)
    place = table[MICROENVIRONMENT].to_numpy()
    within = [_product(groups[place == name]) for name in pd.unique(place)]
    pairs = pd.DataFrame(np.concatenate(within)).drop_duplicates()
    return pairs.to_numpy(np.int64)


def as_table(microenvironments: Microenvironments, labels: Sequence[str]) -> pd.DataFrame:
    """One row per group and microenvironment, as strings; all groups are in the data."""
    if isinstance(microenvironments, Mapping):
        rows = [
            (group, name)
            for name, groups in microenvironments.items()
            for group in ([groups] if isinstance(groups, str) else groups)
        ]
        table = pd.DataFrame(rows, columns=[CELL_TYPE, MICROENVIRONMENT])
    elif isinstance(microenvironments, pd.DataFrame):
        table = microenvironments
    else:
        raise InputError(
            "Expected `microenvironments` as a dict of lists of groups or a DataFrame, found "
            f"{type(microenvironments).__name__}."
        )
    missing = [name for name in (CELL_TYPE, MICROENVIRONMENT) if name not in table.columns]
    if missing or table.empty:
        raise InputError(
            "Expected `microenvironments` with rows and the columns 'cell_type' and "
            f"'microenvironment', found {len(table)} rows with the columns "
            f"{[str(name) for name in table.columns]}. A dict works too: "
            "microenvironments={'niche': ['T cells', 'macrophages']}."
        )
    table = table[[CELL_TYPE, MICROENVIRONMENT]].astype(str).drop_duplicates()
    for label in table[CELL_TYPE]:
        if label not in labels:
            raise unknown("group of cells (named in `microenvironments`) called", label, labels)
    return table


def _product(groups: np.ndarray) -> Pairs:
    """All ordered pairs of the groups: the first partner's group changes slowest."""
    return np.stack([np.repeat(groups, len(groups)), np.tile(groups, len(groups))], axis=1)
