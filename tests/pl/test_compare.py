"""What differs between conditions, as data."""

from __future__ import annotations

import html

import numpy as np
import pandas as pd
import pytest
from made_adata import make_adata
from made_cohort import write_comparison

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.pl._compare import compare, compare_payload
from tmeatlas.pl._compare_words import p_text
from tmeatlas.results import NOT_A_DIAGNOSTIC, Comparison


@pytest.fixture
def cohort():
    """Comparisons of scores, composition and axes, two samples against two."""
    return make_adata()


@pytest.fixture
def plain(scored):
    """Without any comparison."""
    return scored


def patients(**sizes: int) -> dict[str, str]:
    return {f"{name} {i}": name for name, n in sizes.items() for i in range(n)}


def notes(figure) -> list[str]:
    return [html.unescape(note.text) for note in figure.layout.annotations]


def points(figure):
    return next(trace for trace in figure.data if trace.mode == "markers")


def test_a_row_per_difference_the_best_first(cohort):
    figure = compare(cohort, "scores")
    table = Comparison.read(cohort, "tme_compare_scores").ranked()
    np.testing.assert_array_equal(points(figure).x, table["effect"])
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    np.testing.assert_array_equal([line.x for line in lines], table[["low", "high"]])
    filled = np.array(points(figure).marker.color) != "#ffffff"
    np.testing.assert_array_equal(filled, table["padj"] <= 0.05)
    assert list(figure.layout.yaxis.ticktext)[:3] == ["CAF, pan-cancer"] * 3


def test_conditions_that_were_renamed_since_still_have_a_colour(cohort):
    key = Comparison.read(cohort, "tme_compare_scores").record.param("condition_key")
    before = compare(cohort, "scores")
    cohort.obs[key] = "renamed"
    after = compare(cohort, "scores")
    np.testing.assert_array_equal(points(after).x, points(before).x)
    assert len(set(points(after).marker.line.color)) == 1


def test_numbers_of_patients_and_the_test_are_told(cohort):
    figure = compare(cohort, "scores")
    assert notes(figure).count("2 v 2") == 9
    title, subtitle = figure.layout.title.text, html.unescape(figure.layout.title.subtitle.text)
    assert title == "<b>What differs between responder and non-responder?</b>"
    assert subtitle == (
        "scores: 3 of 9 tests with adjusted p ≤ 0.05; Welch t, 2 v 2 samples; "
        "1 feature or group left out"
    )
    row = Comparison.read(cohort, "tme_compare_scores").ranked().iloc[0]
    told = html.unescape(points(figure).text[0])
    assert f"responder minus non-responder: {row['effect']:+.2g}" in told
    assert f"{row['low']:+.2g} to {row['high']:+.2g} (score)" in told
    assert f"2 v 2 samples, {row['cells']} v {row['cells_reference']} cells" in told
    assert figure.layout.xaxis.title.text == "responder minus non-responder, score"


def test_patients_are_called_so_where_they_are_known(plain):
    write_comparison(
        plain, "states", [("a", "T")], patients(before=3, after=3), paired=True, reference="before"
    )
    subtitle = compare(plain, "states").layout.title.subtitle.text
    assert "paired t, 3 v 3 patients" in subtitle


def test_other_units_have_an_axis_of_their_own(plain):
    write_comparison(
        plain,
        "phenotype",
        [("t_share", ""), ("ratio", ""), ("cd8_share", "")],
        patients(a=3, b=3),
        units={"t_share": "share", "cd8_share": "share", "ratio": "log2 ratio"},
    )
    figure = compare(plain, "phenotype")
    assert figure.layout.xaxis.title.text == "a minus b, share"
    assert figure.layout.xaxis2.title.text == "a minus b, log2 ratio"
    assert list(figure.layout.yaxis2.ticktext) == ["ratio"]
    assert f"<b>{NOT_A_DIAGNOSTIC}</b>" in notes(figure)
    columns = [(note.yref, note.text) for note in figure.layout.annotations]
    assert ("y2", "3 v 3") in columns
    with pytest.raises(InputError, match=r"different units.*'share', 'log2 ratio'.*forest"):
        compare(plain, "phenotype", kind="volcano")
    for kind in ("volcano", "dots"):
        of_one = compare(plain, "phenotype", kind=kind, features="ratio")
        assert f"<b>{NOT_A_DIAGNOSTIC}</b>" in notes(of_one)


