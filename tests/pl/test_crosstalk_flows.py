"""Sankey and chord diagrams: what flows, from whom to whom, and in which colour."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from made_results import rename_groups

from tmeatlas import pl, tl
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.pl._chord import chord_figure, chord_payload
from tmeatlas.pl._chord_shapes import GAP, INNER, LINE_HEIGHT, SHORT, label_places, place_ends
from tmeatlas.pl._sankey import sankey_figure, sankey_payload
from tmeatlas.pl._sankey_shapes import SPAN
from tmeatlas.results import Crosstalk

FIGURES = {"sankey": pl.sankey, "chord": pl.chord}
PAYLOADS = {"sankey": sankey_payload, "chord": chord_payload}
each_figure = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)
each_payload = pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)


@each_payload
def test_a_group_without_a_row_of_the_axis_is_no_error(one_way, payload):
    found = payload(one_way, axis="planted", source="B", target=None, key="tme_crosstalk")
    assert found["n_specific"] == 0
    assert set(found["groups"]) == {"A", "B"}


@pytest.fixture(scope="module")
def one_way() -> AnnData:
    """Only `A` shows the ligand, and only `B` the receptor."""
    rng = np.random.default_rng(0)
    group = np.repeat(["A", "B", "C"], 60)
    counts = rng.poisson(2.0, (180, 12)).astype(np.float32)
    counts[:, 0] = np.where(group == "A", 5 + rng.poisson(3.0, 180), 0)
    counts[:, 1] = np.where(group == "B", 5 + rng.poisson(3.0, 180), 0)
    adata = AnnData(
        np.log1p(counts),
        obs=pd.DataFrame({"group": pd.Categorical(group)}, index=[f"c{i}" for i in range(180)]),
        var=pd.DataFrame(index=["LIG", "REC", *(f"G{i}" for i in range(10))]),
    )
    database = pd.DataFrame({"ligand": ["LIG"], "receptor": ["REC"], "axis": ["planted"]})
    tl.crosstalk(adata, "group", database=database)
    return adata


def ribbons(figure) -> dict[tuple[str, str], object]:
    """The flows of a figure by sender and receiver."""
    return {
        (trace.meta["source"], trace.meta["target"]): trace
        for trace in figure.data
        if trace.meta and "source" in trace.meta
    }


def bars(figure) -> dict[tuple[str, str], object]:
    """The bars or arcs of a figure by group and, in a Sankey diagram, side."""
    return {
        (trace.meta["group"], trace.meta.get("side", "")): trace
        for trace in figure.data
        if trace.meta and "group" in trace.meta
    }


@each_payload
def test_a_planted_interaction_goes_one_way(one_way, payload):
    flows = payload(one_way)["flows"]
    best = ["source", "target", "n_specific", "ligand_complex", "receptor_complex", "axis"]
    assert flows[best].to_numpy().tolist() == [["A", "B", 1, "LIG", "REC", "planted"]]


def test_a_sankey_flow_goes_from_the_senders_bar_to_the_receivers(one_way):
    figure = pl.sankey(one_way)
    drawn, ends = ribbons(figure), bars(figure)
    assert list(drawn) == [("A", "B")]
    assert set(ends) == {("A", "sends"), ("B", "receives")}
    ribbon = drawn["A", "B"]
    x, y = np.array(ribbon.x), np.array(ribbon.y)
    assert (x.min(), x.max()) == (0, SPAN)
    tip = x == SPAN
    assert tip.sum() == 1
    sender, receiver = ends["A", "sends"], ends["B", "receives"]
    assert max(sender.x) == 0
    assert min(receiver.x) == SPAN
    assert min(sender.y) <= y[x == 0].min() < y[x == 0].max() <= max(sender.y)
    assert min(receiver.y) < y[tip][0] < max(receiver.y)
    said = {annotation.text for annotation in figure.layout.annotations}
    assert {"<b>sends</b>", "<b>receives</b>"} <= said


def test_a_chord_begins_at_the_sender_and_its_tip_stops_before_the_receiver(one_way):
    figure = pl.chord(one_way)
    drawn = ribbons(figure)
    assert list(drawn) == [("A", "B")]
    arcs = place_ends(np.array([[0, 1, 0], [0, 0, 0], [0, 0, 0]])).arcs
    assert set(arcs) == {0, 1}
    x, y = np.array(drawn["A", "B"].x), np.array(drawn["A", "B"].y)
    radius, angle = np.hypot(x, y), np.arctan2(x, y) % (2 * np.pi)

    def within(values, arc):
        return bool(((values >= arc[0] - 1e-9) & (values <= arc[1] + 1e-9)).all())

    leaving = np.isclose(radius, INNER)
    assert leaving.sum() > 1
    assert within(angle[leaving], arcs[0])
    near_receiver = (angle > arcs[1][0]) & (angle < arcs[1][1])
    assert radius[near_receiver].max() == pytest.approx(INNER - SHORT)
    tip = near_receiver & np.isclose(radius, INNER - SHORT)
    assert tip.sum() == 1
    assert angle[tip][0] == pytest.approx(sum(arcs[1]) / 2)


def test_without_a_row_there_is_no_circle():
    assert place_ends(np.zeros((0, 0), dtype=np.int64)).arcs == {}


@each_figure
def test_flows_have_the_colour_of_the_sender_as_everywhere(one_way, figure):
    adata = one_way.copy()
    adata.uns["group_colors"] = ["#112233", "#445566", "#778899"]
    drawn = figure(adata)
    assert ribbons(drawn)["A", "B"].fillcolor.startswith("rgba(17,34,51,")
    solid = {group: trace.fillcolor for (group, _), trace in bars(drawn).items()}
    assert solid == {"A": "rgba(17,34,51,1)", "B": "rgba(68,85,102,1)"}


@each_figure
def test_without_stored_colours_they_are_those_of_the_other_figures(talking, figure):
    others = pl.embedding(talking, "group").data
    colours = {trace.name: trace.marker.color for trace in others if trace.name}
    solid = {group: trace.fillcolor for (group, _), trace in bars(figure(talking)).items()}
    red, green, blue = (int(colours["alpha"][i : i + 2], 16) for i in (1, 3, 5))
    assert solid["alpha"] == f"rgba({red},{green},{blue},1)"


@each_payload
def test_flows_count_specific_rows_and_name_the_best(talking, payload):
    found = payload(talking)
    assert found["groups"] == ["alpha", "beta", "gamma"]
    flows = found["flows"].set_index(["source", "target"])
    assert flows["n_specific"].to_dict() == {("alpha", "beta"): 2, ("gamma", "gamma"): 1}
    assert flows["ligand_complex"].to_dict() == {
        ("alpha", "beta"): "L1",
        ("gamma", "gamma"): "L2",
    }
    assert (found["n_specific"], found["n_too_few"], found["silent"]) == (3, 1, [])
    assert (found["width"], found["axis"]) == ("n_specific", "all axes")


@each_payload
def test_axes_and_ends_are_chosen(talking, payload):
    assert payload(talking, axis="cxcl12")["n_specific"] == 1
    both = payload(talking, axis=["cxcl12", "tgfb"])
    assert (both["n_specific"], both["axis"]) == (3, "CXCL12, TGF-β")
    assert payload(talking, source="gamma")["n_specific"] == 1
    assert payload(talking, target=["beta"])["flows"]["source"].tolist() == ["alpha"]
    assert payload(talking, axis="cxcl12", source="beta")["n_specific"] == 0


@each_figure
def test_groups_without_a_specific_row_are_named(talking, figure):
    table = talking.uns["tme_crosstalk"]
    table.loc[table["target"] == "gamma", "verdict"] = "not specific"
    drawn = figure(talking)
    assert "gamma" not in {group for group, _ in bars(drawn)}
    assert "no specific interaction: gamma" in notes(drawn)


@each_figure
def test_where_nothing_is_specific_pale_flows_count_what_has_too_few_cells(talking, figure):
    whole, pale = figure(talking), figure(talking, source=["beta", "gamma"], axis="cxcl12")
    assert set(ribbons(pale)) == {("beta", "alpha")}
    ribbon = ribbons(pale)["beta", "alpha"]
    assert opacity_of(ribbon) < min(opacity_of(trace) for trace in ribbons(whole).values())
    assert "none is specific" in pale.layout.title.subtitle.text
    assert "specific interactions" in whole.layout.title.subtitle.text
    assert ribbon.text.startswith(
        "<b>beta → alpha</b>: 1 interaction with too few cells<br>closest: L1 → R1+R2 "
        "(CXCL12, core), too few cells: about 1,230 beta cells would be needed<br>"
    )


@each_figure
def test_what_carries_no_signal_is_no_flow_and_is_named_below(talking, figure):
    drawn = figure(talking)
    assert ("gamma", "beta") not in ribbons(drawn)
    assert "rows of 1 decoy" in notes(drawn)
    assert "decoy" not in notes(figure(talking, axis="cxcl12"))


@each_figure
def test_hovering_says_what_is_known_of_the_best_row(talking, figure):
    table = talking.uns["tme_crosstalk"]
    table.loc[[1, 5], "verdict"] = "too few cells"
    table.loc[5, "source"] = "alpha"
    assert ribbons(figure(talking))["alpha", "beta"].text.split("<br>") == [
        "<b>alpha → beta</b>: 1 specific interaction, 2 more with too few cells",
        "most specific: L1 → R1+R2 (CXCL12, core), specific",
        "L1: 3.2-fold, 2.1 to 4.9; 50% of 20 alpha cells",
        "R1+R2: 21-fold, 15 to 340; 40% of 20 beta cells",
        "score 0.80, adjusted p 0.001",
    ]


@each_figure
def test_where_samples_are_known_it_says_in_how_many_a_row_holds(talking, figure):
    table = talking.uns["tme_crosstalk"]
    table["n_samples"], table["n_samples_specific"] = 8, 5
    last = ribbons(figure(talking))["alpha", "beta"].text.split("<br>")[-1]
    assert last == "score 0.80, adjusted p 0.001, this interaction specific in 5 of 8 samples"


@each_figure
def test_disputed_pairs_say_so(talking, figure):
    table = talking.uns["tme_crosstalk"]
    table["disputed"] = pd.Categorical(["yes", *[""] * 5])
    assert "L1 → R1+R2 (disputed)" in ribbons(figure(talking))["alpha", "beta"].text


def notes(figure) -> str:
    return "<br>".join(note.text for note in figure.layout.annotations)


def opacity_of(trace) -> float:
    return float(trace.fillcolor.rpartition(",")[2].rstrip(")"))


def test_widths_are_the_numbers():
    number = np.array([[0, 4, 1], [2, 0, 0], [0, 0, 3]])
    ends = place_ends(number)
    unit = (2 * np.pi - 3 * GAP) / 20
    for which in (ends.sent, ends.received):
        assert set(which) == {(0, 1), (0, 2), (1, 0), (2, 2)}
        for pair, (start, stop) in which.items():
            assert stop - start == pytest.approx(number[pair] * unit)
    within = {group: [] for group in range(3)}
    for (source, target), part in ends.sent.items():
        within[source].append(part)
        within[target].append(ends.received[source, target])
    for group, parts in within.items():  # the ends fill the arc, one after the other
        edges = [edge for part in sorted(parts) for edge in part]
        assert edges[1:-1:2] == pytest.approx(edges[2::2])
        assert (edges[0], edges[-1]) == pytest.approx(ends.arcs[group])


def test_sankey_widths_are_the_numbers(talking):
    drawn = ribbons(pl.sankey(talking))
    heights = {
        pair: np.ptp(np.array(trace.y)[np.array(trace.x) == 0]) for pair, trace in drawn.items()
    }
    assert heights["alpha", "beta"] == pytest.approx(2 * heights["gamma", "gamma"])


def test_names_around_the_circle_do_not_touch():
    number = np.zeros((40, 40), dtype=np.int64)
    number[0, 1:] = 1
    places = label_places(place_ends(number).arcs)
    assert len(places) == 40
    for right in (True, False):
        heights = sorted(place.line[-1][1] for place in places if place.right is right)
        assert np.diff(heights).min() >= LINE_HEIGHT - 1e-9


def test_names_that_are_pushed_off_the_circle_are_still_within_the_figure(talking):
    payload = chord_payload(talking)
    groups = [f"group {i}" for i in range(40)]
    best = payload["flows"].iloc[[0] * 39].reset_index(drop=True)
    payload |= {"groups": groups, "labels": groups, "colours": ["#112233"] * 40, "silent": []}
    payload["flows"] = best.assign(source=groups[0], target=groups[1:], n_specific=1)
    figure = chord_figure(payload)
    names = [note for note in figure.layout.annotations if note.text.startswith("group")]
    assert len(names) == 40
    low, high = sorted(figure.layout.yaxis.range)
    assert low < min(note.y for note in names) < max(note.y for note in names) < high


@each_figure
def test_without_rows_to_count_the_figure_says_so(talking, figure):
    drawn = figure(talking, source="gamma", target="beta")
    assert ribbons(drawn) == {}
    assert {group for group, _ in bars(drawn)} == {"beta", "gamma"}
    texts = [annotation.text for annotation in drawn.layout.annotations]
    assert any("No specific interaction" in text and "1 row" in text for text in texts)


@each_figure
def test_what_cannot_be_shown(talking, figure):
    with pytest.raises(MissingKeyError, match=r"'cxcl12'.*axis="):
        figure(talking, axis="cxcl")
    with pytest.raises(MissingKeyError, match="'gamma'"):
        figure(talking, target="gama")
    with pytest.raises(InputError, match="Leave `axis=` out"):
        figure(talking, axis=[])
    with pytest.raises(MissingKeyError, match=r"tme\.tl\.crosstalk"):
        figure(talking, key="other")
    talking.uns["tme_crosstalk"] = talking.uns["tme_crosstalk"].drop(columns="verdict")
    with pytest.raises(InputError, match="verdict"):
        figure(talking)


@each_figure
def test_long_names_get_room_and_stay_inert(talking, hostile, figure):
    plain = figure(talking).layout.width
    names = {"alpha": hostile[0], "beta": "a very long name of a group of cells, and then more"}
    rename_groups(Crosstalk, talking, names)
    drawn = figure(talking)
    assert drawn.layout.width > plain
    assert drawn.layout.template is not None
    assert "<a " not in drawn.to_json()
    assert "link" in drawn.to_json()


def test_figures_are_made_of_payloads(talking):
    assert sankey_figure(sankey_payload(talking)) == pl.sankey(talking)
    assert chord_figure(chord_payload(talking)) == pl.chord(talking)
