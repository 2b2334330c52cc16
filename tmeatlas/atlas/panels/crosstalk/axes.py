"""The crosstalk axes of an atlas: their names, their order, how much of each there is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tmeatlas._errors import TMEError
from tmeatlas._text import clean, title_of


@dataclass(frozen=True)
class AxisSummary:
    """A crosstalk axis and how much of it there is."""

    id: str
    name: str
    feature: str
    """Id of the feature of the page that the axis raises in the receiver; empty without one."""
    n_rows: int
    n_active: int


def in_order(
    coded: pd.DataFrame, axis_ids: list[str], features: Collection[str]
) -> tuple[pd.DataFrame, list[AxisSummary]]:
    """Number the axes anew: those with active rows first, in the order of the built-in axes.

    The largest axes, such as the collagens, have the most active rows in every
    tumour, and are not what people ask for first.
    """
    known = axis_facts()
    place = {axis_id: i for i, axis_id in enumerate(known)}
    codes, active = coded["axis"].to_numpy(), coded["active"].to_numpy()
    n_rows = np.bincount(codes, minlength=len(axis_ids))
    n_active = np.bincount(codes[active], minlength=len(axis_ids))

    def rank(i: int) -> tuple[bool, int, int, str]:
        return n_active[i] == 0, place.get(axis_ids[i], len(place)), -n_active[i], axis_ids[i]

    ranked = sorted(range(len(axis_ids)), key=rank)
    new_number = np.empty(len(ranked), dtype=np.int64)
    new_number[ranked] = np.arange(len(ranked))
    axes = []
    for i in ranked:
        name, response = known.get(axis_ids[i], (title_of(axis_ids[i] or "other"), ()))
        axes.append(
            AxisSummary(
                id=clean(axis_ids[i] or "other"),
                name=clean(name),
                feature=next((id_ for name in response if (id_ := f"s:{name}") in features), ""),
                n_rows=int(n_rows[i]),
                n_active=int(n_active[i]),
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
