"""Scores as a tidy table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, unknown
from tmeatlas.cells import check_obs_key
from tmeatlas.results import Scores


def scores(
    adata: AnnData,
    signatures: Sequence[str] | str | None = None,
    obs: Sequence[str] | str | None = None,
    *,
    key: str = keys.SCORES,
) -> pd.DataFrame:
    """Signature scores, one row per cell and signature.

    Parameters
    ----------
    adata
        Cells × genes, scored by :func:`tmeatlas.tl.score`.
    signatures
        Ids to return, in this order; all by default.
    obs
        Columns of `adata.obs` to put beside each score, such as the cell type.
    key
        The `key_added` of the run.

    Returns
    -------
    DataFrame
        ``cell`` (categorical, in the order of `adata`), ``signature``
        (categorical), ``score`` (float32, NaN where the signature was not
        covered), and the columns named in `obs`. Sorted by signature, then cell.

    Raises
    ------
    MissingKeyError
        Nothing scored under `key`, no such signature, or no such column.
    InputError
        A column of `obs` is called ``cell``, ``signature`` or ``score``.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.tl.score(adata, {"my_caf": ["DCN", "LUM", "COL1A1"]})
    >>> tme.get.scores(adata).columns.to_list()
    ['cell', 'signature', 'score']
    """
    wide = Scores.read(adata, key).table
    ids = list(wide.columns) if signatures is None else _as_list(signatures)
    for name in ids:
        if name not in wide:
            raise unknown(f"signature in obsm[{key!r}] called", name, wide.columns)
    columns = [] if obs is None else _as_list(obs)
    beside = {name: check_obs_key(adata, name, argument="obs") for name in columns}
    reserved = [name for name in ("cell", "signature", "score") if name in beside]
    if reserved:
        raise InputError(f"Rename the obs column {reserved[0]!r}: the table has one of that name.")
    n_cells, n_ids = len(wide), len(ids)
    row_of_cell = np.tile(np.arange(n_cells), n_ids)
    codes, cell_names = pd.factorize(adata.obs_names)  # a name may be given twice
    cells = pd.Categorical.from_codes(codes[row_of_cell], cell_names)
    names = pd.Categorical.from_codes(np.repeat(np.arange(n_ids), n_cells), pd.Index(ids))
    table = pd.DataFrame(
        {"cell": cells, "signature": names, "score": wide[ids].to_numpy().ravel(order="F")}
    )
    for name, column in beside.items():
        table[name] = column.array.take(row_of_cell)
    return table


def _as_list(names: Sequence[str] | str) -> list[str]:
    return [names] if isinstance(names, str) else [str(name) for name in names]
