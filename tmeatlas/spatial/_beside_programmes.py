"""Which programmes lie beside types and beside each other in one section."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.spatial._beside_types import Beside, Counted
from tmeatlas.spatial._section import Floats, Section, Tails


class Programmes(NamedTuple):
    """Values of programmes as they lie, and their p-values."""

    near: Floats
    """Types × programmes: mean over neighbours of the type of other types; NaN without any."""
    expected: Floats
    """The same over all of the tissue that is not of the type."""
    near_pval: Floats
    together: Floats
    """Programmes × programmes: correlation over pairs of neighbours."""
    together_pval: Floats


def read_programmes(
    section: Section, neighbours: Beside, observed: Counted, shifted: Counted
) -> Programmes:
    """Programmes beside types and each other, as they are and after each shift."""
    from tmeatlas.spatial._shift_kernel import moved_rows

    sums = _Sums(section, neighbours)
    sizes, moved_sizes = _of_other_types(observed), _of_other_types(shifted)
    overlap, moved_overlap = (
        each.others.sum(axis=-2).astype(np.float64) for each in (observed, shifted)
    )
    moved = np.arange(len(section.codes), dtype=np.int32)
    near, rest, together, pairs = sums.of(moved, sizes)
    near_tails = Tails(near - rest, overlap[:, None])
    together_tails = Tails(together, np.array(pairs))
    for number, by in enumerate(section.shifts.by):
        moved_rows(section.shifts.raster, section.shifts.pixels, by, moved)
        found_near, found_rest, found_together, pairs = sums.of(moved, moved_sizes[number])
        near_tails.add((found_near - found_rest)[None], moved_overlap[number][:, None])
        together_tails.add(found_together[None], np.array(pairs))
    readable = (sizes > 0)[:, None] & np.isfinite(sums.expected)
    return Programmes(
        near=np.where(readable, near + sums.of_tissue, np.nan),
        expected=sums.expected,
        near_pval=np.where(readable, near_tails.pvalues(), np.nan),
        together=together,
        together_pval=together_tails.pvalues(),
    )


class _Sums:
    """Sums over neighbours, which are the same rows in every shift; what lies on them moves."""

    def __init__(self, section: Section, neighbours: Beside) -> None:
        n_types = len(section.names)
        self.of_tissue = _middle(section, np.ones(len(section.codes), dtype=bool))
        rest = [_middle(section, section.codes != code) for code in range(n_types)]
        self.expected = np.array(rest).reshape(n_types, section.scores.shape[1])
        self.section = section
        self.others = neighbours.others
        self.scores = (section.scores - self.of_tissue).astype(np.float32)
        around = section.edges.T @ section.scores
        self.left = np.hstack([self.others.astype(np.float32), around]).T.copy()
        self.degree = np.bincount(section.edges.indices, minlength=len(section.codes))

    def of(self, moved: NDArray[np.int32], sizes: Floats) -> tuple[Floats, Floats, Floats, float]:
        """Means near types and in the rest, products of programmes, pairs of neighbours.

        A value is read against the rest of the same shift. Where a programme is high near a
        type it is low in what is left, so against one rest for all the observed value would
        vary more than moved ones.
        """
        from tmeatlas.spatial._shift_kernel import sum_left_out, sum_on_itself

        there = moved >= 0
        values = self.scores[moved]
        values[~there] = 0.0
        total = (self.left @ values).astype(np.float64)
        n_types = len(sizes)
        itself = np.zeros((n_types, values.shape[1]), dtype=np.float32)
        sum_on_itself(moved, self.section.codes, self.others, self.scores, itself)
        left_out = np.zeros((n_types, values.shape[1]), dtype=np.float32)
        n_left_out = np.zeros(n_types, dtype=np.int32)
        sum_left_out(moved, self.section.codes, self.scores, left_out, n_left_out)
        n_rest = np.maximum(there.sum() - n_left_out, 1)[:, None]
        rest = (values.sum(axis=0, dtype=np.float64) - left_out) / n_rest
        size = sizes[:, None]
        mean = (total[:n_types] - itself) / np.maximum(size, 1.0)
        pairs = float(self.degree[there].sum())
        near = np.where(size > 0, mean, rest)
        return near, rest, total[n_types:] / max(pairs, 1.0), pairs


def programmes_near_types(section: Section, read: Programmes) -> pd.DataFrame:
    """Every type and programme."""
    n_programmes, n_types = len(section.programmes), len(section.names)
    cells = np.bincount(section.codes, minlength=n_types)[:n_types]
    return pd.DataFrame(
        {
            "feature": np.repeat(np.array(section.names, dtype=object), n_programmes),
            "partner": np.tile(np.array(section.programmes, dtype=object), n_types),
            "value": read.near.ravel(),
            "expected": read.expected.ravel(),
            "cells": np.repeat(cells, n_programmes),
            "pval": read.near_pval.ravel(),
        }
    )


def programmes_together(section: Section, read: Programmes) -> pd.DataFrame:
    """Every pair of programmes, each with itself too."""
    first, second = np.triu_indices(len(section.programmes))
    names = np.array(section.programmes, dtype=object)
    return pd.DataFrame(
        {
            "feature": names[first],
            "partner": names[second],
            "value": read.together[first, second],
            "expected": 0.0,
            "cells": len(section.codes),
            "pval": read.together_pval[first, second],
        }
    )


def _middle(section: Section, of: NDArray[np.bool_]) -> Floats:
    """Mean of each programme over the area of these rows: what a shift makes expect."""
    area = section.area * of
    middle: Floats = area @ section.scores.astype(np.float64) / max(area.sum(), 1)
    return middle


def _of_other_types(counts: Counted) -> Floats:
    """Neighbours of each type, marks of the type itself left out."""
    each = np.arange(counts.others.shape[-1])
    return (counts.others.sum(axis=-2) - counts.others[..., each, each]).astype(np.float64)
