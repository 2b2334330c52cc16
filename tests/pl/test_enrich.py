from __future__ import annotations

import numpy as np
import pytest
import scanpy as sc

from tmeatlas._errors import MissingKeyError
from tmeatlas.enrichment import Prerank
from tmeatlas.pl._enrich import enrich, enrich_payload, running_sum
from tmeatlas.tl._enrich import enrich as run


@pytest.fixture
def tested(small_counts):
    sc.pp.normalize_total(small_counts, target_sum=1e4)
    sc.pp.log1p(small_counts)
    signatures = {"a": ["G1", "G2", "G3", "G7"], "b": ["G4", "G5", "G6-", "G8-"]}
    run(small_counts, "group", signatures=signatures, method=Prerank(n_perms=30))
    return small_counts


def test_the_peak_is_the_stored_score(tested):
    for entry in tested.uns["tme_enrich"].to_dict("records"):
        payload = enrich_payload(
            tested, entry["group"], entry["signature"], direction=entry["direction"]
        )
        assert payload["walk"][payload["peak"]] == pytest.approx(entry["es"], abs=1e-9)
        lead = [
            g for g, is_lead in zip(payload["genes"], payload["leading"], strict=True) if is_lead
        ]
        assert set(lead) == set(entry["lead_genes"].split(","))
        assert (payload["walk"][0], payload["walk"][-1]) == (0, 0)
        assert payload["padj"] == entry["padj"]


def test_corners_are_those_of_the_full_walk():
    rng = np.random.default_rng(0)
    values = np.sort(rng.normal(size=50))[::-1]
    hits = np.sort(rng.choice(50, 7, replace=False))
    is_hit = np.isin(np.arange(50), hits)
    weight = np.abs(values) * is_hit
    full = np.concatenate([[0], np.cumsum(weight / weight.sum() - ~is_hit / 43)])
    at, walk = running_sum(values, hits)
    np.testing.assert_allclose(np.interp(np.arange(-1, 50), at, walk), full, atol=1e-12)


def test_figure_has_its_three_parts(tested):
    figure = enrich(tested, "alpha", "a")
    assert {trace.yaxis for trace in figure.data} == {"y", "y2", "y3"}
    assert "alpha" in figure.layout.title.text
    assert "NES" in figure.layout.title.subtitle.text


def test_unknown_names(tested):
    with pytest.raises(MissingKeyError, match="'alpha'"):
        enrich(tested, "alhpa", "a")
    with pytest.raises(MissingKeyError, match="'b'"):
        enrich(tested, "alpha", "bb")
    with pytest.raises(MissingKeyError, match="direction of 'a'"):
        enrich(tested, "alpha", "a", direction="down")
    run(tested, "group", signatures={"a": ["G1", "G2"]}, method="ssgsea")
    with pytest.raises(MissingKeyError, match='method="prerank"'):
        enrich(tested, "alpha", "a")
