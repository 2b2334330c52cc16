"""The compiled loops over shuffled labels, against plain sums."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from tmeatlas.cellphonedb import _shuffle_kernels as kernels


def shuffles(codes, starts, *, seed=5, n=40, first=0, order=None):
    """Cells × shuffles; labels move within the blocks that begin at `starts`."""
    order = np.arange(len(codes)) if order is None else order
    found = np.full((len(codes), n), 255, dtype=np.uint8)
    labels = codes[order].astype(np.uint8)
    kernels.shuffle_labels(labels, order, np.array(starts), np.uint64(seed), first, found)
    return found


def test_labels_stay_within_their_blocks():
    codes = np.random.default_rng(0).integers(4, size=60)
    order = np.random.default_rng(1).permutation(60)
    found = shuffles(codes, [0, 17, 17, 60], order=order)
    for block in (order[:17], order[17:]):
        expected = np.sort(codes[block])
        assert (np.sort(found[block], axis=0) == expected[:, None]).all()
    assert not (found == found[:, :1]).all()


def test_a_shuffle_depends_on_its_number_and_the_seed_alone():
    codes = np.arange(30) % 3
    whole = shuffles(codes, [0, 30])
    np.testing.assert_array_equal(shuffles(codes, [0, 30], first=11, n=9), whole[:, 11:20])
    assert (shuffles(codes, [0, 30], seed=6) != whole).any()


def test_every_place_is_as_likely_for_a_label():
    codes = np.zeros(10, dtype=int)
    codes[0] = 1
    where = shuffles(codes, [0, 10], n=20_000).argmax(axis=0)
    counts = np.bincount(where, minlength=10)
    assert ((counts - 2000) ** 2 / 2000).sum() < 27.9  # chi-square, 9 degrees, p = 0.001


def test_cells_beyond_one_chunk_are_added_in_order():
    """Sums of more cells than one chunk holds, bit for bit those of adding cell after cell."""
    rng = np.random.default_rng(0)
    n_cells = 2 * kernels.CHUNK_CELLS + 100
    dense = rng.lognormal(0, 1, (n_cells, 4)) * (rng.random((n_cells, 4)) < 0.3)
    dense[kernels.CHUNK_CELLS :, 1] = 0  # nothing after the first chunk
    dense[: kernels.CHUNK_CELLS, 2] = 0  # nothing in it
    values = sp.csc_matrix(dense.astype(np.float32))
    shuffled = rng.integers(3, size=(n_cells, 5)).astype(np.uint8)
    sizes = np.array([3.0, 7.0, 11.0])
    stored = values.indptr.astype(np.int64), values.indices.astype(np.int32), values.data
    needed = np.array([True, True, True, False])
    for dtype in (np.float64, np.float32):
        means = np.full((4, 3, 5), -1, dtype=dtype)
        kernels.permuted_gene_means(*stored, needed, shuffled, sizes.astype(dtype), means)
        assert (means[3] == -1).all()
        for gene, group, b in np.ndindex(3, 3, 5):
            column = values.data[values.indptr[gene] : values.indptr[gene + 1]].astype(dtype)
            rows = values.indices[values.indptr[gene] : values.indptr[gene + 1]]
            own = column[shuffled[rows, b] == group]
            one_by_one = np.cumsum(own, dtype=dtype)[-1]
            assert means[gene, group, b] == one_by_one / dtype(sizes[group])


def test_more_groups_than_a_byte_can_number():
    codes = np.repeat(np.arange(300), 2).astype(np.uint16)
    found = np.zeros((600, 3), dtype=np.uint16)
    kernels.shuffle_labels(codes, np.arange(600), np.array([0, 600]), np.uint64(0), 0, found)
    assert (np.sort(found, axis=0) == codes[:, None]).all()


def test_a_complex_has_the_mean_of_its_weakest_subunit():
    means = np.random.default_rng(0).random((5, 3, 4))
    before = means.copy()
    starts, members = np.array([0, 2, 4]), np.array([0, 2, 1, 2])
    kernels.permuted_complex_means(
        starts, members, np.array([False, False, False, True, False]), means
    )
    np.testing.assert_array_equal(means[3], np.minimum(before[0], before[2]))
    np.testing.assert_array_equal(means[[0, 1, 2, 4]], before[[0, 1, 2, 4]])


def test_means_of_zero_reach_no_threshold():
    means = np.array([[[0.0, 0.2]], [[0.0, 0.3]]])
    kernels.bar_zeros(np.array([True, False]), means)
    np.testing.assert_array_equal(means, [[[-np.inf, 0.2]], [[0.0, 0.3]]])
