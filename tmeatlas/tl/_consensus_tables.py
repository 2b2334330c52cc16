"""How far the signatures of a consensus agree, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.methods import Combined


def agreement_table(
    members: Mapping[str, Sequence[str]],
    usable: Mapping[str, Sequence[str]],
    results: Mapping[str, Combined],
) -> pd.DataFrame:
    """One row per compartment and signature; signatures that were not scored have NaN."""
    parts = []
    for name, ids in members.items():
        table = pd.DataFrame({"compartment": name, "signature": list(ids)})
        table = table.set_index("signature", drop=False)
        table[["weight", "with_others", "with_consensus", "agreement"]] = np.nan
        table.insert(5, "n_signatures", len(usable[name]))
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
    usable: Mapping[str, Sequence[str]], results: Mapping[str, Combined]
) -> pd.DataFrame:
    """One row per compartment and ordered pair of signatures, each with itself too."""
    rows = [
        (name, one, other, result.correlations[i, j])
        for name, result in results.items()
        for i, one in enumerate(usable[name])
        for j, other in enumerate(usable[name])
    ]
    table = pd.DataFrame(rows, columns=["compartment", "signature", "other", "spearman"])
    return table.astype({"spearman": np.float64})


def _mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of each row without NaN; NaN where nothing is left."""
    known = np.isfinite(values)
    counts = known.sum(axis=1)
    sums = np.where(known, values, 0.0).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)
