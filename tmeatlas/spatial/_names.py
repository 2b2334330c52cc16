"""What is in a niche, and what it is called by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.lineages import names_nothing
from tmeatlas.spatial._neighbourhood import Floats

Floats64 = NDArray[np.float64]
TYPE, PROGRAMME = "type", "programme"
MOST_NAMED = 3
STANDS_OUT = 0.5
"""Standard deviations over all rows by which what names a niche is above their mean, and share of
the highest of them that others have to reach: a convention."""
MIXED = "mixed"


def profile_niches(
    features: Floats,
    codes: NDArray[np.intp],
    section: NDArray[np.intp],
    types: Sequence[str],
    programmes: Sequence[str] = (),
) -> pd.DataFrame:
    """Each feature in each niche, and in all rows, every section alike.

    `contrast` is, of types, log2 of the share in the niche over that in all, and of
    programmes how many standard deviations the mean is above that of its section.
    `height` is the deviation of both: of types from all rows. `samples` counts sections.
    """
    is_type = np.arange(features.shape[1]) < len(types)
    n_niches = int(codes.max(initial=-1)) + 1
    described = np.flatnonzero(codes >= 0)
    values, of = features[described].astype(np.float64), section[described]
    niche, overall = _sections_alike(values, codes[described], of, n_niches)
    deviation = (values - _mean(values)) ** 2
    height = niche - overall
    for rows in _by(of, int(of.max(initial=-1)) + 1):
        values[rows] -= _mean(values[rows])
        deviation[np.ix_(rows, ~is_type)] = values[np.ix_(rows, ~is_type)] ** 2
    height[:, ~is_type] = _sections_alike(values, codes[described], of, n_niches)[0][:, ~is_type]
    spread = np.sqrt(_mean(deviation))
    with np.errstate(divide="ignore", invalid="ignore"):
        height = np.where(spread > 0, height / spread, 0.0)
        ratio = np.log2(niche / overall)
    members = list(_by(codes, n_niches))
    return pd.DataFrame(
        {
            "niche": np.repeat(np.arange(n_niches), len(is_type)),
            "feature": np.tile([*types, *programmes], n_niches),
            "of": np.tile(np.where(is_type, TYPE, PROGRAMME), n_niches),
            "mean": niche.ravel(),
            "overall": np.tile(overall, n_niches),
            "contrast": np.where(is_type, ratio, height).ravel(),
            "height": height.ravel(),
            "cells": np.repeat([len(rows) for rows in members], len(is_type)),
            "samples": np.repeat([len(np.unique(section[rows])) for rows in members], len(is_type)),
        }
    )


def name_niches(
    profiles: pd.DataFrame, programmes: Mapping[str, str] = MappingProxyType({})
) -> list[str]:
    """A number, the largest niche first, and the one to three features that are highest in it.

    `programmes` has the names for people of those that have another than their id.
    """
    # A name such as "TAM, SPP1" would look like two in a list.
    called = {programme: name.replace(", ", " ") for programme, name in programmes.items()}
    named = []
    for code, rows in profiles.groupby("niche", sort=True):
        of = dict(zip(rows["feature"], rows["of"], strict=True))
        found = [called.get(x, x) if of[x] == PROGRAMME else x for x in _highest(rows)]
        named.append(f"{int(str(code)) + 1} {', '.join(found) or MIXED}")
    return named


def _highest(rows: pd.DataFrame) -> list[str]:
    """Features that stand out in a niche, highest first: types, then a programme or more."""
    types, programmes = (_standing_out(rows[rows["of"] == of]) for of in (TYPE, PROGRAMME))
    types = [name for name in types if not names_nothing(name)]
    # "dc" and "dc_cdc2" say one thing.
    programmes = [
        name
        for at, name in enumerate(programmes)
        if not any(_of_one(name, other) for other in programmes[:at])
    ]
    types = types[: MOST_NAMED - bool(programmes)]
    return [*types, *programmes[: 1 if types else MOST_NAMED]]


def _standing_out(rows: pd.DataFrame) -> list[str]:
    height = rows.set_index("feature")["height"].dropna()
    height = height.sort_values(ascending=False, kind="stable")
    least = STANDS_OUT * max(1.0, float(height.max())) if len(height) else 0.0
    return [str(name) for name in height.index[height >= least]]


def _of_one(name: str, other: str) -> bool:
    shorter, longer = sorted((name, other), key=len)
    return longer.startswith(f"{shorter}_")


def _sections_alike(
    values: Floats64, codes: NDArray[np.intp], section: NDArray[np.intp], n_niches: int
) -> tuple[Floats64, Floats64]:
    """Mean of each column in each niche and in all rows, of the means of sections."""
    n_sections = int(section.max(initial=-1)) + 1
    niche = np.full((n_sections, n_niches, values.shape[1]), np.nan)
    overall = np.full((n_sections, values.shape[1]), np.nan)
    for at, rows in enumerate(_by(section, n_sections)):
        overall[at] = _mean(values[rows])
        for code, members in enumerate(_by(codes[rows], n_niches)):
            niche[at, code] = _mean(values[rows[members]])
    return _mean(niche), _mean(overall)


def _by(codes: NDArray[np.intp], n: int) -> Iterator[NDArray[np.intp]]:
    """The rows of each code from 0 to `n` - 1."""
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(n + 1))
    return (order[start:end] for start, end in pairwise(ends))


def _mean(values: Floats64) -> Floats64:
    """Over the first axis, of what is not NaN; NaN where nothing is."""
    known = np.isfinite(values)
    total, n = np.where(known, values, 0.0).sum(axis=0), known.sum(axis=0)
    return np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)
