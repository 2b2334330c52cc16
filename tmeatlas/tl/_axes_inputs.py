"""What `tl.axes` reads: the run of the crosstalk before it, and the response signatures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas.interactions import Interactions, as_interactions, load_axes
from tmeatlas.lr import ResponseScores
from tmeatlas.results import Crosstalk, Scores
from tmeatlas.tl._crosstalk_meeting import InTissue

Number = TypeVar("Number", int, float)


@dataclass(frozen=True)
class CrosstalkRun:
    """The options of the crosstalk that the axes put together."""

    groupby: str
    sample_key: str | None
    layer: str | None
    use_raw: bool | None
    min_cells: int
    microenvironments: Mapping[str, Sequence[str]] | None
    tissue: InTissue
    database: str


def read_run(crosstalk: Crosstalk) -> CrosstalkRun:
    """The options on record."""
    params = crosstalk.record.params
    places = str(params["microenvironments"])
    return CrosstalkRun(
        groupby=crosstalk.groupby,
        sample_key=crosstalk.sample_key or None,
        layer=str(params["layer"]) or None,
        use_raw=None if str(params["use_raw"]) == "" else bool(params["use_raw"]),
        min_cells=int(params["min_cells"]),
        microenvironments=json.loads(places) if places else None,
        tissue=InTissue(
            bool(params["tissue"]),
            _given(params["n_neighbors"], int),
            _given(params["radius"], float),
        ),
        database=crosstalk.database,
    )


def _given(value: Any, kind: type[Number]) -> Number | None:
    """A number on record; None where none was given, which is recorded as an empty text."""
    return None if str(value) == "" else kind(value)


def interactions_of(run: CrosstalkRun, database: object) -> Interactions:
    """The interactions of the run, or those given; some must belong to an axis."""
    if database is None and run.database != "tme":
        raise InputError(
            f"The crosstalk was run with the database {run.database!r}, which is not kept. Pass "
            f"it again with {option('database')}; its interactions need an `axis`."
        )
    interactions = as_interactions("tme" if database is None else database)
    if not any(entry.axis for entry in interactions):
        raise InputError(
            f"No interaction of {interactions.name!r} belongs to an axis, so there is nothing to "
            f"put together. Use the built-in axes, {option('database', 'tme')}, or a table with a "
            "column `axis`."
        )
    return interactions


def read_responses(adata: AnnData, scores_key: str, kept: NDArray[np.bool_]) -> ResponseScores:
    """Scores of the signatures by which receivers answer, of the cells `kept`.

    Signatures that were not scored are left out.
    """
    scores = Scores.find(adata, scores_key)
    table = pd.DataFrame(index=adata.obs_names) if scores is None else scores.table
    of_axis = {axis.id: _scored(table, axis.response) for axis in load_axes()}
    validated = {axis.id: _scored(table, axis.validated) for axis in load_axes()}
    names = dict.fromkeys(name for found in of_axis.values() for name in found)
    return ResponseScores(table.loc[kept, list(names)], of_axis, validated)


def _scored(table: pd.DataFrame, names: Sequence[str]) -> list[str]:
    return [n for n in names if n in table.columns and bool(np.isfinite(table[n]).all())]
