"""What `tl.axes` reads: the run of the crosstalk before it, and the response signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.cells import Groups
from tmeatlas.interactions import Interactions, as_interactions, load_axes
from tmeatlas.lr import ResponseScores


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


def read_run(adata: AnnData, key: str) -> CrosstalkRun:
    """The options on record under `key`."""
    entry: Any = adata.uns.get(keys.META, {}).get(key, {})
    params: Any = entry.get("params", {})
    if key not in adata.uns or "database" not in params:
        option = "" if key == keys.CROSSTALK else f", key_added={key!r}"
        raise MissingKeyError(
            f"No crosstalk in adata.uns[{key!r}] to put together. Run "
            f"tme.tl.crosstalk(adata, groupby{option}) first."
        )
    return CrosstalkRun(
        groupby=str(params["groupby"]),
        sample_key=str(params["sample_key"]) or None,
        layer=str(params["layer"]) or None,
        min_cells=int(params["min_cells"]),
        n_perms=int(params["n_perms"]),
        seed=int(params["seed"]),
        database=str(params["database"]),
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


def check_groups(groups: Groups, table: pd.DataFrame, key: str) -> None:
    """The groups must be those of the crosstalk."""
    known = set(table["source"].astype(str)) | set(table["target"].astype(str))
    strangers = sorted(known.difference(groups.labels))
    if strangers:
        raise InputError(
            f"adata.uns[{key!r}] has groups that obs[{groups.key!r}] no longer has, such as "
            f"{strangers[0]!r}. Run tme.tl.crosstalk(adata, {groups.key!r}) again."
        )


def read_responses(adata: AnnData, scores_key: str, kept: NDArray[np.bool_]) -> ResponseScores:
    """Scores of the signatures by which receivers answer, of the cells `kept`.

    Signatures that were not scored are left out.
    """
    stored = adata.obsm.get(scores_key)
    table = stored if isinstance(stored, pd.DataFrame) else pd.DataFrame(index=adata.obs_names)
    of_axis = {
        axis.id: [name for name in axis.response if _is_scored(table, name)] for axis in load_axes()
    }
    names = dict.fromkeys(name for found in of_axis.values() for name in found)
    return ResponseScores(table.loc[kept, list(names)], of_axis)


def _is_scored(table: pd.DataFrame, name: str) -> bool:
    return name in table.columns and bool(np.isfinite(table[name]).all())
