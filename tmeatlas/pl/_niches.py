"""Niches of tissue: what surrounds their cells, how much of each sample they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError
from tmeatlas.pl._crosstalk import group_colours, group_order
from tmeatlas.pl._niches_figures import (
    beside_figure,
    profiles_figure,
    shares_figure,
    stability_figure,
)
from tmeatlas.pl._samples import shown_samples
from tmeatlas.results import Niches, Scores, records
from tmeatlas.sig import mark_name
from tmeatlas.spatial import CO_LOCALISATION, SHARE_OF_NICHE

if TYPE_CHECKING:
    import plotly.graph_objects as go

FIGURES = {
    "profiles": profiles_figure,
    "shares": shares_figure,
    "beside": beside_figure,
    "stability": stability_figure,
}


def niches(
    adata: AnnData,
    *,
    kind: Literal["profiles", "shares", "beside", "stability"] = "profiles",
    condition_key: str | None = None,
    key: str = keys.NICHES,
) -> go.Figure:
    """Draw what surrounds the cells of each niche, or another part of the niches.

    ``"profiles"`` are types and programmes × niches: in each field the share of the type among
    the neighbours or the mean of the programme, each sample alike, and as colour how far that
    is from all cells, in standard deviations. ``"shares"`` are bars: which share of each sample
    is of which niche. ``"beside"`` tells of pairs of types how often one lies beside the other,
    as the median of the samples, and in how many it is more or less than in the moved tissue.
    ``"stability"`` shows for each number of niches how well they come back in resamples.

    Parameters
    ----------
    adata
        Cells or spots, after ``tme.tl.niches(adata, ...)``. Nothing is written.
    kind
        What to draw.
    condition_key
        The `obs` column with the condition of each sample, by which ``"shares"`` are ordered.
    key
        The `key_added` of the niches.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        There are no niches, or no such `obs` column.
    InputError
        The niches are of other cells, an unknown `kind`, or nothing lies beside anything.

    Examples
    --------
    >>> import numpy as np
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> adata.obsm["spatial"] = np.random.default_rng(0).uniform(size=(300, 2))
    >>> tme.tl.niches(adata, "cell_type", sample_key="sample", n_niches=3, n_shifts=99)
    >>> figure = tme.pl.niches(adata)
    >>> shares = tme.pl.niches(adata, kind="shares", condition_key="condition")
    """
    if kind not in FIGURES:
        raise InputError(f"Expected `kind` to be one of {', '.join(FIGURES)}, found {kind!r}.")
    return FIGURES[kind](niches_payload(adata, kind=kind, condition_key=condition_key, key=key))


def niches_payload(
    adata: AnnData,
    *,
    kind: str = "profiles",
    condition_key: str | None = None,
    key: str = keys.NICHES,
) -> dict[str, Any]:
    """What the figure of that kind shows."""
    found = Niches.read(check_adata(adata), key)
    names = {**{name: name for name in found.types}, **_programme_names(adata, found)}
    common = {"rows": found.rows, "n_sections": found.table["sample"].nunique()}
    if kind == "profiles":
        return common | _profiles(found, names)
    if kind == "shares":
        return common | _shares(adata, found, condition_key)
    if kind == "beside":
        return common | _beside(found, names)
    return common | {"stability": found.stability}


def _programme_names(adata: AnnData, found: Niches) -> dict[str, str]:
    """Names for people: those of scored signatures, else of what signatures mark."""
    key = str(found.record.facts.get("scores_key") or "")
    record = dict(records(adata)).get(key)
    if record is None or record.kind != Scores.kind:
        return {name: mark_name(name) for name in found.programmes}
    coverage = Scores.read(adata, key).coverage
    return {name: coverage.name(name) for name in found.programmes}


def _profiles(found: Niches, names: dict[str, str]) -> dict[str, Any]:
    table = found.profiles.astype({"niche": str, "feature": str})
    niches = list(dict.fromkeys(table["niche"]))
    features = [*found.types, *found.programmes]

    def wide(column: str) -> np.ndarray:
        values = table.pivot_table(index="feature", columns="niche", values=column, dropna=False)
        return values.reindex(index=features, columns=niches).to_numpy(np.float64)

    first = table.drop_duplicates("niche")
    return {
        "niches": niches,
        "cells": first["cells"].to_numpy(),
        "samples": first["samples"].to_numpy(),
        "features": [names[name] for name in features],
        "of": ["share of neighbours"] * len(found.types) + ["programme"] * len(found.programmes),
        "mean": wide("mean"),
        "overall": wide("overall"),
        "height": wide("height"),
        "stability": _stability(found),
    }


def _stability(found: Niches) -> float:
    chosen = found.stability[found.stability["chosen"].astype(bool)]
    return float(chosen["stability"].iloc[0]) if len(chosen) else float("nan")


def _shares(adata: AnnData, found: Niches, condition_key: str | None) -> dict[str, Any]:
    shares = found.wide(SHARE_OF_NICHE)
    cells = found.wide(SHARE_OF_NICHE, "cells")
    samples = shown_samples(
        adata,
        list(shares.index),
        sample_key=str(found.record.params.get("sample_key") or ""),
        condition_key=condition_key,
    )
    column = keys.niche_columns(found.key)[0]
    niches = group_order(adata, column, list(shares.columns))
    return {
        "samples": samples,
        "niches": niches,
        "colours": group_colours(adata, column, niches),
        "share": shares.reindex(index=samples.names, columns=niches).to_numpy(np.float64),
        "cells": cells.reindex(index=samples.names, columns=niches).to_numpy(np.float64),
    }


def _beside(found: Niches, names: dict[str, str]) -> dict[str, Any]:
    pairs = found.pairs(CO_LOCALISATION)
    if pairs.empty:
        raise InputError(
            "No type lies beside another in these niches, as they were found without types. "
            'Name a column with types by `groupby=` in tme.tl.niches, or draw kind="profiles".'
        )
    there = {name for pair in pairs.index for name in pair}
    order = [name for name in found.types if name in there]

    def wide(column: str) -> pd.DataFrame:
        table = pairs.pivot_table(index="feature", columns="partner", values=column)
        return table.reindex(index=order, columns=order)

    return {
        "types": [names[name] for name in order],
        **{name: wide(name).to_numpy(np.float64) for name in ("value", "n", "above", "below")},
    }
