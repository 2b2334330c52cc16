from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_results import rename_groups

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.pl._crosstalk_dotplot import crosstalk_dotplot, crosstalk_dotplot_payload
from tmeatlas.pl._crosstalk_matrix import crosstalk_matrix, crosstalk_matrix_payload
from tmeatlas.results import Crosstalk


def test_matrix_counts_specific_rows(talking):
    payload = crosstalk_matrix_payload(talking)
    assert payload["labels"] == ["alpha", "beta", "gamma"]
    assert payload["number"].tolist() == [[0, 2, 0], [0, 0, 0], [0, 0, 1]]
    assert payload["too_few"].tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 0]]
    figure = crosstalk_matrix(talking)
    np.testing.assert_array_equal(figure.data[0].z, payload["number"])
    assert figure.data[0].colorbar.title.text == "specific interactions"
    assert {note.text for note in figure.layout.annotations} == {"2", "1"}


def test_where_nothing_is_specific_the_matrix_counts_what_has_too_few_cells(talking):
    talking.uns["tme_crosstalk"].loc[[0, 1, 3], "verdict"] = "not specific"
    figure = crosstalk_matrix(talking)
    assert [(note.text, note.x, note.y) for note in figure.layout.annotations] == [("1", 0, 1)]
    assert "none is specific" in figure.layout.title.subtitle.text
    assert figure.data[0].showscale is False


def test_matrix_of_one_axis(talking):
    payload = crosstalk_matrix_payload(talking, "cxcl12")
    assert payload["number"].sum() == 1
    assert payload["labels"] == ["alpha", "beta"]
    assert "CXCL12" in payload["axis"]


def test_groups_are_in_the_users_order(talking):
    talking.obs["group"] = talking.obs["group"].cat.reorder_categories(["gamma", "beta", "alpha"])
    assert crosstalk_matrix_payload(talking)["labels"] == ["gamma", "beta", "alpha"]


def test_dots(talking):
    payload = crosstalk_dotplot_payload(talking)
    assert payload["rows"] == ["L2 → R3", "L1 → R1+R2"]  # the highest score first
    assert payload["columns"] == ["alpha → beta", "gamma → gamma"]
    places = zip(payload["row"], payload["column"], strict=True)
    dots = dict(zip(places, payload["share"], strict=True))
    assert dots == pytest.approx({(0, 0): 0.9, (0, 1): 0.25, (1, 0): 0.4})
    assert payload["specific"].all()
    figure = crosstalk_dotplot(talking)
    assert len(figure.data[0].x) == 3
    assert figure.data[0].text[0].split("<br>") == [
        "L1 → R1+R2",
        "alpha → beta",
        "<b>specific</b>",
        "L1: 3.2-fold, 2.1 to 4.9; 50% of 20 alpha cells",
        "R1+R2: 21-fold, 15 to 340; 40% of 20 beta cells",
        "score 0.80, adjusted p 0.001",
    ]


def test_what_carries_no_signal_is_no_dot(talking):
    everything = crosstalk_dotplot_payload(talking, source="gamma")
    assert everything["rows"] == ["L2 → R3"]


def test_every_interaction_has_its_best_pair(talking):
    """Not only the pairs of the interaction with the highest scores."""
    table = talking.uns["tme_crosstalk"]
    table.loc[4, "verdict"] = "specific"
    assert crosstalk_dotplot_payload(talking, max_pairs=2)["columns"] == [
        "alpha → beta",
        "gamma → gamma",
    ]


def test_disputed_pairs_say_so_in_their_row(talking):
    table = talking.uns["tme_crosstalk"]
    table["disputed"] = pd.Categorical(["", "yes", "", "yes", "yes", ""])
    rows = crosstalk_dotplot_payload(talking)["rows"]
    assert rows == ["L2 → R3 (disputed)", "L1 → R1+R2"]


def test_where_nothing_is_specific_the_closest_are_drawn(talking):
    payload = crosstalk_dotplot_payload(talking, source="beta")
    assert (payload["rows"], payload["columns"]) == (["L1 → R1+R2"], ["beta → alpha"])
    assert not payload["specific"].any()
    figure = crosstalk_dotplot(talking, source="beta")
    assert "1 interaction with too few cells" in figure.layout.title.subtitle.text
    assert "about 1,230 beta cells would be needed" in figure.data[0].text[0]


def test_long_names_of_pairs_have_room(talking):
    long = "Cancer-associated fibroblasts"
    rename_groups(Crosstalk, talking, {"alpha": long})
    layout = crosstalk_dotplot(talking, source=long).layout
    assert layout.margin.l >= 0.7 * 5 * 42 - 100
    assert layout.margin.b >= 0.7 * 5 * 42


def test_dots_are_limited_and_chosen(talking):
    payload = crosstalk_dotplot_payload(talking, max_interactions=1, max_pairs=1)
    assert (payload["rows"], payload["columns"]) == (["L2 → R3"], ["gamma → gamma"])
    assert (payload["n_rows"], payload["n_columns"]) == (2, 2)
    assert crosstalk_dotplot_payload(talking, source="alpha", target=["beta"])["columns"] == [
        "alpha → beta"
    ]


def test_what_cannot_be_shown(talking, scored):
    with pytest.raises(MissingKeyError, match="'cxcl12'"):
        crosstalk_matrix(talking, axis="cxcl")
    with pytest.raises(MissingKeyError, match="'gamma'"):
        crosstalk_dotplot(talking, source="gama")
    with pytest.raises(InputError, match="is specific or has too few cells"):
        crosstalk_dotplot(talking, source="gamma", target="beta")
    with pytest.raises(InputError, match="at least one"):
        crosstalk_dotplot(talking, max_pairs=0)
    talking.uns["tme_crosstalk"] = talking.uns["tme_crosstalk"].drop(columns="verdict")
    with pytest.raises(InputError, match="verdict"):
        crosstalk_matrix(talking)
    del talking.uns["tme_crosstalk"]
    with pytest.raises(MissingKeyError, match=r"tme\.tl\.crosstalk"):
        crosstalk_matrix(talking)
