"""What lies beside what: counted by hand, planted, and without a relation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from scipy.spatial import KDTree

from tmeatlas._stats import benjamini_hochberg
from tmeatlas.spatial import (
    CO_LOCALISATION,
    MEASURED,
    PROGRAMME_NEAR_TYPE,
    PROGRAMMES_TOGETHER,
    Graph,
    Tissue,
    Types,
    co_locate,
)
from tmeatlas.spatial import _colocal as colocal


def nearest(xy, k=6):
    n = len(xy)
    near = KDTree(xy).query(xy, k=k + 1)[1][:, 1:]
    return sp.csr_matrix(
        (np.ones(n * k, np.float32), near.ravel(), np.arange(0, n * k + 1, k)), (n, n)
    )


def one_section(xy, k=6):
    tissue = Tissue(np.asarray(xy, float), np.zeros(len(xy), np.intp), ("s",), spots=False)
    return tissue, Graph(nearest(tissue.coordinates, k), f"{k} nearest cells")


def smooth(xy, length, rng, waves=200):
    """A stationary Gaussian field at places in the unit square: a sum of random waves."""
    angles = xy @ rng.normal(size=(2, waves)) / length + rng.uniform(0, 2 * np.pi, waves)
    return np.sqrt(2 / waves) * np.cos(angles).sum(axis=1)


def typed(codes, names="ABCDEF"):
    codes = np.asarray(codes, np.intp)
    return Types(codes, tuple(names[: codes.max() + 1]))


def row_of(table, feature, partner, measure=CO_LOCALISATION):
    found = table.query("feature == @feature and partner == @partner and measure == @measure")
    assert len(found) == 1
    return found.iloc[0]


@pytest.fixture(scope="module")
def scattered():
    rng = np.random.default_rng(1)
    xy = rng.uniform(size=(400, 2))
    return xy, rng.integers(0, 3, 400), rng.normal(size=(400, 2))


def test_values_are_those_counted_pair_by_pair(scattered):
    xy, codes, scores = scattered
    tissue, graph = one_section(xy)
    programmes = pd.DataFrame(scores, columns=["p", "q"])
    table = co_locate(tissue, graph, typed(codes), programmes, n_shifts=9)
    start, end = graph.edges.nonzero()
    z = (scores - scores.mean(axis=0)) / scores.std(axis=0)
    among = [(s, e) for s, e in zip(start, end, strict=True) if codes[s] == 0 and codes[e] != 0]
    hits = sum(codes[e] == 1 for _, e in among)
    row = row_of(table, "A", "B")
    assert row["value"] == pytest.approx(
        np.log2((hits + 0.5) / (row["expected"] * len(among) + 0.5))
    )
    assert row["expected"] == pytest.approx((codes == 1).sum() / (codes != 0).sum(), abs=0.05)
    assert row["cells"] == (codes == 0).sum()
    near = row_of(table, "A", "q", PROGRAMME_NEAR_TYPE)
    assert near["value"] == pytest.approx(np.mean([z[e, 1] for _, e in among]), abs=1e-5)
    both = row_of(table, "p", "q", PROGRAMMES_TOGETHER)
    assert both["value"] == pytest.approx((z[start, 0] * z[end, 1]).mean(), abs=0.01)


def test_beside_itself_all_neighbours_are_counted(scattered):
    xy, codes, _ = scattered
    tissue, graph = one_section(xy)
    row = row_of(co_locate(tissue, graph, typed(codes), n_shifts=9), "B", "B")
    start, end = graph.edges.nonzero()
    mine = codes[start] == 1
    hits, size = (codes[end[mine]] == 1).sum(), mine.sum()
    assert row["value"] == pytest.approx(np.log2((hits + 0.5) / (row["expected"] * size + 0.5)))


def test_the_table_is_closed_and_adjusted_within_section_and_measure(scattered):
    xy, codes, scores = scattered
    tissue, graph = one_section(xy)
    table = co_locate(tissue, graph, typed(codes), pd.DataFrame(scores, columns=list("pq")))
    assert list(table.columns) == list(MEASURED)
    assert table["measure"].value_counts().to_dict() == {
        CO_LOCALISATION: 9, PROGRAMME_NEAR_TYPE: 6, PROGRAMMES_TOGETHER: 3,
    }  # fmt: skip
    assert table["pval"].between(0.002, 1).all()
    for _, rows in table.groupby("measure"):
        assert np.allclose(rows["padj"], benjamini_hochberg(rows["pval"]))
    assert set(table["name"].iloc[:3]) == {"A beside A", "B beside A", "C beside A"}


def test_what_is_planted_is_found_in_its_direction():
    rng = np.random.default_rng(2)
    xy = rng.uniform(size=(1500, 2))
    field = smooth(xy, 0.06, rng)
    codes = np.full(1500, 3)
    codes[field > 1.0] = 0
    together = (codes == 3) & (field > 0.5)
    codes[together] = 1  # around A
    codes[(codes == 3) & (field < -0.7)] = 2  # away from A
    programmes = pd.DataFrame({"like": field, "unlike": -field, "none": rng.normal(size=1500)})
    table = co_locate(*one_section(xy), typed(codes), programmes, n_shifts=199)
    for feature, partner, sign in (("A", "B", 1), ("A", "C", -1), ("A", "A", 1)):
        row = row_of(table, feature, partner)
        assert np.sign(row["value"]) == sign
        assert row["padj"] <= 0.05
    near = {p: row_of(table, "A", p, PROGRAMME_NEAR_TYPE) for p in programmes}
    assert near["like"]["value"] > 0.3 > -0.3 > near["unlike"]["value"]
    assert max(near["like"]["pval"], near["unlike"]["pval"]) == 0.01  # the least of 199
    assert near["none"]["pval"] > 0.05
    both = row_of(table, "like", "unlike", PROGRAMMES_TOGETHER)
    assert both["value"] < -0.5
    assert both["pval"] == 0.01


def test_smooth_programmes_without_a_relation_are_rarely_found():
    """Free shuffles call 70 % of these: their neighbours are alike for no other's sake."""
    rng = np.random.default_rng(3)
    found = []
    for _ in range(6):
        xy = rng.uniform(size=(800, 2))
        fields = {f"{i}": smooth(xy, 0.12, rng) for i in range(10)}
        table = co_locate(*one_section(xy), programmes=pd.DataFrame(fields), n_shifts=99)
        others = table[table["feature"] != table["partner"]]
        found.append((others["pval"] <= 0.05).mean())
        itself = table[table["feature"] == table["partner"]]
        assert (itself["value"] > 0.8).all()
    assert np.mean(found) <= 0.065


