"""Columns of `obs` that a run writes beside its table, and that the next run may replace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import remedy as by_asker
from tmeatlas._errors import InputError, listing
from tmeatlas.results._record import Record, records

OBS_COLUMNS = "obs_columns"
FEW = 3
"""Columns that a call spells out."""


def obs_columns(names: Iterable[str]) -> dict[str, list[str]]:
    """The fact that keeps the columns on record."""
    return {OBS_COLUMNS: list(names)}


def check_obs_columns(
    adata: AnnData, key_added: str, columns: Sequence[str], *, verb: str, remedy: str
) -> None:
    """Refuse to overwrite columns that the last run under `key_added` did not write."""
    own = set(recorded_columns(Record.find(adata, key_added)))
    taken = [name for name in columns if name in adata.obs and name not in own]
    if taken:
        raise InputError(
            f"obs already has {listing(taken)}, which {verb} did not write under "
            f"{key_added!r}. "
            + by_asker(
                python=f"{remedy}, or remove the columns first: {_drop(taken)}.",
                shell="Remove the columns from the file first.",
            )
            + " Joined data have the columns without the record of the run."
        )


def replace_obs_columns(adata: AnnData, key: str, columns: pd.DataFrame | None) -> None:
    """Take out what the last run under `key` wrote, and put `columns` in."""
    obs = adata.obs.drop(columns=recorded_columns(Record.find(adata, key)), errors="ignore")
    obs = obs if columns is None else pd.concat([obs, columns], axis=1)
    if isinstance(obs.index.dtype, pd.CategoricalDtype):  # anndata would warn of it
        obs = obs.set_axis(obs.index.astype(str))
    adata.obs = obs


def recorded_columns(record: Record | None) -> list[str]:
    """The columns that a run has written; none where there is no record."""
    columns: Iterable[Any] = () if record is None else record.facts.get(OBS_COLUMNS, ())
    return [str(name) for name in columns]


def columns_of_others(adata: AnnData, key: str) -> set[str]:
    """Columns of `obs` that runs under other keys than `key` have written."""
    others = (record for name, record in records(adata) if name != key)
    return {name for record in others for name in recorded_columns(record)} & set(adata.obs)


def _drop(columns: Sequence[str]) -> str:
    """The call that removes columns from `obs`."""
    if len(columns) <= FEW:
        return f"adata.obs = adata.obs.drop(columns={list(columns)})"
    prefix = f"^{keys.OBS_PREFIX}"
    return (
        f"adata.obs = adata.obs.drop(columns=adata.obs.filter(regex={prefix!r}).columns), which "
        f"takes all that begin with {keys.OBS_PREFIX!r}"
    )
