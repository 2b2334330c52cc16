"""One expression profile per group, or per group and sample."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError
from tmeatlas.matrix import bulk_profiles, open_matrix, read_bulks


def pseudobulk(
    adata: AnnData,
    groupby: str,
    *,
    sample_key: str | None = None,
    layer: str | None = None,
    use_raw: bool | None = None,
    min_cells: int = 1,
) -> pd.DataFrame:
    r"""Add up the cells of each group, or of each group in each sample.

    Counts are summed, as tools for bulk RNA-seq expect; log-normalised and
    linear values are averaged, :math:`\bar x_g = \sum_{c \in g} x_{cg} / n_g`.
    The kind is told from the values. Sparse, backed and dask data are read once,
    block by block.

    Parameters
    ----------
    adata
        Cells × genes; counts, log-normalised or linear values.
    groupby
        The `obs` column with the groups. Cells without a group are left out.
    sample_key
        The `obs` column with the samples, to keep them apart.
    layer
        Key of `adata.layers`, such as ``"counts"``; by default `X`, or
        `adata.raw` where `X` is scaled.
    use_raw
        ``True`` reads `adata.raw`, which has all genes where `adata` was cut down to the
        variable ones; ``False`` never does.
    min_cells
        Profiles of fewer cells are left out.

    Returns
    -------
    DataFrame
        Profiles × genes, float64. The index is named `groupby` and holds the
        groups; with `sample_key` it has two levels, group and sample. Pairs
        that have no cells have no row.

    Raises
    ------
    MissingKeyError
        No such `obs` column or layer.
    InputError
        No group has `min_cells` cells; scaled, negative or missing values.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> table = tme.get.pseudobulk(adata, "cell_type", sample_key="sample")
    >>> bool(table.to_numpy().sum() == adata.X.sum())
    True
    """
    check_adata(adata)
    if not isinstance(min_cells, (int, np.integer)) or min_cells < 1:
        raise InputError(f"Expected `min_cells` of 1 or more, found {min_cells!r}.")
    bulks = read_bulks(adata, groupby, sample_key, min_cells=min_cells)
    if len(bulks) == 0:
        raise InputError(
            f"No group of obs[{groupby!r}] has {min_cells} or more cells. Lower `min_cells=`, or "
            "name another column with `groupby=`."
        )
    matrix = open_matrix(adata, layer=layer, use_raw=use_raw)
    profiles = bulk_profiles(matrix, bulks)
    index: pd.Index = pd.Index(bulks.groups, name=groupby)
    if sample_key is not None:
        index = pd.MultiIndex.from_arrays(
            [bulks.groups, bulks.samples], names=[groupby, sample_key]
        )
    return pd.DataFrame(profiles, index=index, columns=matrix.labels)
