from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tmeatlas._errors import InputError
from tmeatlas._numbers import read_seed
from tmeatlas.lr import _kernels as kernels
from tmeatlas.lr._null import Null, fixed_groups


def shuffles(labels, n_perms, *, seed=0, blocks=None, first=0):
    """Permutations `first` and following of the labels, one per column."""
    labels = np.asarray(labels, dtype=np.uint8)
    null = Null(n_perms=1000, seed=seed, blocks=blocks)
    order, starts = null.cells_by_block(len(labels))
    out = np.full((len(labels), n_perms), 255, dtype=np.uint8)
    kernels.shuffle_labels(labels[order], order, starts, np.uint64(seed), first, out)
    return out


def test_every_column_is_a_permutation_of_the_labels():
    labels = np.repeat([0, 1, 2], [5, 10, 20])
    out = shuffles(labels, 50)
    assert (np.sort(out, axis=0) == np.sort(labels)[:, None]).all()
    assert len(np.unique(out, axis=1).T) == 50


def test_all_orders_are_equally_likely():
    out = shuffles(np.arange(4), 24_000)
    order = (out * np.array([[64], [16], [4], [1]])).sum(axis=0)
    counts = np.unique(order, return_counts=True)[1]
    assert len(counts) == 24
    assert stats.chisquare(counts).pvalue > 0.001


def test_every_cell_gets_every_label_in_its_share():
    labels = np.repeat([0, 1], [20, 60])
    share = (shuffles(labels, 20_000) == 0).mean(axis=1)
    # Standard error 0.003 around 1/4 in each of 80 cells.
    np.testing.assert_allclose(share, 0.25, atol=5 * 0.0031)


def test_a_permutation_depends_on_its_number_and_the_seed_alone():
    labels = np.arange(100) % 7
    whole = shuffles(labels, 40)
    np.testing.assert_array_equal(shuffles(labels, 15, first=25), whole[:, 25:])
    assert (shuffles(labels, 40, seed=1) != whole).any(axis=0).all()


def test_neighbouring_seeds_share_no_permutation():
    labels = np.arange(50)
    columns = [tuple(column) for seed in range(20) for column in shuffles(labels, 50, seed=seed).T]
    assert len(set(columns)) == 1000


def test_labels_stay_within_their_block():
    blocks = np.array([1, 0, 1, 2, 0, 1, 0, 2, 1, 0])
    labels = np.arange(10)
    out = shuffles(labels, 200, blocks=blocks)
    assert (blocks[out] == blocks[:, None]).all()
    assert len(np.unique(out[blocks == 0], axis=1).T) == 24


@pytest.mark.parametrize("n_perms", [0, 18, -1, 100.0, "many"])
def test_too_few_permutations_are_refused(n_perms):
    with pytest.raises(InputError, match="19 or more"):
        Null(n_perms=n_perms, seed=0)


def test_seeds():
    assert read_seed(7) == 7
    assert read_seed(np.int64(7)) == 7
    assert read_seed(np.random.default_rng(1)) == read_seed(np.random.default_rng(1))
    assert read_seed(np.random.default_rng(1)) != read_seed(np.random.default_rng(2))
    assert max(read_seed(np.random.default_rng(i), below=3) for i in range(30)) == 2
    with pytest.raises(InputError, match=r"from 0 to 4294967295 .*`rng`, found 4294967296"):
        read_seed(2**32, below=2**32)


@pytest.mark.parametrize("rng", [-1, 2**63, 1.5, True, None, "0", np.random.RandomState(0)])
def test_what_is_no_seed_is_refused(rng):
    with pytest.raises(InputError, match="`rng`"):
        read_seed(rng)


def test_groups_without_a_sample_in_common_with_another_are_fixed():
    codes = np.array([0, 1, 1, 2, 3])
    samples = np.array([0, 0, 1, 2, 3])
    np.testing.assert_array_equal(fixed_groups(codes, samples, 5), [False, False, True, True, True])
    assert not fixed_groups(codes, np.zeros(5, dtype=int), 4).any()
