"""The tables of the states: by cell, and by lineage and state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas.lineages import tree
from tmeatlas.results import States
from tmeatlas.states import Reading, balance
from tmeatlas.tl._call_states_inputs import Task, states_and_poles

TOO_FEW_GENES = "too few of its genes in the data"


@dataclass(frozen=True, eq=False)
class Called:
    """What was read in one lineage."""

    task: Task
    readings: dict[str, Reading]
    """By id of the state or pole; without those that lack their genes."""
    state: NDArray[np.intp]
    """Number of the state among those of the lineage, by cell; -1 for none."""
    margin: NDArray[np.float32]


def cell_columns(called: Sequence[Called], names: pd.Index, key: str) -> pd.DataFrame:
    """State, margin and balance of M1 and M2 of each cell, as columns of `obs`."""
    states = np.full(len(names), States.not_called, dtype=object)
    margin = np.full(len(names), np.nan, dtype=np.float32)
    polarity = np.full(len(names), np.nan, dtype=np.float32)
    for one in called:
        cells, known = one.task.cells, one.task.known
        read = _scores(one, [state.id for state in known.states])
        states[cells[np.isfinite(read).any(axis=1)]] = States.unassigned
        for k, state in enumerate(known.states):
            if not state.set_aside:
                states[cells[one.state == k]] = state.name
        margin[cells] = one.margin
        for continuum in known.continua:
            polarity[cells] = balance(*_scores(one, [continuum.high.id, continuum.low.id]).T)
    in_order = [state.name for one in called for state in one.task.known.states]
    order = dict.fromkeys([*in_order, States.unassigned, States.not_called])
    there = set(states)
    columns = keys.state_columns(key)
    return pd.DataFrame(
        {
            key: pd.Categorical(states, categories=[name for name in order if name in there]),
            columns[0]: margin,
            columns[1]: polarity,
        },
        index=names,
    )


def score_table(called: Sequence[Called], names: pd.Index) -> pd.DataFrame:
    """Cells × states and poles; NaN where a state was not to be read."""
    columns = {}
    for one in called:
        for state in states_and_poles(one.task.known):
            column = np.full(len(names), np.nan, dtype=np.float32)
            column[one.task.cells] = _scores(one, [state.id])[:, 0]
            columns[state.id] = column
    return pd.DataFrame(columns, index=names)


def call_table(called: Sequence[Called], n_null: int) -> pd.DataFrame:
    """One row per lineage and state."""
    rows = [_row(one, k, n_null) for one in called for k in range(len(one.task.known.states))]
    dtypes: dict[str, Any] = {column.name: column.dtype for column in States.call_columns}
    return pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes)


def _row(called: Called, k: int, n_null: int) -> dict[str, object]:
    task, state = called.task, called.task.known.states[k]
    reading = called.readings.get(state.id)
    cells = int(task.allowed[state.id].sum())
    n_called = int((called.state == k).sum())
    return {
        "lineage": tree()[task.known.lineage].name,
        "state": state.name,
        "id": state.id,
        "signatures": ", ".join(task.used[state.id]),
        "genes": len(task.lists[state.id].up) if state.id in task.lists else 0,
        "cells": cells,
        "called": n_called,
        "share": n_called / cells if cells else np.nan,
        "threshold": np.nan if reading is None else reading.threshold,
        "pval": np.nan if reading is None else reading.pvalue,
        "n_null": n_null,
        "set_aside": state.set_aside,
        "note": TOO_FEW_GENES if reading is None else reading.why_not,
    }


def _scores(called: Called, ids: Sequence[str]) -> NDArray[np.float32]:
    nothing = np.full(len(called.task.cells), np.nan, dtype=np.float32)
    read = called.readings
    return np.stack([read[name].scores if name in read else nothing for name in ids], axis=1)
