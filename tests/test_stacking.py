"""Blocks of cells under each other, as columns."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from tmeatlas.matrix._stacking import stacked_columns


@pytest.mark.parametrize("sizes", [[7], [3, 0, 5], [1, 1, 1, 1]])
def test_blocks_are_one_matrix(sizes):
    rng = np.random.default_rng(0)
    dense = [rng.poisson(0.6, (size, 4)).astype(np.float32) for size in sizes]
    whole = np.concatenate(dense)
    found = stacked_columns((sp.csr_matrix(block) for block in dense), whole.shape)
    np.testing.assert_array_equal(found.toarray(), whole)
    reference = sp.csc_matrix(whole)
    for part in ("data", "indices", "indptr"):
        np.testing.assert_array_equal(getattr(found, part), getattr(reference, part))
    assert found.dtype == np.float32
    found.check_format(full_check=True)
