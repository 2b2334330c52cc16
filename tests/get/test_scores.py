from __future__ import annotations

import numpy as np
import pytest

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.get._scores import scores
from tmeatlas.tl._score import score


@pytest.fixture
def scored(small_counts):
    score(small_counts, {"a": ["G1", "G2"], "b": ["G3"]})
    return small_counts


def test_one_row_per_cell_and_signature(scored):
    table = scores(scored)
    assert list(table.columns) == ["cell", "signature", "score"]
    assert len(table) == 120
    assert table["score"].dtype == np.float32
    assert list(table["signature"].cat.categories) == ["a", "b"]
    wide = table.pivot(index="cell", columns="signature", values="score")
    np.testing.assert_array_equal(wide.loc[scored.obs_names, ["a", "b"]], scored.obsm["tme_scores"])


def test_chosen_signatures_in_the_order_given(scored):
    table = scores(scored, ["b", "a"])
    assert list(table["signature"].unique()) == ["b", "a"]
    np.testing.assert_array_equal(table["score"][:60], scored.obsm["tme_scores"]["b"])
    assert set(scores(scored, "a")["signature"]) == {"a"}


def test_obs_columns_beside_the_scores(scored):
    table = scores(scored, obs=["group", "sample"])
    assert list(table.columns) == ["cell", "signature", "score", "group", "sample"]
    for name in ("group", "sample"):
        assert table[name].dtype == scored.obs[name].dtype
        np.testing.assert_array_equal(table[name], scored.obs.loc[table["cell"].astype(str), name])


def test_scores_under_another_key(scored):
    score(scored, {"c": ["G9"]}, key_added="second", obs=False)
    assert set(scores(scored, key="second")["signature"]) == {"c"}


def test_nothing_scored(small_counts):
    with pytest.raises(MissingKeyError, match=r"Run tme\.tl\.score\(adata\) first"):
        scores(small_counts)
    with pytest.raises(MissingKeyError, match=r"key_added='second'"):
        scores(small_counts, key="second")


def test_unknown_names(scored):
    with pytest.raises(MissingKeyError, match=r"'aa'.*'a', 'b'"):
        scores(scored, "aa")
    with pytest.raises(MissingKeyError, match="'group'"):
        scores(scored, obs="groups")


def test_obs_column_with_a_name_of_the_table(scored):
    scored.obs["score"] = 1.0
    with pytest.raises(InputError, match="'score'"):
        scores(scored, obs="score")


def test_cells_of_the_same_name(scored):
    scored.obs_names = [*["twin"] * 2, *scored.obs_names[2:]]
    scored.obs["place"] = np.arange(60)
    table = scores(scored, obs="place")
    assert table["cell"].tolist() == list(scored.obs_names) * 2
    assert table["place"].tolist() == [*range(60), *range(60)]
    np.testing.assert_array_equal(
        table["score"], scored.obsm["tme_scores"].to_numpy().ravel(order="F")
    )
