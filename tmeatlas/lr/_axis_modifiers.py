"""How many cells of each group show what frees, helps, catches, cuts or blocks an axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas.lr._axis_pool import MODIFIERS, AxisPool
from tmeatlas.lr._cells import Cells
from tmeatlas.lr._match import MatchedInteractions


def modifier_shares(
    cells: Cells, matched: MatchedInteractions, pool: AxisPool
) -> dict[str, NDArray[np.float64]]:
    """Per role, the share of each group's cells that show any such partner; NaN without one."""
    from tmeatlas.lr._kernels import cells_with_any

    indptr = cells.expression.indptr.astype(np.int64)
    rows = cells.expression.indices.astype(np.int32, copy=False)
    partners, shares = matched.partners, {}
    for role in MODIFIERS:
        found = pool.modifiers[role]
        counts = np.zeros(len(cells.labels), dtype=np.int64)
        if len(found):
            at = partners.starts, partners.members, found
            cells_with_any(indptr, rows, *at, cells.codes, counts)
        shares[role] = counts / cells.sizes if len(found) else np.full(len(counts), np.nan)
    return shares
