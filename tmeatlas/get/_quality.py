"""Quality of samples as tidy tables."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, listing
from tmeatlas.results import Quality

ROWS = ("samples", "remarks", "genes")


def quality(
    adata: AnnData,
    *,
    rows: Literal["samples", "remarks", "genes"] = "samples",
    key: str = keys.QUALITY,
) -> pd.DataFrame:
    """Get the result of :func:`tmeatlas.tl.quality`.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.quality(adata, ...)``.
    rows
        ``"samples"``: one row per sample with its remarks and measures. ``"remarks"``: one
        row per remark, with the numbers behind it. ``"genes"``: one row per group and gene
        of which ambient RNA explains half or more there.
    key
        The `key_added` of the call that wrote it.

    Returns
    -------
    DataFrame
        Of samples, by name: ``remarks``, ``reasons`` and ``forbids``, each joined by "; ",
        and one column per measure of the whole sample; NaN where it cannot be read, and why
        is in ``adata.uns["tme_quality"]``, as are the measures of groups. Of remarks:
        ``sample`` (empty where it is on conditions), ``remark``, ``reason``, ``forbids``. Of
        genes: ``group``, ``gene``, ``share`` of its molecules there that are ambient; of the
        genes that most ambient molecules are of, which come first, ``pool``, their share of
        them in the sample that has most, and the ``lineage`` that makes them.

    Raises
    ------
    MissingKeyError
        Nothing under `key`.
    InputError
        Something else under `key`, the result is of other cells or labels, or unknown `rows`.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(1500)
    >>> tme.tl.quality(adata, groupby="cell_type", sample_key="sample")
    >>> tme.get.quality(adata).loc["sample1", "known_lineage"]
    np.float64(1.0)
    """
    result = Quality.read(adata, key)
    if rows == "samples":
        return _samples(result)
    if rows == "remarks":
        return result.remarks.astype(str).reset_index(drop=True)
    if rows == "genes":
        return _genes(result)
    raise InputError(
        f"Expected `rows` to be one of {listing(ROWS)}, found {rows!r}. Each is "
        "another table of the same result."
    )


def _samples(result: Quality) -> pd.DataFrame:
    """One row per sample: remarks beside measures."""
    measures = result.wide()
    words = result.remarks.astype(str).groupby("sample", sort=False)
    about = {
        name: words[column].agg(lambda texts: "; ".join(dict.fromkeys(filter(None, texts))))
        for name, column in (("remarks", "remark"), ("reasons", "reason"), ("forbids", "forbids"))
    }
    found = pd.DataFrame(about).reindex(measures.index).fillna("")
    return found.join(measures)


def _genes(result: Quality) -> pd.DataFrame:
    """One row per group and gene that is ambient there."""
    shares, ambient = result.shares, result.mostly_ambient.to_numpy()
    group, gene = np.nonzero(ambient.T)
    listed = result.ambient.astype({"gene": str, "lineage": str})
    most = listed.sort_values("pool", ascending=False).drop_duplicates("gene").set_index("gene")
    names = shares.index.astype(str)[gene]
    found = pd.DataFrame(
        {
            "group": np.array(shares.columns, dtype=object)[group],
            "gene": names,
            "share": shares.to_numpy()[gene, group],
            "pool": most["pool"].reindex(names).to_numpy(),
            "lineage": most["lineage"].reindex(names).fillna("").to_numpy(),
        }
    ).assign(place=group)
    order = ["place", "pool", "share"]
    found = found.sort_values(order, ascending=[True, False, False], kind="stable")
    return found.drop(columns="place").reset_index(drop=True)
