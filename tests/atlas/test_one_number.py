"""The page and the single figures give the same number for the same words."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.encode import MISSING, U8_STEPS, quantise_u8, split_at
from tmeatlas.pl._crosstalk_matrix import crosstalk_matrix_payload
from tmeatlas.pl._dotplot import dotplot_payload
from tmeatlas.pl._flows import flows_payload

TUMOURS = ("wu2021_tnbc_CID4465", "kim2020_luad_T34")


@pytest.fixture(scope="module", params=["simulated", *TUMOURS])
def tumour(request):
    if request.param == "simulated":
        adata = tme.datasets.simulated(600, rng=2)
        adata.obs.loc[adata.obs_names[::17], "cell_type"] = np.nan
    else:
        folder = request.getfixturevalue("shared_data")
        adata = ad.read_h5ad(folder / "data" / f"{request.param}.h5ad")
    tme.pp.prepare(adata, embed=False)
    adata.obsm["X_umap"] = np.random.default_rng(0).normal(size=(adata.n_obs, 2))
    # The simulated tumour lacks genes of pathways and of dissociation, which is said where asked.
    signatures = [s for s in tme.sig.load().values() if "Reactome" not in s.citation]
    signatures = [s for s in signatures if s.purpose != "quality"]
    tme.tl.score(adata, signatures, obs=False)
    tme.tl.crosstalk(adata, "cell_type", min_cells=2)
    return adata


@pytest.fixture(scope="module")
def page(tumour):
    return build_payload(tumour, groupby="cell_type")


def in_order(page, figure):
    """Places of the groups of the figure among those of the page."""
    return [page.groups.raw_labels.index(label) for label in figure["labels"]]


@pytest.mark.filterwarnings("ignore:Groups too small")
def test_dots_have_the_same_size_and_colour(tumour, page):
    signatures = [feature for feature in page.features if feature.kind == "signature"]
    ids = [feature.id.removeprefix("s:") for feature in signatures]
    figure = dotplot_payload(tumour, "cell_type", ids)
    places = in_order(page, figure)
    assert len(ids) > 30
    assert len(places) >= 4
    for i, feature in enumerate(signatures):
        np.testing.assert_allclose(feature.share[places], figure["share"][i], atol=1e-12)
        relative = (feature.mean[places] - feature.mean_all) / (feature.spread_all or 1.0)
        np.testing.assert_allclose(relative, figure["relative"][i], atol=1e-9)


def test_cells_are_high_by_their_step_where_they_are_by_their_score(tumour, page):
    """Counted as the page counts those of a selection, against the scores themselves."""
    chosen = np.arange(0, page.n_cells, 3)
    has_group = tumour.obs["cell_type"].notna().to_numpy()
    for feature in page.features:
        if feature.kind != "signature":
            continue
        scores = tumour.obsm["tme_scores"][feature.id.removeprefix("s:")].to_numpy(np.float64)
        border = np.quantile(scores[has_group], 0.75)
        steps = feature.steps[chosen]
        counted = (steps != MISSING) & (steps > feature.threshold)
        np.testing.assert_array_equal(counted, scores[page.rows[chosen]] > border)
        unit = (feature.high - feature.low) / U8_STEPS
        shown = feature.low + unit * steps
        assert np.abs(shown - scores[page.rows[chosen]]).max() <= 1.01 * unit


def test_ribbons_have_the_same_width(tumour, page):
    network = page.panels["crosstalk"]
    raw = dict(zip(page.groups.labels, page.groups.raw_labels, strict=True))
    labels = [raw[node.label] for node in network.nodes]
    widths = network.edges.groupby(["source", "target"])["n_specific"].sum()
    table = tumour.uns["tme_crosstalk"]
    specific = table[table["verdict"] == "specific"]
    assert int(widths.sum()) == len(specific)
    flows = flows_payload(tumour, axis=None, source=None, target=None, key="tme_crosstalk")
    for flow in flows["flows"].itertuples():
        assert widths[labels.index(flow.source), labels.index(flow.target)] == flow.n_specific
    matrix = crosstalk_matrix_payload(tumour)
    truth = pd.crosstab(specific["source"], specific["target"])
    for (source, target), number in np.ndenumerate(matrix["number"]):
        sender, receiver = matrix["labels"][source], matrix["labels"][target]
        assert number == truth.reindex(index=[sender], columns=[receiver], fill_value=0).iloc[0, 0]
        assert widths.get((labels.index(sender), labels.index(receiver)), 0) == number


def test_groups_have_the_same_colours(tumour, page):
    flows = flows_payload(tumour, axis=None, source=None, target=None, key="tme_crosstalk")
    colour_of = dict(zip(page.groups.raw_labels, page.groups.colours, strict=True))
    assert [colour_of[label] for label in flows["labels"]] == flows["colours"]


@pytest.mark.parametrize(
    "values",
    [
        [0.0, 0.0, 0.0, 0.0, 1.0],
        [0.0, 1.0, 1.0, 1.0, 1.0],
        [0.0, 0.5, 0.5, 0.5000001, 1.0],
        [0.0, 0.9999999, 0.9999999, 1.0, np.nan],
        [3.0, 3.0, 3.0],
    ],
)
def test_steps_tell_exactly_what_lies_above_a_border(values):
    exact = np.array(values)
    for border in np.unique(exact[np.isfinite(exact)]):
        quantised, last = split_at(quantise_u8(exact), exact, border)
        known = quantised.codes != MISSING
        above = known & (quantised.codes > last)
        np.testing.assert_array_equal(above, np.isfinite(exact) & (exact > border))
        np.testing.assert_array_equal(known, np.isfinite(exact))
        shown = quantised.low + quantised.codes * (quantised.high - quantised.low) / U8_STEPS
        assert np.abs(shown - exact)[known].max() <= 1.0001 / U8_STEPS
