"""Which pairs of groups are compared, in CellPhoneDB's order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tmeatlas.cellphonedb._means import Pairs
from tmeatlas.interactions import Microenvironments, read_microenvironments


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
    position = {label: at for at, label in enumerate(labels)}
    places = read_microenvironments(microenvironments, labels)
    within = [
        _product(np.array([position[group] for group in groups], dtype=np.int64))
        for groups in places.values()
    ]
    pairs = pd.DataFrame(np.concatenate(within)).drop_duplicates()
    return pairs.to_numpy(np.int64)


def _product(groups: np.ndarray) -> Pairs:
    """All ordered pairs of the groups: the first partner's group changes slowest."""
    return np.stack([np.repeat(groups, len(groups)), np.tile(groups, len(groups))], axis=1)
