"""The crosstalk axes of an atlas: their names, their order, how much of each there is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tmeatlas._errors import TMEError
from tmeatlas._text import clean, title_of
from tmeatlas.atlas.panels.crosstalk.routes import AxisVerdict
from tmeatlas.interactions import ASSOCIATED
from tmeatlas.results import BetweenGroups, is_judged, stands_out


@dataclass(frozen=True)
class AxisSummary:
    """A crosstalk axis and how much of it there is."""

    id: str
    name: str
    feature: str
    """Id of the feature of the page that the axis raises in the receiver; empty without one."""
    verdict: int
    """What is said of it over all pairs of groups, as its place in `VERDICTS`."""
    n_active: int
    n_standing: int
    """Pairs of groups between which it stands out, the active ones among them."""
    n_rows: int
    n_specific: int
    n_core: int
    """Specific interactions that the axis answers to."""


def by_evidence(found: BetweenGroups) -> dict[str, tuple[bool, float, float]]:
    """Axis → what it is sorted by: the best score of what stands out, else the smallest p.

    Of interactions, those count that their axis answers to.
    """
    table = found.overall()
    table = table[is_judged(table)]
    if "core" in table:
        table = table[table["core"].astype(str) != ASSOCIATED]
    names = table["axis"].astype(str)
    stands = stands_out(table)
    best = table["score"].astype(np.float64)[stands].groupby(names[stands]).max()
    pval = table["pval"].groupby(names).min().fillna(np.inf)
    return {
        axis: (axis not in best, -float(best.get(axis, 0.0)), float(pval[axis]))
        for axis in pval.index
    }


def in_order(
    coded: pd.DataFrame,
    axis_ids: list[str],
    features: Collection[str],
    order: dict[str, tuple[bool, float, float]],
    verdicts: Mapping[str, AxisVerdict],
) -> tuple[pd.DataFrame, list[AxisSummary]]:
    """Number the axes anew, those with the most evidence first: `order` says how much.

    Axes of `order` without any row are among them: they were looked for. `verdicts` has what is
    said of each.
    """
    known = axis_facts()
    ids = list(dict.fromkeys([*axis_ids, *order]))
    place = {axis_id: i for i, axis_id in enumerate([*known, *ids])}
    codes, stands = coded["axis"].to_numpy(), coded["stands"].to_numpy()
    is_core = coded["is_core"].to_numpy()

    def count(which: np.ndarray) -> np.ndarray:
        return np.bincount(codes[which], minlength=len(ids))

    n_rows, n_specific = np.bincount(codes, minlength=len(ids)), count(stands)
    n_core = count(stands & is_core)

    def rank(i: int) -> tuple[bool, float, float, int]:
        return *order.get(ids[i], (True, 0.0, np.inf)), place[ids[i]]

    ranked = sorted(range(len(ids)), key=rank)
    new_number = np.empty(len(ranked), dtype=np.int64)
    new_number[ranked] = np.arange(len(ranked))
    axes = []
    for i in ranked:
        name, response = known.get(ids[i], (title_of(ids[i] or "other"), ()))
        said = verdicts.get(ids[i], AxisVerdict())
        axes.append(
            AxisSummary(
                id=clean(ids[i] or "other"),
                name=clean(name),
                feature=next((id_ for name in response if (id_ := f"s:{name}") in features), ""),
                verdict=said.verdict,
                n_active=said.n_active,
                n_standing=said.n_standing,
                n_rows=int(n_rows[i]),
                n_specific=int(n_specific[i]),
                n_core=int(n_core[i]),
            )
        )
    return coded.assign(axis=new_number[codes]), axes


def axis_facts() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Axis id → name for people and response signatures, of the built-in axes."""
    from tmeatlas.interactions import load_axes

    try:
        return {axis.id: (axis.name, axis.response) for axis in load_axes()}
    except TMEError:
        return {}  # names are a nicety: a page can be made without them
