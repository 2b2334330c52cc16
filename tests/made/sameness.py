"""Whether two AnnData hold the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

CONTENTS = ("X", "obs", "var", "obsm", "varm", "obsp", "varp", "layers", "uns", "raw")


def different(one: AnnData, two: AnnData) -> list[str]:
    """The slots that do not hold the same values, types, names and order."""
    return [slot for slot in CONTENTS if not same(getattr(one, slot), getattr(two, slot))]


def same(one: object, two: object) -> bool:
    if type(one) is not type(two):
        return False
    if isinstance(one, Mapping):
        return list(one) == list(two) and all(same(one[name], two[name]) for name in one)
    if isinstance(one, pd.DataFrame):
        return one.equals(two) and one.columns.equals(two.columns) and one.index.equals(two.index)
    if sp.issparse(one):
        return one.dtype == two.dtype and one.shape == two.shape and (one != two).nnz == 0
    if isinstance(one, np.ndarray):
        numeric = one.dtype.kind in "fc"
        return one.dtype == two.dtype and np.array_equal(one, two, equal_nan=numeric)
    return one == two


@contextmanager
def unchanged(adata: AnnData) -> Iterator[None]:
    """A block in which an AnnData must stay as it is."""
    before = adata.copy()
    yield
    assert different(adata, before) == []