def test_several_conditions(plain):
    sizes = patients(control=4, drug=3, both=5)
    write_comparison(plain, "scores", [("x", "T"), ("y", "T")], sizes, reference="control")
    figure = compare(plain)
    assert figure.layout.title.text == "<b>What differs from control?</b>"
    assert {"drug", "both", "3 v 4", "5 v 4"} <= set(notes(figure))
    assert len(set(points(figure).marker.line.color)) == 2
    volcano = compare(plain, kind="volcano")
    assert volcano.layout.xaxis.title.text == "drug minus control, score"
    assert volcano.layout.xaxis2.title.text == "both minus control, score"
    dots = compare(plain, kind="dots")
    assert list(dots.layout.xaxis.ticktext) == [
        "control<br>n = 4",
        "drug<br>n = 3",
        "both<br>n = 5",
    ]


def test_conditions_have_the_colours_of_the_user(cohort):
    cohort.uns["condition_colors"] = ["#112233", "#445566"]
    sizes = patients(**{"responder": 3, "non-responder": 3})
    write_comparison(cohort, "scores", [("caf_pan", "CAF")], sizes)
    found = Comparison.read(cohort, "tme_compare_scores")
    found.record.params["condition_key"] = "condition"
    found.write(cohort)
    figure = compare(cohort, "scores", kind="dots")
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert [trace.marker.color for trace in dots[:2]] == ["#112233", "#445566"]


@pytest.fixture
def many(plain):
    """1,500 genes of which 40 differ, in both directions."""
    effects = {f"G{i}": 3.0 if i % 2 else -3.0 for i in range(40)}
    genes = [(f"G{i}", "T") for i in range(1500)]
    sizes = patients(a=5, b=5)
    write_comparison(plain, "genes", genes, sizes, unit="log2", effects=effects, reference="b")
    return plain


def test_a_volcano_has_all_that_differ(many):
    figure = compare(many, kind="volcano")
    table = Comparison.read(many).table
    by_name = {trace.name: trace for trace in figure.data if trace.name}
    stands = table[table["padj"] <= 0.05]
    for name, side in (("higher", stands["effect"] > 0), ("lower", stands["effect"] < 0)):
        assert sorted(by_name[name].x) == sorted(stands["effect"][side])
        np.testing.assert_allclose(sorted(by_name[name].y), sorted(-np.log10(stands["pval"][side])))
    line = next(trace for trace in figure.data if trace.mode == "lines")
    others = -np.log10(table["pval"][table["padj"] > 0.05])
    assert others.max() <= line.y[0] <= -np.log10(stands["pval"]).min()


def test_a_volcano_draws_points_of_one_pixel_once(many):
    others = next(t for t in compare(many, kind="volcano").data if t.name == "adjusted p > 0.05")
    table = Comparison.read(many).table
    assert 300 < len(others.x) < (table["padj"] > 0.05).sum()


def test_names_in_a_volcano_do_not_lie_on_each_other(many):
    figure = compare(many, kind="volcano", max_features=40)
    x, y = figure.layout.xaxis.range, figure.layout.yaxis.range
    names = [note for note in figure.layout.annotations if note.text.startswith("G")]
    assert 3 < len(names) <= 40
    heights = [note.y * 360 / y[1] for note in names]
    places = [note.x * 440 / (x[1] - x[0]) for note in names]
    sides = [note.xanchor for note in names]
    for i in range(len(names)):
        for j in range(i):
            apart = abs(heights[i] - heights[j]) >= 15.9
            if sides[i] == sides[j]:
                assert apart or abs(places[i] - places[j]) > 30


def test_the_number_of_rows(many):
    figure = compare(many, max_features=7)
    assert len(points(figure).x) == 7
    assert "the best 7 of 1,500" in figure.layout.title.subtitle.text
    assert len(compare(many, kind="volcano", max_features=1).layout.annotations) == 1
    with pytest.raises(InputError, match="`max_features=` must be a whole number of 1 or more"):
        compare(many, max_features=0)


def test_a_dot_per_patient_joined_where_paired(plain):
    sizes = patients(before=4, after=4)
    write_comparison(
        plain, "scores", [("x", "T"), ("y", "T")], sizes, paired=True, reference="before"
    )
    figure = compare(plain, kind="dots", features="x")
    samples = Comparison.read(plain).samples
    of_x = samples[samples["feature"] == "x"]
    values = of_x["value"]
    line = next(trace for trace in figure.data if trace.mode == "lines")
    corners = np.array([y for y in line.y if y is not None and np.isfinite(y)]).reshape(-1, 2)
    truth = [of_pair.to_numpy() for _, of_pair in values.groupby(of_x["pair"].astype(str))]
    np.testing.assert_allclose(np.sort(corners, axis=1), np.sort(truth, axis=1))
    dots = [trace for trace in figure.data if trace.mode == "markers"]
    assert sorted(np.concatenate([trace.y for trace in dots])) == sorted(values)
    assert any("before 0, before" in text and "50 cells" in text for text in dots[0].text)
    assert figure.layout.xaxis.ticktext[0].endswith("n = 4")


