"""Which types lie beside which in one section, and which of it its shifts give as well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._threads import n_threads, pool_of
from tmeatlas.spatial._section import Floats, Section, Tails
from tmeatlas.spatial._tiles import ADDED, N_TILES, jackknifed_totals

Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Beside:
    """How often each row is a neighbour of each type."""

    others: Ints
    """Rows × types: how many rows of the type, if it is not the row's own, have it beside them."""
    own: Ints
    """How many rows of its own type have it beside them."""


@dataclass(frozen=True, eq=False)
class Counted:
    """Neighbours of each type by their types; shifts come first where there are some."""

    others: Ints | Floats
    """... × types and the rest × types: neighbours of the type of the column, of other types."""
    own: Ints | Floats
    """... × types × 2: neighbours of the own type that are of this type after a shift, and all."""


def beside(section: Section) -> Beside:
    """Count for each row the rows that it is a neighbour of, by type."""
    n_rows, n_types = len(section.codes), len(section.names)
    typed = np.flatnonzero(section.codes < n_types)
    ones = np.ones(len(typed), dtype=np.int32)
    members = sp.csr_matrix((ones, (typed, section.codes[typed])), shape=(n_rows, n_types))
    counts = (section.edges.astype(np.int32).T @ members).toarray().astype(np.int32)
    own = np.zeros(n_rows, dtype=np.int32)
    own[typed] = counts[typed, section.codes[typed]]
    counts[typed, section.codes[typed]] = 0
    return Beside(counts, own)


def count(section: Section, neighbours: Beside) -> tuple[Counted, Counted]:
    """Neighbours by type as they are, and with the marks moved by each shift."""
    from tmeatlas.spatial._shift_kernel import count_beside, moved_rows

    n_types, by = len(section.names), section.shifts.by
    found = np.zeros((len(by) + 1, n_types + 1, n_types), dtype=np.int32)
    same = np.zeros((len(by) + 1, n_types + 1, 2), dtype=np.int32)

    def count_some(numbers: NDArray[np.intp]) -> None:
        moved = np.arange(len(section.codes), dtype=np.int32)
        for number in numbers:
            if number > 0:
                moved_rows(section.shifts.raster, section.shifts.pixels, by[number - 1], moved)
            count_beside(
                moved, section.codes, neighbours.others, neighbours.own, found[number], same[number]
            )

    # The first is no shift, and must be counted before a shift writes over `moved`.
    threads = n_threads()
    with pool_of(threads) as pool:
        list(pool.map(count_some, np.array_split(np.arange(len(by) + 1), threads)))
    same = same[:, :n_types]
    return Counted(found[0], same[0]), Counted(found[1:], same[1:])


def types_beside(
    section: Section, neighbours: Beside, observed: Counted, shifted: Counted
) -> pd.DataFrame:
    """Every ordered pair of types: how much of the partner lies beside the type."""
    n_types = len(section.names)
    value, low, high = jackknifed_totals(_of_tiles(section, neighbours), _log_ratios)
    hits, sizes = _hits_and_sizes(observed)
    expected = _expected(np.bincount(section.codes, section.area, minlength=n_types + 1))
    moved_hits, moved_sizes = _hits_and_sizes(shifted)
    difference, moved = (
        np.where(size > 0, hit / np.maximum(size, 1.0) - expected, 0.0)
        for hit, size in ((hits, sizes), (moved_hits, moved_sizes))
    )
    tails = Tails(difference, _overlap(observed))
    tails.add(moved, _overlap(shifted))
    readable = (sizes > 0) & np.isfinite(expected)
    found = {"value": value, "low": low, "high": high, "pval": tails.pvalues()}
    names = np.array(section.names, dtype=object)
    cells = np.bincount(section.codes, minlength=n_types)[:n_types]
    return pd.DataFrame(
        {
            "feature": np.repeat(names, n_types),
            "partner": np.tile(names, n_types),
            "expected": expected.T.ravel(),
            "cells": np.repeat(cells, n_types),
        }
        | {name: np.where(readable, each, np.nan).T.ravel() for name, each in found.items()}
    )


def _of_tiles(section: Section, neighbours: Beside) -> Floats:
    """What the values are made of, for each tile of the section.

    Tiles × types and the rest × columns: neighbours of each type by type, as in
    :class:`Counted`, then those of the own type, and the area.
    """
    n_types = len(section.names)
    place = section.tile * (n_types + 1) + section.codes
    columns = [*neighbours.others.T, neighbours.own, section.area]
    sums = [np.bincount(place, column, minlength=N_TILES * (n_types + 1)) for column in columns]
    return np.stack(sums, axis=1, dtype=np.float64).reshape(N_TILES, n_types + 1, n_types + 2)


def _log_ratios(total: Floats) -> Floats:
    """Log2 of observed to expected neighbours; partner × type."""
    own = total[:-1, -2]  # as they are, neighbours of the own type are of it
    hits, sizes = _hits_and_sizes(Counted(total[:, :-2], np.stack([own, own], axis=1)))
    ratio: Floats = np.log2((hits + ADDED) / (_expected(total[:, -1]) * sizes + ADDED))
    return ratio


def _hits_and_sizes(counted: Counted) -> tuple[Floats, Floats]:
    """Neighbours that are of the partner, and among how many; partner × type, shifts first.

    Beside another type all neighbours but those of the type itself are counted: moved marks
    of the type have no other place to lie in than where the type is not.
    """
    others = counted.others.astype(np.float64)
    n_types = others.shape[-1]
    each = np.arange(n_types)
    hits = others[..., :n_types, :].copy()
    itself = hits[..., each, each]
    sizes = np.broadcast_to((others.sum(axis=-2) - itself)[..., None, :], hits.shape).copy()
    hits[..., each, each] = itself + counted.own[..., 0]
    sizes[..., each, each] = others.sum(axis=-2) + counted.own[..., 1]
    return hits, sizes


def _overlap(counted: Counted) -> Floats:
    """Neighbours of each type on which the shifted section lies; partner × type."""
    others = counted.others.sum(axis=-2).astype(np.float64)
    n_types = others.shape[-1]
    sizes = np.repeat(others[..., None, :], n_types, axis=-2)
    each = np.arange(n_types)
    sizes[..., each, each] += counted.own[..., 1]
    return sizes


def _expected(area: NDArray[np.number]) -> Floats:
    """Share of the tissue that is the partner's; partner × type, without the type's own."""
    n_types = len(area) - 1
    each, of_types = np.arange(n_types), area[:-1].astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):  # where all of the tissue is of a type
        expected = of_types[:, None] / (area.sum() - of_types)[None, :]
        expected[each, each] = of_types / area.sum()
    return expected
