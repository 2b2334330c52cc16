"""Places of cells in a section, and fields that are smooth over these."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas.datasets._sampling import Floats

Codes = NDArray[np.intp]

SPACING = 12.0
"""µm between neighbouring cells: as in 800 × 800 µm with 4,500 cells."""
JITTER = 0.2
"""Standard deviation of the places around a triangular grid, in spacings."""
ROUGHNESS = (0.12, 0.08)
"""Amplitudes of the outline of a section, which is neither a circle nor a square."""
WAVES = 256
"""Cosines that make up a smooth field."""
CELLS_AT_ONCE = 16_384


def draw_places(n: int, rng: np.random.Generator) -> Floats:
    """`n` places in µm: a disturbed triangular grid within an uneven outline, from (0, 0) up."""
    places = SPACING * grid_places(draw_grid(n, rng))
    places += rng.normal(0, JITTER * SPACING, places.shape)
    return np.asarray(places - places.min(axis=0))


def draw_grid(n: int, rng: np.random.Generator) -> Codes:
    """Row and column of the `n` innermost places of a triangular grid; columns go by two."""
    half = int(np.ceil(0.75 * np.sqrt(n))) + 3
    row, column = np.mgrid[-half : half + 1, -half : half + 1].reshape(2, -1)
    grid = np.column_stack([row, 2 * column + row % 2])
    x, y = grid_places(grid).T
    turns = rng.uniform(0, 2 * np.pi, len(ROUGHNESS))
    outline = 1.0 + sum(
        size * np.cos(times * np.arctan2(y, x) + turn)
        for times, (size, turn) in enumerate(zip(ROUGHNESS, turns, strict=True), start=2)
    )
    found = grid[np.sort(np.argsort(np.hypot(x, y) / outline, kind="stable")[:n])]
    least = found.min(axis=0)
    return np.asarray(found - (least - least % 2))


def grid_places(grid: Codes) -> Floats:
    """Across and down of rows and columns, in distances between neighbours."""
    return np.column_stack([grid[:, 1] / 2, grid[:, 0] * np.sqrt(0.75)])


def smooth_fields(places: Floats, n_fields: int, length: float, rng: np.random.Generator) -> Floats:
    """Places × independent Gaussian fields of mean 0 and standard deviation 1 over the places.

    Two places at the distance d correlate with exp(-d² / (2 length²)): each field is a sum of
    cosines with random directions and wave lengths.
    """
    found = np.empty((len(places), n_fields))
    for number in range(n_fields):
        waves = rng.normal(0, 1 / length, (2, WAVES))
        shift = rng.uniform(0, 2 * np.pi, WAVES)
        for start in range(0, len(places), CELLS_AT_ONCE):
            rows = slice(start, start + CELLS_AT_ONCE)
            found[rows, number] = np.cos(places[rows] @ waves + shift).sum(axis=1)
    found -= found.mean(axis=0)
    spread = found.std(axis=0)
    return np.asarray(found / np.where(spread > 0, spread, 1.0))
