from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.atlas.encode import MISSING, U8_STEPS
from tmeatlas.atlas.payload import build_payload
from tmeatlas.atlas.precision import Precision, precision_for, quantise_score

COARSE = Precision(scores=1.0, consensus=0.5, gene_levels=15)


def test_precision_follows_from_the_room_per_value():
    assert precision_for(10_000, 97) == Precision()
    assert not precision_for(10_000, 97).is_rounded
    assert precision_for(100_000, 87) == precision_for(10**6, 87) == COARSE
    assert precision_for(10**6, 10).scores is None
    steps = [precision_for(n, 97).scores or 0 for n in (10_000, 30_000, 60_000, 100_000)]
    assert steps == sorted(steps)
    assert len(set(steps)) == 4


def test_words_name_both_steps():
    assert "255 steps" in Precision().phrase
    assert "1 standard deviation and a consensus in steps of 0.5 standard" in COARSE.phrase
    assert "genes in 16 steps" in COARSE.phrase


@pytest.fixture
def values():
    rng = np.random.default_rng(3)
    exact = np.concatenate([rng.normal(0, 1, 4000), rng.exponential(2, 1000), [60.0, np.nan]])
    rng.shuffle(exact)
    return exact


@pytest.mark.parametrize("step", [0.125, 0.5, 1.0])
def test_parts_begin_at_the_border_and_keep_the_means(values, step):
    known = np.isfinite(values)
    border = float(np.quantile(values[known], 0.75))
    found, threshold = quantise_score(values, border, step)
    above = known & (found.codes != MISSING) & (found.codes > threshold)
    np.testing.assert_array_equal(above, known & (values > border))
    np.testing.assert_array_equal(found.codes == MISSING, ~known)
    unit = (found.high - found.low) / U8_STEPS
    shown = found.low + unit * found.codes[known].astype(float)
    usual = np.abs(values[known] - border) < 30 * step
    assert np.abs(shown - values[known])[usual].max() <= step + unit
    assert abs(shown.mean() - values[known].mean()) < unit / 2
    order = np.argsort(values[known], kind="stable")
    assert (np.diff(found.codes[known][order].astype(int)) >= 0).all()


def test_parts_that_are_all_but_alike_have_steps_of_their_own():
    exact = np.array([0.0, 0.999999, 1.000001, 2.0, 9.0])
    found, threshold = quantise_score(exact, 1.0, 1.0)
    assert len(set(found.codes.tolist())) == 4
    assert ((found.codes > threshold) == (exact > 1.0)).all()


def test_a_value_that_all_cells_share_needs_no_parts():
    found, threshold = quantise_score(np.full(5, 3.0), 3.0, 0.0)
    assert set(found.codes.tolist()) == {0}
    assert not (found.codes > threshold).any()


def test_a_large_page_rounds_values_but_no_mean_and_no_quarter(adata, monkeypatch):
    """What a page of very many cells does, on few."""
    exact = build_payload(adata, groupby="cell_type")
    monkeypatch.setattr("tmeatlas.atlas.maker.DEFLATED_UP_TO", 100)
    monkeypatch.setattr("tmeatlas.atlas.panel.precision_for", lambda *_: COARSE)
    large = build_payload(adata, groupby="cell_type")
    assert [feature.id for feature in large.features] == [feature.id for feature in exact.features]
    for fine, coarse in zip(exact.features, large.features, strict=True):
        np.testing.assert_array_equal(fine.mean, coarse.mean)
        np.testing.assert_array_equal(fine.share, coarse.share)
        np.testing.assert_array_equal(
            fine.steps > fine.threshold, coarse.steps > coarse.threshold, err_msg=fine.id
        )
        if fine.kind == "signature":
            unit = (fine.high - fine.low) / U8_STEPS
            off = (fine.steps.astype(float) - coarse.steps) * unit
            assert np.abs(off).max() <= fine.spread_all + 2 * unit
            assert coarse.kept == np.unique(coarse.steps).tolist()
    guided = [feature for feature in large.features if feature.guide is not None]
    assert {feature.guide.kind for feature in guided} == {"consensus"}
    bits = [8 * len(f.packed) / large.n_cells for f in large.features if f.kind == "signature"]
    fine_bits = [8 * len(f.packed) / large.n_cells for f in exact.features if f.kind == "signature"]
    assert np.mean(bits) < 0.6 * np.mean(fine_bits)
