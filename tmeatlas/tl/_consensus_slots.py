"""Where a consensus is kept in an AnnData."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._checks import check_key_added
from tmeatlas._errors import InputError, listing
from tmeatlas.methods import Consensus
from tmeatlas.results import record
from tmeatlas.tl._score_slots import OBS_COLUMNS

COMPARTMENTS = "compartments"
"""Option on record by which a consensus is known from other results."""


def check_slots(adata: AnnData, members: Mapping[str, object], key_added: str) -> list[str]:
    """The columns of `obs` to write; refuses to overwrite what another step wrote."""
    check_key_added(
        adata,
        key_added,
        slot="obsm",
        default=keys.CONSENSUS,
        option=COMPARTMENTS,
        beside=[("uns", keys.agreement(key_added)), ("uns", keys.agreement_pairs(key_added))],
    )
    slashed = [name for name in members if "/" in name]
    if slashed:
        raise InputError(
            f"Expected names of compartments without '/', found {listing(slashed)}. Rename them in "
            "the signatures and run tme.tl.score again."
        )
    own = set(_recorded_columns(adata, key_added))
    columns = [keys.obs_consensus(key_added, name) for name in members]
    taken = [name for name in columns if name in adata.obs and name not in own]
    if taken:
        raise InputError(
            f"adata.obs already has {listing(taken)}, which tl.consensus did not write. Choose "
            f"another `key_added`, or remove it first: del adata.obs[{taken[0]!r}]."
        )
    return columns


def _recorded_columns(adata: AnnData, key_added: str) -> list[str]:
    """The `obs` columns that the last run under `key_added` wrote."""
    written = _on_record(adata, key_added, "provenance")
    return [str(name) for name in written.get(OBS_COLUMNS, [])]


def _on_record(adata: AnnData, key_added: str, part: str) -> Mapping[str, Any]:
    entry: Mapping[str, Any] = adata.uns.get(keys.META, {}).get(key_added, {}).get(part, {})
    return entry


def agreement_table(
    members: Mapping[str, Sequence[str]],
    usable: Mapping[str, Sequence[str]],
    results: Mapping[str, Consensus],
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
    usable: Mapping[str, Sequence[str]], results: Mapping[str, Consensus]
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


def store(
    adata: AnnData,
    frame: pd.DataFrame,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    columns: list[str],
    *,
    key: str,
    key_added: str,
) -> None:
    """Write the result into its slots, replacing that of an earlier run under `key_added`.

    `tables` are those of the agreement of signatures, and of their pairs.
    """
    new_obs = adata.obs.drop(columns=_recorded_columns(adata, key_added), errors="ignore")
    adata.obs = pd.concat([new_obs, frame.set_axis(columns, axis=1)], axis=1)
    adata.obsm[key_added] = frame
    adata.uns[keys.agreement(key_added)], adata.uns[keys.agreement_pairs(key_added)] = tables
    record(
        adata,
        key_added,
        {COMPARTMENTS: list(frame.columns), "key": key, "key_added": key_added},
        {OBS_COLUMNS: columns, "n_cells": adata.n_obs},
    )
