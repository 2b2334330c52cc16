from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.spatial import name_niches, profile_niches

# Two sections of two rows a niche; shares of two types, and one score that is 10 higher in the
# second section.
FEATURES = np.array(
    [
        *([[0.8, 0.2, 1]] * 2 + [[0.2, 0.8, 0]] * 2),
        *([[0.6, 0.4, 11]] * 2 + [[0.2, 0.8, 10]] * 2),
    ],
    dtype=np.float32,
)
NICHE = np.array([0, 0, 1, 1, 0, 0, 1, 1])
SECTION = np.repeat([0, 1], 4)


def profile(features=FEATURES, niche=NICHE, section=SECTION):
    return profile_niches(features, niche, section, ["T", "B"], ["hypoxia"]).set_index(
        ["niche", "feature"]
    )


def test_shares_are_compared_with_those_of_all_rows():
    found = profile()
    assert found.loc[(0, "T"), "mean"] == pytest.approx(0.7)
    assert found.loc[(0, "T"), "overall"] == pytest.approx(0.45)
    assert found.loc[(0, "T"), "contrast"] == pytest.approx(np.log2(0.7 / 0.45), abs=1e-6)
    assert found.loc[(1, "B"), "contrast"] == pytest.approx(np.log2(0.8 / 0.55), abs=1e-6)
    assert found["of"].tolist() == ["type", "type", "programme"] * 2
    assert set(found["cells"]) == {4}
    assert set(found["samples"]) == {2}


def test_scores_are_compared_within_sections():
    found = profile()
    assert found.loc[(0, "hypoxia"), "mean"] == pytest.approx(6)
    assert found.loc[(0, "hypoxia"), "contrast"] == pytest.approx(1)
    assert found.loc[(1, "hypoxia"), "contrast"] == pytest.approx(-1)


def test_a_large_section_counts_as_much_as_a_small_one():
    many = np.repeat(np.arange(8), [50] * 4 + [1] * 4)
    found = profile(FEATURES[many], NICHE[many], SECTION[many])
    assert found.loc[(0, "T"), "mean"] == pytest.approx(0.7)
    assert found.loc[(0, "T"), "overall"] == pytest.approx(0.45)
    assert found.loc[(0, "T"), "cells"] == 102


def test_rows_without_a_niche_and_unknown_values_are_left_out():
    features = np.vstack([FEATURES, [[1, 0, 99]]]).astype(np.float32)
    features[0, 2] = np.nan
    found = profile(features, np.append(NICHE, -1), np.append(SECTION, 0))
    assert found.loc[(0, "T"), "mean"] == pytest.approx(0.7)
    assert found.loc[(0, "hypoxia"), "mean"] == pytest.approx(6)


def test_a_niche_of_one_section_says_so():
    found = profile(niche=np.where(SECTION == 1, 1, 0))
    assert set(found["samples"]) == {1}


def test_a_constant_feature_stands_nowhere():
    features = FEATURES.copy()
    features[:, 2] = 3
    assert profile(features).xs("hypoxia", level="feature")["contrast"].tolist() == [0, 0]


def heights(**of_niches: list[float]):
    """Profiles of niches with these heights of types T, B and NK and two programmes."""
    found = profile_niches(
        np.zeros((len(of_niches), 5), dtype=np.float32),
        np.arange(len(of_niches)),
        np.zeros(len(of_niches), dtype=int),
        ["T", "B", "NK"],
        ["hypoxia", "emt"],
    )
    return found.assign(height=np.concatenate(list(of_niches.values())))


@pytest.mark.parametrize(
    ("height", "name"),
    [
        ([2.0, 0.1, 1.2, 0.0, 0.0], "1 T, NK"),
        ([1.0, 1.2, 1.1, 0.0, 0.0], "1 B, NK, T"),
        ([2.0, 1.9, 1.8, 0.9, 1.4], "1 T, B, emt"),
        ([0.1, 0.1, 0.1, 0.9, 1.4], "1 emt, hypoxia"),
        ([0.4, 0.1, 0.1, 0.4, 0.4], "1 mixed"),
        ([np.nan, np.nan, np.nan, 0.4, 0.4], "1 mixed"),
    ],
)
def test_names_are_what_stands_out(height, name):
    assert name_niches(heights(first=height)) == [name]


def test_niches_of_one_content_have_two_names():
    assert name_niches(heights(first=[2.0, 0, 0, 0, 0], second=[2.0, 0, 0, 0, 0])) == ["1 T", "2 T"]


def test_a_label_that_says_nothing_names_no_niche():
    profiles = heights(first=[2.0, 1.9, 0, 0, 0])
    profiles["feature"] = profiles["feature"].replace({"T": "unannotated"})
    assert name_niches(profiles) == ["1 B"]


def test_a_programme_and_its_part_are_named_once():
    profiles = heights(first=[0, 0, 0, 2.0, 1.9])
    profiles["feature"] = profiles["feature"].replace({"hypoxia": "dc_cdc2", "emt": "dc"})
    assert name_niches(profiles) == ["1 dc_cdc2"]


def test_features_have_names_for_people():
    profiles = heights(first=[2.0, 0, 0, 1.4, 0])
    assert name_niches(profiles, {"hypoxia": "Hypoxia, strict"}) == ["1 T, Hypoxia strict"]
