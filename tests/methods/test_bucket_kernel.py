"""Ranks in buckets against their definition, on rows of every kind that the code treats apart."""

from __future__ import annotations

import numpy as np

from tmeatlas.methods._bucket_kernel import (
    TOO_MANY,
    Members,
    looks_continuous,
    new_buckets,
    rank_in_buckets,
)
from tmeatlas.methods._rank_kernel import new_table, rank_row

N_GENES = 4_000
LONGEST = 3_000


def rows() -> dict[str, np.ndarray]:
    """Positive values of one cell each."""
    rng = np.random.default_rng(3)
    n = LONGEST
    narrow = 1 + rng.integers(0, 5000, n) * 2.0**-23  # nearly all in one bucket
    narrow[:2] = 1e30, 1e-30
    plateau = np.where(rng.random(n) < 0.5, 0.25, rng.gamma(1.5, 0.8, n) + 0.01)
    crowded = np.where(rng.random(n) < 0.2, rng.integers(1, 4, n) * 2.0**-20, 0.0) + 1
    crowded[::3] = rng.lognormal(2, 3, len(crowded[::3]))
    made = {
        "continuous": rng.gamma(1.5, 0.8, n) + 0.1,
        "transcripts per million": rng.lognormal(2, 3, n),
        "rounded": np.round(rng.gamma(1.5, 0.8, n), 2) + 0.01,
        "counts": rng.poisson(3, n) + 1,
        "half at one value": plateau,
        "too many in a bucket": narrow,
        "several in a bucket": crowded,
        "all equal": np.full(n, 1.5),
        "smallest to largest": np.exp2(rng.uniform(-148, 127, n)),
        "two values": np.array([2.0, 1.0]),
        "one value": np.array([3.0]),
        "no value": np.empty(0),
    }
    return {name: values.astype(np.float32) for name, values in made.items()}


def by_definition(values: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Values above, equal, and equal but earlier, of each that is chosen."""
    found = [
        ((values > values[k]).sum(), (values == values[k]).sum(), (values[:k] == values[k]).sum())
        for k in np.flatnonzero(chosen)
    ]
    return np.array(found, dtype=int).reshape(-1, 3)


def test_every_kind_of_row_is_ranked_as_defined_with_the_same_room():
    rng = np.random.default_rng(4)
    is_member = rng.random(N_GENES) < 0.1
    members = Members(*(np.zeros(LONGEST + 1, np.int32) for _ in range(4)))
    buckets = new_buckets(LONGEST)
    for name, values in rows().items():
        genes = np.sort(rng.choice(N_GENES, len(values), replace=False)).astype(np.int32)
        chosen = is_member[genes]
        n = rank_in_buckets(values.view(np.uint32), genes, is_member, N_GENES, members, buckets)
        expected = by_definition(values, chosen)
        np.testing.assert_array_equal(members.gene[:n], genes[chosen], err_msg=name)
        ranked = np.stack([members.above[:n], members.tied[:n], members.before[:n]], axis=1)
        np.testing.assert_array_equal(ranked, expected, err_msg=name)


def test_only_genes_below_the_last_may_be_left_out():
    values = rows()["continuous"]
    genes = np.arange(len(values), dtype=np.int32)
    everyone = np.ones(N_GENES, np.bool_)
    members = Members(*(np.zeros(LONGEST + 1, np.int32) for _ in range(4)))
    n = rank_in_buckets(values.view(np.uint32), genes, everyone, 100, members, new_buckets(LONGEST))
    above = by_definition(values, everyone[genes])[:, 0]
    assert n < 200
    assert set(genes[above < 100]) <= set(members.gene[:n])


def test_counts_are_told_from_continuous_values():
    made = rows()
    told = {name: looks_continuous(values.view(np.uint32)) for name, values in made.items()}
    assert told["continuous"]
    assert told["transcripts per million"]
    assert not told["counts"]
    assert not told["one value"]


def test_a_large_bucket_of_many_values_is_tested():
    narrow = rows()["too many in a bucket"]
    assert len(np.unique(narrow)) > TOO_MANY


def test_numbers_of_genes_are_whole_whichever_way_a_row_is_ranked():
    table, is_member = new_table(LONGEST), np.ones(N_GENES, dtype=bool)
    for name in ("continuous", "counts"):
        bits = rows()[name].view(np.uint32)
        found = rank_row(bits, np.arange(len(bits), dtype=np.int32), is_member, LONGEST, table)
        assert all(isinstance(number, int | np.int64) for number in found)
        assert found[1] == len(bits)
