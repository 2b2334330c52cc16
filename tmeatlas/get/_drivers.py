"""What drives the network, as tidy tables."""

from __future__ import annotations

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import unknown
from tmeatlas.results import Drivers

TABLES = ("groups", "loops", "genes")


def drivers(adata: AnnData, what: str = "groups", *, key: str = keys.DRIVERS) -> pd.DataFrame:
    """Get a table of the result of :func:`tmeatlas.tl.drivers`.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.drivers(adata)``.
    what
        ``"groups"``: those that send and receive most; ``"loops"``: the chains that studies
        describe, link by link; ``"genes"``: which programmes PD-L1 and VEGF-A follow.
    key
        The `key_added` of the call that wrote it.

    Returns
    -------
    DataFrame
        The columns that :func:`tmeatlas.tl.drivers` describes, with plain strings in place of
        categories, in the stored order. ``shows`` says on every row of every export what the
        table does not show; so does ``attrs["shows"]``.

    Raises
    ------
    MissingKeyError
        Nothing under `key`, or no such table.
    InputError
        Something else under `key`, or the result is of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(1500)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type", sample_key="sample", min_cells=5)
    >>> tme.tl.axes(adata)
    >>> tme.tl.drivers(adata)
    >>> loops = tme.get.drivers(adata, "loops")
    >>> loops.loc[loops["loop"] == "caf_cxcl12", "by"].unique().tolist()
    ['cxcl12']
    """
    if what not in TABLES:
        raise unknown("table", what, list(TABLES))
    found = Drivers.read(adata, key)
    stored = {"groups": found.table, "loops": found.loops, "genes": found.genes}[what]
    named = {
        str(name): column.astype(str)
        for name, column in stored.items()
        if isinstance(column.dtype, pd.CategoricalDtype)
    }
    table = stored.assign(**named, shows=found.shows).reset_index(drop=True)
    table.attrs["shows"] = found.shows
    return table
