"""The crosstalk table, as figures read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError, MissingKeyError, unknown
from tmeatlas._text import title_of
from tmeatlas.cells import NEUTRAL, PALETTE_CVD, category_colours, read_categories
from tmeatlas.pl._groups import shown_groups

ACTIVE = "active"
COLUMNS = ("source", "target", "ligand_complex", "receptor_complex", "axis", "score", "verdict")


def read_crosstalk(adata: AnnData, key: str, axis: str | None = None) -> pd.DataFrame:
    """Rows over all samples, of one axis if it is named, with plain strings."""
    table = check_adata(adata).uns.get(key)
    if not isinstance(table, pd.DataFrame):
        raise MissingKeyError(
            f"No crosstalk in adata.uns[{key!r}]. Run tme.tl.crosstalk(adata, groupby) first."
        )
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        raise InputError(
            f"uns[{key!r}] is not a crosstalk table; it lacks {', '.join(missing)}. "
            "Call tme.tl.crosstalk(adata, groupby) again."
        )
    if "sample" in table.columns:
        overall = table["sample"].astype(str) == ""
        table = table[overall] if overall.any() else table
    words = [name for name in COLUMNS if name != "score"]
    table = table.astype(dict.fromkeys(words, str))
    if axis is None:
        return table
    known = sorted(set(table["axis"]))
    if axis not in known:
        raise unknown("axis in the crosstalk table called", axis, known)
    return table[table["axis"] == axis]


def group_order(adata: AnnData, key: str, names: Sequence[str]) -> list[str]:
    """`names` in the order of the groups that the crosstalk is between, else by name."""
    present = sorted(set(names))
    groupby = _recorded_groupby(adata, key)
    if groupby not in adata.obs:
        return present
    order = [str(name) for name in read_categories(adata, groupby, argument="groupby").categories]
    known = [name for name in order if name in present]
    return known + [name for name in present if name not in known]


def group_colours(adata: AnnData, key: str, names: Sequence[str]) -> list[str]:
    """The colour that each of `names` has as a group of cells in every other figure."""
    groupby = _recorded_groupby(adata, key)
    if groupby not in adata.obs:
        known = sorted(set(names))
        colours = category_colours(len(known), PALETTE_CVD)
    else:
        known = [
            str(name) for name in read_categories(adata, groupby, argument="groupby").categories
        ]
        colours = shown_groups(adata, groupby).colours
    by_name = dict(zip(known, colours, strict=True))
    return [by_name.get(name, NEUTRAL) for name in names]


def _recorded_groupby(adata: AnnData, key: str) -> str:
    """The groups of a crosstalk, or of the crosstalk that a table of axes puts together."""
    params = _recorded_params(adata, key)
    if "groupby" not in params and "crosstalk" in params:
        params = _recorded_params(adata, str(params["crosstalk"]))
    return str(params.get("groupby", ""))


def _recorded_params(adata: AnnData, key: str) -> Mapping[str, Any]:
    entry: Any = adata.uns.get(keys.META, {})
    for name in (key, "params"):
        entry = entry.get(name, {}) if isinstance(entry, Mapping) else {}
    return entry if isinstance(entry, Mapping) else {}


def axis_name(axis: str) -> str:
    """The name of an axis for people."""
    from tmeatlas.interactions import load_axes

    names = {known.id: known.name for known in load_axes()}
    return names.get(axis) or title_of(axis or "other")


def complex_name(complex_: str) -> str:
    """`ITGAV_ITGB8` as `ITGAV+ITGB8`."""
    return complex_.replace("_", "+")
