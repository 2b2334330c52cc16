"""What `tl.axes` reads: the run of the crosstalk before it, and the response signatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._errors import CoverageError, InputError, listing
from tmeatlas.interactions import Interactions, as_interactions, load_axes
from tmeatlas.lr import AxisPool, Response
from tmeatlas.results import Crosstalk, Scores


@dataclass(frozen=True)
class CrosstalkRun:
    """The options of the crosstalk that the axes put together."""

    groupby: str
    sample_key: str | None
    layer: str | None
    min_cells: int
    n_perms: int
    seed: int
    database: str


def read_run(crosstalk: Crosstalk) -> CrosstalkRun:
    """The options on record."""
    params = crosstalk.record.params
    return CrosstalkRun(
        groupby=crosstalk.groupby,
        sample_key=crosstalk.sample_key or None,
        layer=str(params["layer"]) or None,
        min_cells=int(params["min_cells"]),
        n_perms=int(params["n_perms"]),
        seed=int(params["seed"]),
        database=crosstalk.database,
    )


def interactions_of(run: CrosstalkRun, database: object) -> Interactions:
    """The interactions of the run, or those given; some must belong to an axis."""
    if database is None and run.database != "tme":
        raise InputError(
            f"The crosstalk was run with the database {run.database!r}, which is not kept. Pass "
            "it again with `database=`; its interactions need an `axis`."
        )
    interactions = as_interactions("tme" if database is None else database)
    if not any(entry.axis for entry in interactions):
        raise InputError(
            f"No interaction of {interactions.name!r} belongs to an axis, so there is nothing to "
            "put together. Use the built-in axes, database='tme', or a DataFrame with a column "
            "`axis`."
        )
    return interactions


def check_pool(pool: AxisPool) -> None:
    """Refuse data in which no axis can be judged."""
    if not len(pool):
        raise CoverageError(
            "No axis has a direct interaction (role 'signalling' or 'adhesion', or none) whose "
            f"ligand and receptor any cell shows; looked at {listing(pool.not_detected)}. What "
            "there is of other interactions: tme.get.crosstalk(adata)."
        )


def read_response(
    adata: AnnData, pool: AxisPool, scores_key: str, kept: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], list[list[int]], list[str]]:
    """Scores of the response signatures (cells × signatures), per axis their numbers and ids.

    Signatures that were not scored are left out.
    """
    scores = Scores.find(adata, scores_key)
    table = pd.DataFrame(index=adata.obs_names) if scores is None else scores.table
    known = {axis.id: axis.response for axis in load_axes()}
    wanted = [
        [name for name in known.get(axis, ()) if _is_scored(table, name)] for axis in pool.ids
    ]
    names = list(dict.fromkeys(name for found in wanted for name in found))
    values = table.loc[:, names].to_numpy(dtype=np.float64)[kept]
    numbers = [[names.index(name) for name in found] for found in wanted]
    return values, numbers, ["; ".join(found) for found in wanted]


def _is_scored(table: pd.DataFrame, name: str) -> bool:
    return name in table.columns and bool(np.isfinite(table[name]).all())


def response_of(
    means: NDArray[np.float64],
    scores: NDArray[np.float64],
    sizes: NDArray[np.int64],
    numbers: Sequence[list[int]],
    names: Sequence[str],
) -> Response:
    """How far each group's mean is from that of all other cells, in standard deviations."""
    total, n = (means * sizes).sum(axis=1, keepdims=True), int(sizes.sum())
    others = (total - means * sizes) / np.maximum(n - sizes, 1)
    spread = scores.std(axis=0)[:, None] if scores.size else np.ones((means.shape[0], 1))
    effect = (means - others) / np.where(spread > 0, spread, 1.0)
    return Response(of_axis=list(numbers), names=list(names), effect=effect)
