"""The same words have the same number wherever they stand, and it is the one that a reader assumes.

Each number is worked out here, from the scores of the cells and the rows of the table alone, and
every place that shows it must show this number. A place is a function that reads its numbers off
what is drawn; it is added to `SHARES`, `COLOURS`, `ROUTES` or `FIRST`.
"""

from __future__ import annotations

import warnings

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import TMEWarning
from tmeatlas.pl._axis_detail import axis_detail_payload
from tmeatlas.pl._chord import chord_payload
from tmeatlas.pl._crosstalk import axis_name
from tmeatlas.pl._crosstalk_matrix import crosstalk_matrix_payload
from tmeatlas.pl._dotplot import dotplot_payload
from tmeatlas.pl._heatmap import heatmap_payload
from tmeatlas.pl._sankey import sankey_payload

GROUPBY = "cell_type"
WU2021 = "wu2021_tnbc_CID4465.h5ad"


@pytest.fixture(scope="module", params=["simulated", WU2021])
def tumour(request) -> AnnData:
    """Scored, with crosstalk; one cell in ten has no group."""
    if request.param == "simulated":
        adata = tme.datasets.simulated(600)
    else:
        adata = ad.read_h5ad(request.getfixturevalue("shared_data") / "data" / request.param)
    tme.pp.prepare(adata, embed=False)
    tme.tl.score(adata)
    labels = adata.obs[GROUPBY].astype("category")
    adata.obs[GROUPBY] = labels.where(np.arange(adata.n_obs) % 10 > 0)
    tme.tl.crosstalk(adata, GROUPBY, min_cells=3)
    with warnings.catch_warnings():  # wu2021 lacks genes of type I interferon
        warnings.simplefilter("ignore", TMEWarning)
        tme.tl.axes(adata)
    return adata


# Numbers of groups of cells: shares of high cells, and how far a mean lies from that of all cells.


def shares_of_dotplot(adata: AnnData) -> pd.DataFrame:
    return _of_payload(dotplot_payload(adata, groupby=GROUPBY), "share")


def colours_of_dotplot(adata: AnnData) -> pd.DataFrame:
    return _of_payload(dotplot_payload(adata, groupby=GROUPBY), "relative")


def colours_of_heatmap(adata: AnnData) -> pd.DataFrame:
    return _of_payload(heatmap_payload(adata, groupby=GROUPBY), "relative")


def _of_payload(payload: dict, number: str) -> pd.DataFrame:
    """Signatures × groups."""
    return pd.DataFrame(payload[number], index=payload["ids"], columns=payload["labels"])


SHARES = [shares_of_dotplot]
COLOURS = [colours_of_dotplot, colours_of_heatmap]
each_share = pytest.mark.parametrize("place", SHARES, ids=lambda place: place.__name__)
each_colour = pytest.mark.parametrize("place", COLOURS, ids=lambda place: place.__name__)


def cells_by_signature(adata: AnnData):
    """Each signature that was scored, with the scores and groups of the cells that have both."""
    for name, column in adata.obsm["tme_scores"].items():
        known = column.notna().to_numpy() & adata.obs[GROUPBY].notna().to_numpy()
        if known.any():
            groups = adata.obs[GROUPBY].astype(str).to_numpy()[known]
            yield name, column.to_numpy(np.float64)[known], groups


@pytest.mark.parametrize("place", [*SHARES, *COLOURS], ids=lambda place: place.__name__)
def test_every_signature_and_group_is_there(tumour, place):
    signatures = {name for name, *_ in cells_by_signature(tumour)}
    groups = set(tumour.obs[GROUPBY].dropna())
    assert len(signatures) > 20
    assert len(groups) > 5
    found = place(tumour)
    assert set(found.index) == signatures
    assert set(found.columns) == groups
    assert np.isfinite(found.to_numpy()).all()


@each_share
def test_the_share_of_high_cells_is_that_above_the_upper_quartile(tumour, place):
    found = place(tumour)
    for name, scores, groups in cells_by_signature(tumour):
        high = scores > np.quantile(scores, 0.75)
        for group in np.unique(groups):
            assert found.loc[name, group] == high[groups == group].mean(), (name, group)


@each_colour
def test_colours_say_how_far_a_group_is_from_the_mean_of_all_cells(tumour, place):
    found = place(tumour)
    for name, scores, groups in cells_by_signature(tumour):
        for group in np.unique(groups):
            above = scores[groups == group].mean() - scores.mean()
            number = found.loc[name, group]
            assert number == pytest.approx(above / scores.std(), abs=1e-9), (name, group)
            if abs(above) > 1e-12:
                assert np.sign(number) == np.sign(above), (name, group)


# Numbers of routes from group to group: how many interactions are specific.


def of_matrix(adata: AnnData) -> dict[tuple[str, str], int]:
    payload = crosstalk_matrix_payload(adata)
    labels, number = payload["labels"], payload["number"]
    return {
        (labels[i], labels[j]): int(number[i, j]) for i, j in zip(*number.nonzero(), strict=True)
    }


def of_sankey(adata: AnnData) -> dict[tuple[str, str], int]:
    return _of_flows(sankey_payload(adata))


def of_chord(adata: AnnData) -> dict[tuple[str, str], int]:
    return _of_flows(chord_payload(adata))


def _of_flows(payload: dict) -> dict[tuple[str, str], int]:
    flows = payload["flows"][["source", "target", "n_specific"]]
    return {(source, target): n for source, target, n in flows.itertuples(index=False)}


ROUTES = [of_matrix, of_sankey, of_chord]


@pytest.mark.parametrize("place", ROUTES, ids=lambda place: place.__name__)
def test_a_route_is_as_wide_as_it_has_specific_interactions(tumour, place):
    expected: dict[tuple[str, str], int] = {}
    for row in tumour.uns["tme_crosstalk"].itertuples():
        if row.verdict == "specific" and row.sample == "":
            route = str(row.source), str(row.target)
            expected[route] = expected.get(route, 0) + 1
    assert len(expected) > 5
    assert place(tumour) == expected


# The axis that is shown first.


def of_axis_detail(adata: AnnData) -> str:
    return axis_detail_payload(adata)["axis"]


def of_page(adata: AnnData) -> str:
    drawn = adata.copy()
    drawn.obsm["X_umap"] = np.random.default_rng(0).normal(size=(adata.n_obs, 2))
    network = tme.pl.atlas(drawn, groupby=GROUPBY).payload.panels["crosstalk"]
    return network.axes[0].name


FIRST = [of_axis_detail, of_page]


@pytest.mark.parametrize("place", FIRST, ids=lambda place: place.__name__)
def test_the_axis_with_the_highest_score_that_stands_out_is_shown_first(tumour, place):
    table = tumour.uns["tme_axes"]
    stands = table["verdict"].astype(str).isin(["active", "specific", "specific, response unknown"])
    best = table[stands & (table["sample"] == "")].sort_values("score").iloc[-1]
    assert place(tumour) == axis_name(str(best["axis"]))
