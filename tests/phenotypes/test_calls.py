"""Calls from measures that are known, and the options behind them."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.phenotypes import (
    Thresholds,
    Values,
    call_cells,
    call_profile,
    leaning,
    ratio_text,
    read_thresholds,
)

USUAL = {
    "t_cell_share": (0.2, 0.15, 0.25),
    "fibroblasts_to_cd8": (-2.0, -3.0, -1.0),
    "cytotoxic": (5.0, 4.0, 6.0),
}
"""Of an inflamed sample: value and interval."""


def values(value, low=np.nan, high=np.nan, note="") -> Values:
    return Values(*(np.array([x]) for x in (value, low, high)), np.array([50]), (note,))


def call(partial="", n_cells=300, n_unlabelled=0, limits=None, **changes):
    found = {name: values(*numbers) for name, numbers in (USUAL | changes).items()}
    return call_cells(
        0,
        found,
        partial=partial,
        n_cells=n_cells,
        n_unlabelled=n_unlabelled,
        limits=limits or Thresholds(),
    )


UNREAD = (np.nan, np.nan, np.nan, "the labels do not tell CD8 T cells")


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ("inflamed", {}),
        ("desert", {"t_cell_share": (0.01, 0.005, 0.02)}),
        ("unclear", {"t_cell_share": (0.06, 0.04, 0.09)}),
        ("unclear", {"t_cell_share": (0.04, 0.03, 0.055)}),
        ("excluded-like", {"fibroblasts_to_cd8": (2.0, 1.0, 3.0)}),
        ("unclear", {"fibroblasts_to_cd8": (0.5, -0.5, 1.5)}),
        ("unclear", {"fibroblasts_to_cd8": UNREAD}),
        ("unclear", {"cytotoxic": (0.2, 0.0, 0.4)}),
        ("unclear", {"cytotoxic": (1.2, 0.8, 1.6)}),
        ("unclear", {"cytotoxic": UNREAD}),
        ("no call", {"n_cells": 49}),
        ("no call", {"partial": "no stromal cells among 300 cells"}),
        ("no call", {"n_unlabelled": 301}),
    ],
)
def test_calls_of_cells(expected, changes):
    found = call(**changes)
    assert found.call == expected
    assert found.reason
    assert np.isnan(found.margin) == (expected == "no call")
    if expected in ("inflamed", "desert", "excluded-like"):
        assert found.margin > 1


def test_the_margin_is_that_of_the_nearest_threshold():
    assert call().margin == pytest.approx(2)  # 2 below 1:1, the half towards it is 1
    assert call(cytotoxic=(2.5, 1.5, 3.5)).margin == pytest.approx(1.5)
    assert call(fibroblasts_to_cd8=(0.5, -0.5, 1.5)).margin == pytest.approx(0.5)


def test_the_reason_has_the_numbers():
    reason = call().reason
    assert "T cells 20% (15% to 25%), above 5.0%" in reason
    assert "fibroblasts to CD8 T cells 0.25 (0.125 to 0.5), below 1" in reason
    assert "which the interval reaches" in call(t_cell_share=(0.06, 0.04, 0.09)).reason
    assert "the labels do not tell CD8 T cells" in call(fibroblasts_to_cd8=UNREAD).reason


def test_thresholds_can_be_moved():
    assert call(limits=read_thresholds({"t_cells": 0.3})).call == "desert"
    assert call(limits=read_thresholds({"fibroblasts_to_cd8": 0.1})).call == "excluded-like"
    assert call(n_cells=20, limits=read_thresholds({"least_cells": 10})).call == "inflamed"


def profile(cytotoxic=0.5, t_inflamed=0.7, caf=0.7, unread="", **limits):
    found = {
        **{"cytotoxic": values(cytotoxic), "t_inflamed": values(t_inflamed)},
        "caf": values(caf, note="1 of 8 genes" if np.isnan(caf) else ""),
    }
    return call_profile(0, found, unread=unread, limits=read_thresholds(limits))


@pytest.mark.parametrize(
    ("expected", "ranks", "margin"),
    [
        ("inflamed", {}, 0.11),
        ("desert", {"cytotoxic": 0.22}, 0.1),
        ("excluded-like", {"t_inflamed": 0.5}, 0.09),
        ("unclear", {"cytotoxic": 0.315}, 0.005),
        ("unclear", {"t_inflamed": 0.595}, 0.005),
        ("no call", {"caf": 0.3}, np.nan),
        ("no call", {"caf": np.nan}, np.nan),
        ("no call", {"unread": "too shallow"}, np.nan),
    ],
)
def test_calls_of_profiles(expected, ranks, margin):
    found = profile(**ranks)
    assert found.call == expected
    assert found.margin == pytest.approx(margin, nan_ok=True)


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ("inflamed", {}),
        ("desert", {"t_cell_share": 0.04}),
        ("excluded-like", {"fibroblasts_to_cd8": 0.3}),
        ("inflamed", {"fibroblasts_to_cd8": -0.3}),
        ("", {"cytotoxic": 0.9}),
        ("", {"fibroblasts_to_cd8": np.nan}),
        ("", {"cytotoxic": 1.0}),
    ],
)
def test_what_an_unclear_sample_leans_to(expected, changes):
    values = {name: numbers[0] for name, numbers in USUAL.items()} | changes
    assert leaning(values, Thresholds()) == expected


def test_what_an_unclear_profile_leans_to():
    ranks = {"cytotoxic": 0.5, "t_inflamed": 0.595, "caf": 0.6}
    assert leaning(ranks, Thresholds()) == "inflamed"
    assert leaning(ranks | {"t_inflamed": 0.585}, Thresholds()) == "excluded-like"
    assert leaning(ranks | {"caf": np.nan}, Thresholds()) == ""


def test_thresholds_of_profiles_can_be_moved():
    assert profile(inflamed_rank=0.8).call == "excluded-like"
    assert profile(t_inflamed=0.595, unclear_rank=0).call == "inflamed"


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"t_cell": 0.1}, MissingKeyError, r"'t_cell'.* Nearest first: 't_cells'"),
        ({"t_cells": 2}, InputError, r"`thresholds\['t_cells'\]` must be a number from 0 to 1"),
        ({"depth": 0.5}, InputError, "whole number"),
        ({"cytotoxic": "high"}, InputError, "must be a number"),
        ([("t_cells", 0.1)], InputError, "Expected a dict as `thresholds=?`.*found list"),
    ],
)
def test_thresholds_that_cannot_be(given, error, message):
    with pytest.raises(error, match=message):
        read_thresholds(given)


@pytest.mark.parametrize(("ratio", "text"), [(8.72, "8.72"), (999.7, "1,000"), (12345.0, "12,345")])
def test_ratios_are_written_in_digits(ratio, text):
    assert ratio_text(np.log2(ratio)) == text
