from __future__ import annotations

import itertools

import numpy as np
import pytest

from tmeatlas.cells._colours import (
    NEUTRAL,
    PALETTE,
    PALETTE_CVD,
    category_colours,
    contrast_on_white,
    normal_hex,
    users_colours,
)
from tmeatlas.cells._families import FAMILY_PALETTES
from tmeatlas.lineages import FAMILIES, OTHER

# Machado, Oliveira and Fernandes (2009), complete deficiency, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
}


def oklab(colours, vision):
    rgb = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ VISION[vision].T, 0, 1)
    to_lms = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    to_lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.cbrt(seen @ np.array(to_lms).T) @ np.array(to_lab).T


def smallest_distance(colours, vision):
    lab = oklab(colours, vision)
    distance = np.linalg.norm(lab[:, None] - lab[None], axis=2)
    return distance[np.triu_indices(len(colours), 1)].min()


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize(
    ("palette", "n", "least"),
    [(PALETTE, 20, 0.045), (PALETTE, 40, 0.029), (PALETTE_CVD, 12, 0.06), (PALETTE_CVD, 40, 0.032)],
)
def test_colours_can_be_told_apart(palette, vision, n, least):
    assert smallest_distance(palette[:n], vision) > least


@pytest.mark.parametrize("palette", [PALETTE, PALETTE_CVD])
@pytest.mark.parametrize("n", [0, 1, 40, 60, 200])
def test_no_colour_twice(palette, n):
    colours = category_colours(n, palette)
    assert len(colours) == n
    assert len(set(colours)) == n
    assert all(normal_hex(colour) == colour for colour in colours)


@pytest.mark.parametrize("palette", [PALETTE, PALETTE_CVD])
def test_points_are_seen_on_white(palette):
    assert min(map(contrast_on_white, [*category_colours(200, palette), NEUTRAL])) >= 3


def test_every_family_has_its_palette():
    assert list(FAMILY_PALETTES) == [*(family.id for family in FAMILIES), OTHER.id]
    every = list(itertools.chain(*FAMILY_PALETTES.values()))
    assert len(set(every)) == len(every)
    assert all(normal_hex(colour) == colour for colour in every)
    assert min(map(contrast_on_white, every)) >= 3


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("family", FAMILY_PALETTES)
def test_shades_of_a_family_can_be_told_apart(family, vision):
    """The first six as well as the first 20 of the palette of all hues, the others less."""
    shades = FAMILY_PALETTES[family]
    assert smallest_distance(shades[:6], vision) > 0.045
    assert smallest_distance(shades, vision) > 0.025


def test_families_can_be_told_apart():
    first = [colour for shades in FAMILY_PALETTES.values() for colour in shades[:6]]
    assert smallest_distance(first, "normal") > 0.04


def test_contrast_of_known_colours():
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#ffffff") == 1
    assert contrast_on_white("#777777") == pytest.approx(4.478, abs=1e-3)


def test_first_colours_do_not_depend_on_the_number():
    assert category_colours(150)[:30] == category_colours(30)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("#AbC", "#aabbcc"),
        ("#1F77B4", "#1f77b4"),
        ("#1f77b4ff", "#1f77b4"),
        ("red", None),
        ("#12345", None),
        ("url(x)", None),
        ("#1f77b4;background:url(x)", None),
        (None, None),
    ],
)
def test_hex(given, expected):
    assert normal_hex(given) == expected


def test_users_colours_all_or_none():
    assert users_colours(np.array(["#fff", "#000000", "#123456"]), 2) == ["#ffffff", "#000000"]
    assert users_colours(["#fff", "blue"], 2) is None
    assert users_colours(["#fff"], 2) is None
    assert users_colours(None, 1) is None
    assert users_colours("#ffffff", 1) is None
