"""Violins, heat map, dots, coverage and agreement, as data."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from scipy.stats import gaussian_kde, spearmanr

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.pl._agreement import agreement, agreement_payload
from tmeatlas.pl._coverage import coverage, coverage_payload
from tmeatlas.pl._dotplot import dotplot, dotplot_payload
from tmeatlas.pl._embedding import embedding
from tmeatlas.pl._heatmap import heatmap, heatmap_payload
from tmeatlas.pl._violin import density, violin, violin_payload
from tmeatlas.tl._consensus import consensus


def by_group(adata, signature, how):
    return getattr(
        adata.obsm["tme_scores"][signature].groupby(adata.obs["group"], observed=True), how
    )


def test_violins_show_quartiles_and_numbers(scored):
    payload = violin_payload(scored, "group", ["tam_a", "caf_a"])
    assert [panel["title"] for panel in payload["panels"]] == ["TAM (A)", "CAF (A)"]
    truth = by_group(scored, "tam_a", "quantile")([0.25, 0.5, 0.75]).to_numpy().reshape(3, 3)
    for shape, quartiles in zip(payload["panels"][0]["groups"], truth, strict=True):
        assert shape["n"] == 20
        np.testing.assert_allclose(shape["quartiles"], quartiles, rtol=1e-5)
        assert shape["density"].max() == 1
    figure = violin(scored, "group", ["tam_a", "caf_a"])
    assert len(figure.data) == 2 * 3 * 3


def test_density_is_a_gaussian_kernel_density():
    values = np.random.default_rng(0).normal(size=400)
    at, heights = density(values)
    inner = np.subtract(*np.percentile(values, [75, 25])) / 1.34
    width = 0.9 * min(values.std(), inner) * 400**-0.2
    truth = gaussian_kde(values, bw_method=width / values.std(ddof=1))(at)
    np.testing.assert_allclose(heights, truth / truth.max(), atol=5e-3)
    assert (at[0], at[-1]) == (values.min(), values.max())


def test_violins_of_few_equal_or_no_values(scored):
    scores = scored.obsm["tme_scores"]
    scores.loc[scored.obs["group"] == "alpha", "tam_a"] = 0.0
    scores.loc[scored.obs["group"] == "beta", "tam_a"] = np.nan
    shapes = violin_payload(scored, "group", "tam_a")["panels"][0]["groups"]
    assert "density" not in shapes[0]
    assert shapes[1] == {"n": 0}
    assert len(violin(scored, "group", "tam_a").data) == 2 + 3


def test_heatmap_is_of_means(scored):
    payload = heatmap_payload(scored, "group")
    assert payload["ids"] == ["caf_a", "caf_b", "tam_a"]  # by compartment, without empty ones
    assert payload["compartments"] == ["CAF", "CAF", "TAM"]
    np.testing.assert_allclose(payload["means"][0], by_group(scored, "caf_a", "mean")(), rtol=1e-5)
    values = scored.obsm["tme_scores"]["caf_a"].astype(float)
    centred = ((values - values.mean()) / values.std(ddof=0)).groupby(scored.obs["group"].array)
    np.testing.assert_allclose(payload["relative"][0], centred.mean())
    figure = heatmap(scored, "group")
    np.testing.assert_array_equal(figure.data[0].z, payload["relative"])
    assert list(figure.layout.yaxis.ticktext) == ["CAF (A)", "CAF (B)", "TAM (A)"]
    assert heatmap_payload(scored, "group", ["tam_a"])["ids"] == ["tam_a"]


def test_heatmap_of_one_group_or_equal_means(scored):
    scored.obsm["tme_scores"]["tam_a"] = np.float32(1.0)
    assert (heatmap_payload(scored, "group", "tam_a")["relative"] == 0).all()
    scored.obs["group"] = "one"
    assert (heatmap_payload(scored, "group")["relative"] == 0).all()


@pytest.mark.parametrize("draw", [heatmap_payload, dotplot_payload])
def test_a_signature_without_scores_leaves_its_row_empty(scored, draw):
    payload = draw(scored, "group", ["caf_a", "not_scored"])
    alone = draw(scored, "group", ["caf_a"])
    for what in {"means", "relative", "share"} & set(payload):
        np.testing.assert_array_equal(payload[what][:1], alone[what])
        assert np.isnan(payload[what][1]).all()


@pytest.mark.parametrize(
    "draw",
    [
        lambda a: heatmap(a, "group", "not_scored"),
        lambda a: dotplot(a, "group", ["not_scored"]),
        lambda a: violin(a, "group", "not_scored"),
        lambda a: embedding(a, "not_scored"),
    ],
)
def test_nothing_but_signatures_without_scores(scored, draw):
    with pytest.raises(InputError, match=r"No cell has a score of 'not_scored'.*tme_coverage"):
        draw(scored)


def test_no_signature_is_named(scored):
    with pytest.raises(InputError, match=r"id of one or more.*found none.*'caf_a', 'tam_a'"):
        violin(scored, "group", [])
    scored.obsm["tme_scores"].loc[:, :] = np.nan
    with pytest.raises(InputError, match=r"No cell has a score of 'caf_a'.*min_coverage"):
        heatmap(scored, "group")


LONG = "Tumour-associated macrophages, SPP1+ TREM2+"


def named(adata, names):
    adata.obs["group"] = adata.obs["group"].cat.rename_categories(names).astype(str)
    return adata


@pytest.mark.parametrize("name", [LONG, "W" * 42, "肿瘤" * 21])
@pytest.mark.parametrize(
    ("draw", "tilt", "step"),
    [
        (lambda a: violin(a, "group", "caf_a"), 40, 320 / 3),
        (lambda a: violin(a, "group", ["caf_a", "tam_a"]), 40, 320 / 3),
        (lambda a: heatmap(a, "group"), 45, 160 / 3),
        (lambda a: dotplot(a, "group"), 45, 160 / 3),
    ],
)
def test_long_names_of_groups_have_room(scored, draw, tilt, step, name):
    layout = draw(named(scored, [f"{letter}{name}" for letter in "abc"])).layout
    widest = 42 * {"T": 5, "W": 10, "肿": 10.5}[name[0]]
    turn = np.radians(tilt)
    assert layout.margin.l >= np.cos(turn) * widest - step / 2
    assert layout.margin.b >= np.sin(turn) * widest


def test_short_names_of_groups_need_no_room(scored):
    layout = violin(scored, "group", "caf_a").layout
    assert layout.margin.l == 70
    assert layout.margin.b < 70


def test_the_key_of_a_small_heatmap_is_not_cut(scored):
    scored.obs["group"] = "one"
    figure = heatmap(scored, "group", signatures="caf_a")
    length = figure.data[0].colorbar.len
    assert figure.layout.height >= figure.layout.margin.t + length + 10


@pytest.mark.parametrize("groupby", ["group", "annotation of the second author by hand " * 3])
@pytest.mark.parametrize("draw", [heatmap, dotplot, partial(violin, signatures="caf_a")])
def test_titles_are_not_cut(scored, draw, groupby):
    scored.obs[groupby] = scored.obs["group"]
    layout = draw(scored, groupby=groupby).layout
    room = layout.width - layout.margin.l
    assert room >= 9 * len("Signature scores")
    assert room >= 5.5 * len(layout.title.subtitle.text)


def test_the_title_of_few_signatures_is_not_cut(scored):
    scored.uns["tme_coverage"]["marks"] = "immune_lineage"
    consensus(scored)
    layout = agreement(scored, "immune_lineage").layout
    assert layout.width - layout.margin.l >= 9 * len("Agreement of signatures: Immune lineage")
    assert layout.width - layout.margin.l - layout.margin.r == pytest.approx(3 * 46, abs=1)


def test_dots_show_the_share_of_high_cells(scored):
    payload = dotplot_payload(scored, "group", quantile=0.5)
    values = scored.obsm["tme_scores"]["caf_a"].astype(float)
    high = values > np.quantile(values, 0.5)
    truth = high.groupby(scored.obs["group"].to_numpy()).mean()
    np.testing.assert_allclose(payload["share"][0], truth)
    figure = dotplot(scored, "group")
    shares = dotplot_payload(scored, "group")["share"]
    area = np.asarray(figure.data[0].marker.size) ** 2
    np.testing.assert_allclose(area, 17**2 * shares[np.isfinite(shares)])
    with pytest.raises(InputError, match="quantile"):
        dotplot(scored, "group", quantile=75)
    with pytest.raises(InputError, match="`quantile=` must be a number between 0 and 1, found 'x'"):
        dotplot(scored, "group", quantile="x")


def test_coverage_says_what_was_not_scored(scored):
    payload = coverage_payload(scored)
    assert payload["ids"] == ["caf_a", "caf_b", "tam_a", "not_scored"]
    assert payload["scored"].tolist() == [True, True, True, False]
    assert payload["missing"][-1] == "GA1, GA2, GA3"
    figure = coverage(scored)
    assert figure.data[2].name == "not scored"
    assert list(figure.data[2].x) == [0.125]
    texts = [note.text for note in figure.layout.annotations]
    assert {"9/10", "1/8", "CAF", "Dendritic cells"} <= set(texts)


@pytest.fixture
def combined(scored):
    consensus(scored, compartments=["caf", "tam"])
    return scored


def test_agreement_is_that_of_the_consensus(combined):
    payload = agreement_payload(combined, "caf")
    assert payload["ids"] == ["caf_a", "caf_b"]
    assert payload["titles"] == ["CAF (A)", "CAF (B)"]
    scores = combined.obsm["tme_scores"]
    truth = spearmanr(scores["caf_a"], scores["caf_b"]).statistic
    np.testing.assert_allclose(payload["correlation"], [[1, truth], [truth, 1]])
    assert f"{truth:.2f}" in [note.text for note in agreement(combined, "caf").layout.annotations]
    pairs = combined.uns["tme_agreement_pairs"]
    pairs.loc[(pairs["consensus"] == "caf") & (pairs["signature"] == "caf_b"), "spearman"] = 0.25
    assert agreement_payload(combined, "caf")["correlation"].tolist()[1] == [0.25, 0.25]


def test_agreement_under_another_key(scored):
    scored.obsm["second"] = scored.obsm["tme_scores"]
    scored.uns["second_coverage"] = scored.uns["tme_coverage"].assign(name="named")
    consensus(scored, compartments="caf", key="second", key_added="mine")
    assert agreement_payload(scored, "caf", key="mine")["titles"] == ["named", "named"]
    with pytest.raises(MissingKeyError, match=r"tme_consensus.*tme\.tl\.consensus\(adata\)"):
        agreement(scored, "caf")
    with pytest.raises(MissingKeyError, match=r"tme\.tl\.consensus\(adata, key_added='third'\)"):
        agreement(scored, "caf", key="third")


def test_agreement_needs_two_signatures(combined):
    with pytest.raises(InputError, match="'tam_a'"):
        agreement(combined, "tam")
    with pytest.raises(MissingKeyError, match=r"'caf'.*tme\.tl\.consensus\(adata\)"):
        agreement(combined, "caff")


def test_agreement_of_other_cells(combined):
    with pytest.raises(InputError, match=r"60 cells.*there are 20.*tme\.tl\.consensus\(adata\)"):
        agreement(combined[:20], "caf")


def test_nothing_is_written(scored):
    before = (list(scored.obs), list(scored.obsm), list(scored.uns))
    for figure in (heatmap, dotplot):
        figure(scored, groupby="group")
    coverage(scored)
    assert (list(scored.obs), list(scored.obsm), list(scored.uns)) == before


@pytest.mark.parametrize(
    "draw",
    [
        lambda a: violin(a, "group", "caf_a", key="second"),
        lambda a: heatmap(a, "group", key="second"),
        lambda a: dotplot(a, "group", key="second"),
        lambda a: coverage(a, key="second"),
    ],
)
def test_nothing_scored(scored, draw):
    with pytest.raises(MissingKeyError, match=r"tme\.tl\.score\(adata"):
        draw(scored)


def test_unknown_names(scored):
    with pytest.raises(MissingKeyError, match="'caf_a'"):
        violin(scored, "group", "caf_aa")
    with pytest.raises(MissingKeyError, match="'group'"):
        heatmap(scored, "groups")
    scored.obs["many"] = [f"g{i}" for i in range(60)]
    scored.obs.loc[:, "many"] = scored.obs["many"]
    assert len(heatmap_payload(scored, "many")["labels"]) == 60
