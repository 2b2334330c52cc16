"""How far the signatures of a compartment agree, as `tl.consensus` found it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas.atlas.payload_features import Feature
from tmeatlas.sig import compartment_name, reading_rank


@dataclass(frozen=True, eq=False)
class Agreement:
    """The signatures of one compartment and their rank correlations."""

    compartment: str
    features: list[str]
    """Ids of the features, of which the page has each."""
    spearman: NDArray[np.float64]


def read_agreement(adata: AnnData, features: Sequence[Feature]) -> list[Agreement]:
    """One entry per compartment with two signatures or more that the page shows."""
    stored = adata.uns.get(keys.agreement_pairs(keys.CONSENSUS))
    if not isinstance(stored, pd.DataFrame):
        return []
    shown = {feature.id for feature in features}
    pairs = stored.assign(
        one="s:" + stored["signature"].astype(str), other="s:" + stored["other"].astype(str)
    )
    pairs = pairs[pairs["one"].isin(shown) & pairs["other"].isin(shown)]
    found = []
    for name in sorted(pairs["compartment"].astype(str).unique(), key=reading_rank):
        part = pairs[pairs["compartment"].astype(str) == name]
        ids = [str(one) for one in dict.fromkeys(part["one"])]
        if len(ids) > 1:
            place = {one: i for i, one in enumerate(ids)}
            matrix = np.full((len(ids), len(ids)), np.nan)
            at = part["one"].map(place).to_numpy(), part["other"].map(place).to_numpy()
            matrix[at] = part["spearman"].to_numpy(dtype=np.float64)
            found.append(Agreement(compartment_name(name), ids, matrix))
    return found
