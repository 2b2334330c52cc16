"""What samples are made of: counts, shares with intervals, and centred log-ratios."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from tmeatlas._stats import wilson_interval

PSEUDOCOUNT = 0.5
"""Cells that are added to every group of a sample before the logarithm, so that 0 has one."""


class Part(NamedTuple):
    """The groups that make up a whole: all cells, or the cells of one parent."""

    parent: str
    """Name of the parent; "" where the whole is all cells."""
    groups: Sequence[int]
    """Which groups, by their place."""
    counts: NDArray[np.int64]
    """Cells, samples × these groups."""


def count_cells(
    samples: NDArray[np.integer], groups: NDArray[np.integer], shape: tuple[int, int]
) -> NDArray[np.int64]:
    """Cells of each group in each sample; cells with a negative code belong to none."""
    known = (samples >= 0) & (groups >= 0)
    places = samples[known].astype(np.int64) * shape[1] + groups[known]
    return np.bincount(places, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64)


def centred_log_ratios(counts: ArrayLike) -> NDArray[np.float64]:
    r"""Centred log-ratios of counts, row by row; NaN in rows without a cell.

    .. math:: clr_g = \ln(n_g + \tfrac12) - \frac{1}{G} \sum_h \ln(n_h + \tfrac12)
    """
    numbers = np.asarray(counts, dtype=np.float64)
    logs = np.log(numbers + PSEUDOCOUNT)
    ratios = logs - logs.mean(axis=1, keepdims=True)
    return np.where(numbers.sum(axis=1, keepdims=True) > 0, ratios, np.nan)


def composition_table(
    parts: Sequence[Part], samples: Sequence[str], groups: Sequence[str]
) -> pd.DataFrame:
    """One row per part, sample and group, groups without a cell included."""
    parents = pd.Index([part.parent for part in parts])
    numbers = [_numbers(part) for part in parts]
    places = [_places(number, part) for number, part in enumerate(parts)]
    sample, group, parent = (np.concatenate(codes) for codes in zip(*places, strict=True))
    return pd.DataFrame(
        {
            "sample": pd.Categorical.from_codes(sample, pd.Index(samples)),
            "group": pd.Categorical.from_codes(group, pd.Index(groups)),
            "parent": pd.Categorical.from_codes(parent, parents),
            **{name: np.concatenate([each[name] for each in numbers]) for name in numbers[0]},
        }
    )


def _places(number: int, part: Part) -> tuple[NDArray[np.int64], ...]:
    """Sample, group and part of each row."""
    n_samples, n_groups = part.counts.shape
    sample = np.repeat(np.arange(n_samples), n_groups)
    group = np.tile(np.asarray(part.groups, dtype=np.int64), n_samples)
    return sample, group, np.full(sample.size, number)


def _numbers(part: Part) -> dict[str, NDArray[np.generic]]:
    """The columns of one part, row by row."""
    total = np.broadcast_to(part.counts.sum(axis=1, keepdims=True), part.counts.shape)
    low, high = wilson_interval(part.counts, total)
    share = np.divide(part.counts, total, out=np.full(total.shape, np.nan), where=total > 0)
    return {
        "cells": part.counts.ravel().astype(np.int32),
        "total": total.ravel().astype(np.int32),
        "share": share.ravel(),
        "share_low": low.ravel(),
        "share_high": high.ravel(),
        "clr": centred_log_ratios(part.counts).ravel(),
    }
