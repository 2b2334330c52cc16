"""What lies beside each type once the marks of a section are moved, as compiled loops.

Serial and without the GIL, for a pool of threads that share out the shifts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas._compile_cache import njit

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]


@njit(cache=True, nogil=True, error_model="numpy")
def moved_rows(raster: Ints, pixels: Ints, by: Ints, moved: Ints) -> None:
    """The row whose mark comes to lie on each row by one shift; -1 for none."""
    height, width = raster.shape
    for row in range(len(pixels)):
        x, y = pixels[row, 0] + by[0], pixels[row, 1] + by[1]
        inside = 0 <= x < height and 0 <= y < width
        moved[row] = raster[x, y] if inside else -1


@njit(cache=True, nogil=True, error_model="numpy")
def count_beside(
    moved: Ints, codes: Ints, others: Ints, own: Ints, found: Ints, same: Ints
) -> None:
    """Count moved types beside each type.

    `others`: rows × types, how many rows of another type than its own have the row as a
    neighbour, and `own` how many of its own type. `found`: types × types, neighbours of the
    type of the column that get the type of the row; `same`: types × 2, neighbours of the own
    type that keep it, and all of these.
    """
    for row in range(len(codes)):
        if moved[row] < 0:
            continue
        mark, code = codes[moved[row]], codes[row]
        for kind in range(others.shape[1]):
            found[mark, kind] += others[row, kind]
        same[code, 1] += own[row]
        if mark == code:
            same[code, 0] += own[row]


@njit(cache=True, nogil=True, error_model="numpy")
def sum_on_itself(moved: Ints, codes: Ints, others: Ints, values: Floats, sums: Floats) -> None:
    """Sum, for each type, the moved values that its neighbours get from rows of that same type."""
    for row in range(len(codes)):
        if moved[row] < 0:
            continue
        mark = codes[moved[row]]
        if mark >= others.shape[1]:
            continue
        weight = others[row, mark]
        if weight > 0:
            for value in range(values.shape[1]):
                sums[mark, value] += weight * values[moved[row], value]


@njit(cache=True, nogil=True, error_model="numpy")
def sum_left_out(moved: Ints, codes: Ints, values: Floats, sums: Floats, n_left_out: Ints) -> None:
    """Sum, for each type, the moved values that lie on its rows or come from them."""
    for row in range(len(codes)):
        if moved[row] < 0:
            continue
        mark, code = codes[moved[row]], codes[row]
        if code < len(sums):
            n_left_out[code] += 1
            for value in range(values.shape[1]):
                sums[code, value] += values[moved[row], value]
        if mark < len(sums) and mark != code:
            n_left_out[mark] += 1
            for value in range(values.shape[1]):
                sums[mark, value] += values[moved[row], value]
