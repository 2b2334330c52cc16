"""Several samples as one AnnData."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tmeatlas._errors import InputError, listing
from tmeatlas._guard import warn
from tmeatlas._log import note
from tmeatlas._text import counted
from tmeatlas.readers._kinds import Kind
from tmeatlas.readers._table import SAMPLE, Sample

if TYPE_CHECKING:
    import pandas as pd
    from anndata import AnnData


def read_samples(samples: Sequence[Sample], read_one: Callable[[Path, Kind], AnnData]) -> AnnData:
    """The cells of all samples, with what the table says of each in `obs`."""
    from tmeatlas.readers._joining import stack

    cells: dict[str, AnnData] = {}
    for sample in samples:
        try:
            adata = read_one(sample.path, sample.kind)
        except InputError as error:
            raise InputError(f"Sample {sample.name!r}: {error}") from error
        has_genes = adata.n_vars > 0 or all(other.n_vars == 0 for other in cells.values())
        if adata.n_obs == 0 or not has_genes:
            raise InputError(
                f"Sample {sample.name!r}: {sample.path.name!r} has "
                f"{counted(adata.n_obs, 'cell')} and "
                f"{counted(adata.n_vars, 'gene')}. Leave it out of the table, or read it anew."
            )
        cells[sample.name] = adata
    sizes = [adata.n_obs for adata in cells.values()]
    note(f"{counted(len(sizes), 'sample')} of {min(sizes):,} to {counted(max(sizes), 'cell')}")
    _warn_of_replaced(samples, cells)
    with warnings.catch_warnings():
        # Names given twice stay as the files have them.
        warnings.filterwarnings("ignore", message="(Variable|Observation) names are not unique")
        joined = stack(cells)
    _describe(joined.obs, samples, sizes)
    return joined


def size_of(adata: AnnData) -> str:
    """How many cells and genes."""
    return f"{counted(adata.n_obs, 'cell')} × {counted(adata.n_vars, 'gene')}"


def _warn_of_replaced(samples: Sequence[Sample], cells: dict[str, AnnData]) -> None:
    """Where a file tells cells apart by a column of which the table has one value."""
    replaced: dict[str, list[str]] = {}
    for sample in samples:
        own = cells[sample.name].obs
        for column in (SAMPLE, *sample.columns):
            if column in own and len(own[column].dropna().unique()) > 1:
                replaced.setdefault(column, []).append(sample.name)
    if replaced:
        told = "; ".join(f"{column!r} of {listing(names)}" for column, names in replaced.items())
        warn(
            f"The table has one value per sample for columns of which its files have several: "
            f"{told}. Those of the files are replaced; rename them there to keep both."
        )


def _describe(obs: pd.DataFrame, samples: Sequence[Sample], sizes: Sequence[int]) -> None:
    """Write the columns of the table, names as categories in its order."""
    import numpy as np
    import pandas as pd

    rows = np.repeat(np.arange(len(samples)), sizes)
    columns: dict[str, list[object]] = {SAMPLE: [sample.name for sample in samples]}
    for name in samples[0].columns:
        columns[name] = [sample.columns[name] for sample in samples]
    for name, values in columns.items():
        given = [value for value in values if isinstance(value, str)]
        if given or all(value is None for value in values):
            order = list(dict.fromkeys(given))
            codes = [order.index(value) if isinstance(value, str) else -1 for value in values]
            obs[name] = pd.Categorical.from_codes(
                np.asarray(codes)[rows], pd.Index(order, dtype=object)
            )
        else:
            obs[name] = np.asarray(values)[rows]
