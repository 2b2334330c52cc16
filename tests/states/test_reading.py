"""From scores to states, on arrays made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.sig import Signature, match_signatures
from tmeatlas.states import best_state, joined_lists, read_list, sample_cells, without_shared
from tmeatlas.states._reading import (
    AS_CHANCE,
    CONSTANT,
    FEWEST_CELLS,
    TOO_FEW_CELLS,
    Reading,
    balance,
    lower_mean,
)
from tmeatlas.states._scores import MOST_CELLS

N_NULL = 99


def chance(n_cells: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n_cells, N_NULL)).astype(np.float32)


def read(own: np.ndarray, seed: int = 0, allowed: np.ndarray | None = None) -> Reading:
    everyone = np.arange(len(own))
    allowed = np.ones(len(own), dtype=bool) if allowed is None else allowed
    return read_list(own.astype(np.float32), chance(len(own), seed), everyone, allowed)


def brute_lower_mean(values: np.ndarray) -> float:
    ascending = np.sort(values)
    splits = range(1, len(values))
    within = [ascending[:k].var() * k + ascending[k:].var() * (len(values) - k) for k in splits]
    return ascending[: splits[int(np.argmin(within))]].mean()


def test_lower_mean_is_that_of_the_split_with_the_least_spread_within():
    values = np.random.default_rng(1).normal(size=(40, 6))
    values[:13] += 4
    expected = [brute_lower_mean(column) for column in values.T]
    np.testing.assert_allclose(lower_mean(values), expected, rtol=1e-12)


class TestReadList:
    def test_scores_are_in_deviations_of_chance_from_the_lower_group(self):
        own = np.random.default_rng(2).normal(size=400)
        own[:150] += 8
        found = read(own)
        assert found.why_not == ""
        assert found.pvalue == 1 / (N_NULL + 1)
        assert abs(found.scores[150:].mean()) < 0.05
        assert found.scores[:150].mean() == pytest.approx(8, abs=0.3)
        assert ((found.scores > found.threshold) == (np.arange(400) < 150)).mean() > 0.96

    def test_neither_unit_nor_origin_of_the_scores_matters(self):
        own = np.random.default_rng(3).normal(size=200) + 5.0 * (np.arange(200) < 60)
        everyone, allowed = np.arange(200), np.ones(200, dtype=bool)
        one = read_list(own.astype(np.float32), chance(200), everyone, allowed)
        moved = (4 * own + 7).astype(np.float32)
        other = read_list(moved, 4 * chance(200), everyone, allowed)
        np.testing.assert_allclose(one.scores, other.scores, atol=1e-4)
        assert one.threshold == pytest.approx(other.threshold, rel=1e-5)

    def test_threshold_is_passed_by_one_random_score_in_twenty(self):
        random = chance(500)
        found = read_list(random[:, 0], random[:, 1:], np.arange(500), np.ones(500, dtype=bool))
        centred = random[:, 1:] - random[:, 1:].mean(axis=0)
        scaled = centred / np.sqrt((centred**2).mean())
        above = scaled - np.array([brute_lower_mean(column) for column in scaled.T])
        assert (above > found.threshold).mean() == pytest.approx(0.05, abs=0.001)

    def test_scores_that_vary_as_chance_does_are_read_in_one_of_twenty_cases(self):
        every = [read(np.random.default_rng(100 + s).normal(size=60), s) for s in range(200)]
        passed = sum(found.why_not == "" for found in every)
        assert {found.why_not for found in every} == {"", AS_CHANCE}
        assert passed <= 19  # of 200 at 0.05; more happens once in 100 times

    def test_a_state_of_most_cells_is_as_far_from_0_as_a_rare_one(self):
        noise = np.random.default_rng(4).normal(size=400)
        common, rare = (read(noise + 8.0 * (np.arange(400) < n)) for n in (320, 80))
        assert common.scores[:80].mean() == pytest.approx(rare.scores[:80].mean(), abs=0.3)

    def test_cells_in_which_it_may_not_be_read_have_no_score_and_no_say(self):
        own = np.random.default_rng(5).normal(size=100)
        own[:50] += 30
        allowed = np.arange(100) >= 50
        found = read(own, allowed=allowed)
        np.testing.assert_array_equal(np.isnan(found.scores), ~allowed)
        alone = read_list(
            own[50:].astype(np.float32),
            chance(100)[50:],
            np.arange(50),
            np.ones(50, dtype=bool),
        )
        np.testing.assert_allclose(found.scores[50:], alone.scores, rtol=1e-6)

    def test_too_few_cells_and_constant_scores_are_said(self):
        few = read(np.arange(FEWEST_CELLS - 1.0))
        constant = read(np.zeros(50))
        assert (few.why_not, constant.why_not) == (TOO_FEW_CELLS, CONSTANT)
        for found in (few, constant):
            assert np.isnan(found.scores).all()
            assert np.isnan([found.threshold, found.pvalue]).all()
        silent = np.zeros((50, N_NULL), dtype=np.float32)
        own = np.arange(50, dtype=np.float32)
        found = read_list(own, silent, np.arange(50), np.ones(50, dtype=bool))
        assert found.why_not == CONSTANT


def reading(scores: list[float], threshold: float = 2.0, why_not: str = "") -> Reading:
    return Reading(np.array(scores, dtype=np.float32), threshold, 0.01, why_not)


class TestBestState:
    def test_margin_is_to_the_next_state_or_to_the_threshold(self):
        one = reading([5.0, 5.0, 2.5, 1.0])
        two = reading([1.0, 4.0, 1.0, 0.0])
        state, margin = best_state([one, two], 4, min_margin=0.75)
        np.testing.assert_allclose(margin, [3, 1, 0.5, -1])
        assert state.tolist() == [0, 0, -1, -1]

    def test_each_state_has_its_own_threshold(self):
        state, _ = best_state([reading([5.0], 4.5), reading([4.0], 2.0)], 1, min_margin=0.25)
        assert state.tolist() == [1]

    def test_what_cannot_be_called_is_no_rival(self):
        chance_like = reading([9.0, 9.0], why_not=AS_CHANCE)
        state, margin = best_state([chance_like, reading([3.0, 1.0])], 2, min_margin=0.25)
        assert state.tolist() == [1, -1]
        np.testing.assert_allclose(margin, [1, -1])

    def test_cells_without_a_score_have_no_margin(self):
        state, margin = best_state([reading([np.nan, 4.0])], 2, min_margin=0.25)
        assert state.tolist() == [-1, 0]
        assert np.isnan(margin[0])

    def test_nothing_to_call(self):
        for readings in ([], [reading([9.0], why_not=CONSTANT)]):
            state, margin = best_state(readings, 1, min_margin=0)
            assert state.tolist() == [-1]
            assert np.isnan(margin).all()


def test_balance_is_0_in_the_mean_cell_and_nan_where_a_pole_is():
    high = np.array([3, 1, np.nan, 2], dtype=np.float32)
    low = np.array([0, 2, 1, 1], dtype=np.float32)
    np.testing.assert_allclose(balance(high, low), [2, -2, np.nan, 0])
    assert np.isnan(balance(high, np.full(4, np.nan, dtype=np.float32))).all()


GENES = [f"G{i}" for i in range(12)]


def matched(**lists: list[str]) -> list:
    return match_signatures([Signature(name, tuple(genes)) for name, genes in lists.items()], GENES)


def test_a_gene_weighs_by_the_lists_that_name_it():
    one = joined_lists("both", matched(a=["G0", "G1"], b=["G1", "G2", "G3", "G4"]))
    weights = dict(zip(one.up.tolist(), one.up_weights, strict=True))
    by_hand = {0: 0.5, 1: 0.75, 2: 0.25, 3: 0.25, 4: 0.25}
    assert weights == pytest.approx({gene: w / 0.4 for gene, w in by_hand.items()})
    assert (one.n_genes, one.n_found) == (5, 5)


def test_shared_genes_count_for_neither_unless_too_few_would_be_left():
    lists = {
        "a": joined_lists("a", matched(a=["G0", "G1", "G2", "G3"])),
        "b": joined_lists("b", matched(b=["G3", "G4", "G5", "G6"])),
        "c": joined_lists("c", matched(c=["G0", "G4", "G7"])),
    }
    found = {name: one.up.tolist() for name, one in without_shared(lists).items()}
    assert found == {"a": [0, 1, 2, 3], "b": [3, 4, 5, 6], "c": [0, 4, 7]}
    wide = lists | {"a": joined_lists("a", matched(a=["G0", "G1", "G2", "G8", "G9"]))}
    assert without_shared(wide)["a"].up.tolist() == [1, 2, 8, 9]


def test_sampled_cells_are_the_same_whatever_the_order():
    parts = np.repeat([0, 1], [MOST_CELLS + 500, 7])
    places = np.random.default_rng(0).permutation(len(parts)).astype(np.uint64)
    sampled = sample_cells(parts, places)
    assert np.bincount(parts[sampled]).tolist() == [MOST_CELLS, 7]
    assert (np.diff(sampled) > 0).all()
    order = np.random.default_rng(1).permutation(len(parts))
    other = sample_cells(parts[order], places[order])
    assert set(order[other]) == set(sampled)