def test_each_section_is_read_alone_and_in_any_order(scattered):
    xy, codes, scores = scattered
    alone = co_locate(*one_section(xy), typed(codes), pd.DataFrame(scores), n_shifts=19)
    rng = np.random.default_rng(4)
    other = rng.uniform(size=(300, 2))
    order = rng.permutation(700)
    both = np.concatenate([xy, other])[order]
    section = np.repeat([0, 1], [400, 300])[order]
    edges = sp.block_diag([nearest(xy), nearest(other)]).tocsr()[order][:, order]
    kinds = typed(np.concatenate([codes, rng.integers(0, 3, 300)])[order])
    values = np.concatenate([scores, rng.normal(size=(300, 2))])[order]
    tissue = Tissue(both, section, ("s", "t"), spots=False)
    table = co_locate(tissue, Graph(edges, ""), kinds, pd.DataFrame(values), n_shifts=19)
    assert set(table["sample"]) == {"s", "t"}
    first = table[table["sample"] == "s"].reset_index(drop=True)
    same = ["value", "expected", "cells"]
    pd.testing.assert_frame_equal(first[same], alone[same], check_exact=False, rtol=1e-4)


def test_threads_and_repeats_change_nothing(scattered, monkeypatch):
    xy, codes, scores = scattered
    tissue, graph = one_section(xy)
    given = (tissue, graph, typed(codes), pd.DataFrame(scores))
    tables = []
    for threads in (1, 3, 3):
        monkeypatch.setattr("tmeatlas.spatial._beside_types.n_threads", lambda n=threads: n)
        tables.append(co_locate(*given, n_shifts=20))
    pd.testing.assert_frame_equal(tables[0], tables[1])
    pd.testing.assert_frame_equal(tables[1], tables[2])
    other = co_locate(*given, n_shifts=20, seed=1)
    assert not other["pval"].equals(tables[0]["pval"])
    assert other["value"].equals(tables[0]["value"])


def test_rare_types_and_small_sections_are_not_tested(scattered):
    xy, codes, scores = scattered
    rare = codes.copy()
    rare[np.flatnonzero(codes == 2)[19:]] = 0
    table = co_locate(*one_section(xy), typed(rare), n_shifts=9)
    assert set(table["feature"]) == {"A", "B"}
    few = co_locate(*one_section(xy[:90]), typed(codes[:90]), pd.DataFrame(scores[:90]), n_shifts=9)
    assert few["pval"].isna().all()
    assert few["padj"].isna().all()
    assert few["value"].notna().all()
    assert set(few["note"]) == {"not tested: fewer than 100 rows in the section"}
    none = co_locate(*one_section(xy[:10]), typed(codes[:10]), n_shifts=9)
    assert none.empty
    assert list(none.columns) == list(MEASURED)