def test_without_pairs_there_are_no_lines_between(plain):
    write_comparison(plain, "scores", [("x", "T")], patients(a=3, b=3))
    lines = [trace for trace in compare(plain, kind="dots").data if trace.mode == "lines"]
    assert all(len(line.x) == 2 and line.y[0] == line.y[1] for line in lines)  # means


def test_sides_name_their_interactions(cohort):
    told = html.unescape(points(compare(cohort, "axes")).text[0])
    assert "<b>TGFB1 in CAF</b>" in told
    assert "takes part in 1 interaction:" in told
    row = Comparison.read(cohort, "tme_compare_axes").rows.iloc[0]
    assert (
        f"TGFB1 (CAF) → TGFBR1+TGFBR2 (Macrophage): ligand changed; product {row['product']:+.2g}"
    ) in told
    assert "both in 2 v 2 samples" in told


def test_a_side_of_many_interactions_names_some(plain):
    sides = [("L", "T"), *((f"R{i}", "B") for i in range(7))]
    pairs = [("axis", "L", "T", f"R{i}", "B") for i in range(7)]
    write_comparison(plain, "crosstalk", sides, patients(a=3, b=3), pairs=pairs)
    figure = compare(plain, features="L")
    told = html.unescape(points(figure).text[0])
    assert "takes part in 7 interactions:" in told
    assert told.count("→") == 4
    assert "and 3 more" in told


def test_rows_of_some_features_and_groups(cohort):
    rows = compare_payload(cohort, "scores", features="caf_icaf", groups=["CAF"])["rows"]
    assert list(rows["feature"]) == ["caf_icaf"]
    with pytest.raises(MissingKeyError, match=r"'caf_icaf'.*`features=`"):
        compare(cohort, "scores", features="icaf")
    with pytest.raises(MissingKeyError, match=r"'CAF'.*`groups=`"):
        compare(cohort, "scores", groups="caf")


def test_what_was_not_tested_is_shown_where_it_is_asked_for(cohort):
    table = cohort.uns["tme_compare_composition"]
    untested = table["feature"] == "CAF"
    table.loc[untested, ["pval", "padj", "low", "high"]] = np.nan
    table["note"] = pd.Categorical(np.where(untested, "no spread", ""))
    assert len(points(compare(cohort, "composition")).x) == len(table) - 1
    asked = compare(cohort, "composition", features="CAF")
    assert "no spread" in points(asked).text[0]
    assert "–" in notes(asked)
    table["pval"] = np.nan
    with pytest.raises(InputError, match="tme_compare_composition_left_out"):
        compare(cohort, "composition")


def test_which_comparison(cohort, plain):
    with pytest.raises(InputError, match=r"several comparisons: 'tme_compare_scores'.*`key=`"):
        compare(cohort)
    with pytest.raises(
        MissingKeyError, match=r"'scores'.*tme\.tl\.compare\(adata, 'score', \.\.\."
    ):
        compare(cohort, "score")
    with pytest.raises(MissingKeyError, match=r"tme\.tl\.compare\(adata, what, condition_key="):
        compare(plain)
    with pytest.raises(InputError, match="'forest', 'volcano' or 'dots', found 'bars'"):
        compare(cohort, "scores", kind="bars")


@pytest.mark.parametrize("kind", ["forest", "volcano", "dots"])
def test_names_are_text(plain, hostile, kind):
    sizes = {f"{name} {i}": name for name in hostile[:3] for i in range(3)}
    write_comparison(plain, "states", [(name, hostile[0]) for name in hostile], sizes)
    drawn = str(compare(plain, kind=kind).to_dict())
    assert "&lt;a href" in drawn
    assert "<a href" not in drawn
    assert "<extra>box" not in drawn


@pytest.mark.parametrize(
    ("p", "text"), [(0.034, "0.034"), (1e-9, "< 0.001"), (np.nan, "–"), (1.0, "1")]
)
def test_p_values_are_short(p, text):
    assert p_text(p) == text