def test_what_is_not_known_of_a_row_says_nothing(scattered):
    xy, codes, scores = scattered
    tissue, graph = one_section(xy)
    unknown = codes.copy()
    unknown[codes == 2] = -1
    programmes = pd.DataFrame({"p": scores[:, 0], "flat": 1.0, "none": np.nan})
    programmes.loc[:99, "p"] = np.nan
    table = co_locate(tissue, graph, Types(unknown, ("A", "B")), programmes, n_shifts=9)
    assert set(table["feature"]) == {"A", "B", "p"}
    assert set(table["partner"]) == {"A", "B", "p"}
    start, end = graph.edges.nonzero()
    z = (scores[:, 0] - scores[100:, 0].mean()) / scores[100:, 0].std()
    z[:100] = 0.0
    mine = (codes[start] == 0) & (codes[end] != 0)
    near = row_of(table, "A", "p", PROGRAMME_NEAR_TYPE)
    assert near["value"] == pytest.approx(z[end[mine]].mean(), abs=1e-5)


def test_one_cell_far_off_costs_no_memory():
    xy = np.random.default_rng(5).uniform(size=(300, 2))
    xy[0] = (1e6, 1e6)
    codes = np.arange(300) % 2
    table = co_locate(*one_section(xy), typed(codes), n_shifts=9)
    assert len(table) == 4
    assert colocal.LEAST_SECTION == 100


def test_a_line_of_cells_is_read():
    xy = np.column_stack([np.arange(200.0), np.zeros(200)])
    codes = np.arange(200) // 5 % 2
    table = co_locate(*one_section(xy, k=2), typed(codes), n_shifts=49)
    assert row_of(table, "A", "A")["value"] > 0.5
    assert table["pval"].notna().all()


def test_intervals_of_types_mixed_at_random_hold_nothing(scattered):
    xy, _, _ = scattered
    tissue, graph = one_section(xy)
    rng = np.random.default_rng(6)
    drawn = [typed(rng.integers(0, 3, len(xy))) for _ in range(12)]
    table = pd.concat([co_locate(tissue, graph, types, n_shifts=1) for types in drawn])
    assert (table["low"] < table["value"]).all()
    assert (table["value"] < table["high"]).all()
    assert table["low"].lt(0).mul(table["high"].gt(0)).mean() == pytest.approx(0.95, abs=0.05)
    assert (table["high"] - table["low"]).median() < 0.6


def test_intervals_leave_out_one_tile_at_a_time(scattered):
    """Of the share of the partner; the expected share is left as it is in so many places."""
    from tmeatlas.spatial._tiles import tiles

    xy, codes, _ = scattered
    tissue, graph = one_section(xy)
    row = row_of(co_locate(tissue, graph, typed(codes), n_shifts=9), "A", "B")
    start, end = graph.edges.nonzero()
    among = (codes[start] == 0) & (codes[end] != 0)
    tile = tiles(xy)[end]
    shares = [np.log2((codes[end[among & (tile != each)]] == 1).mean()) for each in range(25)]
    half = 2.0639 * np.sqrt(24 / 25 * ((shares - np.mean(shares)) ** 2).sum())
    assert (row["high"] - row["low"]) / 2 == pytest.approx(half, rel=0.4)


def test_programmes_that_only_follow_the_depth_do_not_lie_beside_each_other():
    rng = np.random.default_rng(7)
    xy = rng.uniform(size=(900, 2))
    depth = np.round(np.exp(7 + 0.8 * smooth(xy, 0.05, rng)))
    own = smooth(xy, 0.05, rng)
    noise = rng.normal(size=(3, 900))
    log = np.log(depth)
    programmes = pd.DataFrame(
        {"p": log + noise[0], "q": log + noise[1], "r": own + noise[2], "s": own - log}
    )
    given = (*one_section(xy), None, programmes)
    seen = co_locate(*given, n_shifts=199)
    kept = co_locate(*given, depth=depth, n_shifts=199)
    assert row_of(seen, "p", "q", PROGRAMMES_TOGETHER)["pval"] == 0.01
    assert row_of(kept, "p", "q", PROGRAMMES_TOGETHER)["pval"] > 0.05
    assert abs(row_of(kept, "p", "q", PROGRAMMES_TOGETHER)["value"]) < 0.05
    # What they have in common beside it is found all the more.
    before, after = (row_of(each, "r", "s", PROGRAMMES_TOGETHER)["value"] for each in (seen, kept))
    assert after > before > 0.2
