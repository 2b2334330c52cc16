"""What differs between conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError, unknown
from tmeatlas._numbers import check_number
from tmeatlas._text import counted
from tmeatlas.pl._compare_words import (
    answer,
    compared_colours,
    effect_text,
    feature_namer,
    named_row,
    p_text,
    question,
)
from tmeatlas.pl._dots_by_condition import DotPanel, dots_figure
from tmeatlas.pl._flows import only
from tmeatlas.pl._footnote import add_footnote
from tmeatlas.pl._forest import forest_figure
from tmeatlas.pl._label import shown
from tmeatlas.pl._volcano import volcano_figure
from tmeatlas.results import NOT_A_DIAGNOSTIC, Comparison

if TYPE_CHECKING:
    import plotly.graph_objects as go

TEXTS = ("feature", "group", "condition", "reference", "unit", "test", "note")
Kind = Literal["forest", "volcano", "dots"]


def compare(
    adata: AnnData,
    what: str | None = None,
    *,
    kind: Kind = "forest",
    features: Sequence[str] | str | None = None,
    groups: Sequence[str] | str | None = None,
    max_features: int = 20,
    key: str | None = None,
) -> go.Figure:
    """Draw what differs between conditions, with patients as replicates.

    ``"forest"`` has a row per difference, the lowest p-value first: condition minus
    reference with its 95 % interval, filled where the adjusted p-value is at most
    0.05, with the number of patients on both sides beside it. ``"volcano"`` shows
    all differences by effect and p-value. ``"dots"`` shows the values behind: one
    dot per patient, joined where patients are paired. Of crosstalk and axes these
    are sides, a gene or complex in a group of cells; hovering names the
    interactions that a side takes part in.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.compare(adata, what, ...)``. Nothing is
        written.
    what
        What was compared, such as ``"scores"``; may be left out where there is one
        comparison.
    kind
        ``"forest"``, ``"volcano"`` or ``"dots"``.
    features, groups
        Only these signatures, states, measures, genes or complexes, and only in
        these groups of cells.
    max_features
        How many rows or panels there are at most; in a volcano, how many points
        are named.
    key
        The `key_added` of the comparison.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        Nothing was compared, or there is no such feature or group.
    InputError
        Several comparisons and none is named, the effects of a volcano have
        different units, or the comparison is of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(1200)
    >>> tme.tl.score(adata, ["caf_pan", "treg_pan"])
    >>> tme.tl.compare(
    ...     adata,
    ...     "scores",
    ...     condition_key="condition",
    ...     sample_key="sample",
    ...     reference="excluded",
    ... )
    >>> figure = tme.pl.compare(adata, "scores")
    >>> dots = tme.pl.compare(adata, "scores", kind="dots", features="treg_pan")
    """
    draw = {"forest": forest_figure, "volcano": volcano_figure, "dots": compared_dots}
    if kind not in draw:
        raise InputError(f"Expected `kind` to be 'forest', 'volcano' or 'dots', found {kind!r}.")
    check_number("max_features", max_features, low=1, whole=True)
    payload = compare_payload(adata, what, features=features, groups=groups, key=key)
    figure = draw[kind](payload, max_features)
    if payload["found"].what == "phenotype":
        add_footnote(figure, NOT_A_DIAGNOSTIC)
    return figure


def compare_payload(
    adata: AnnData,
    what: str | None = None,
    *,
    features: Sequence[str] | str | None = None,
    groups: Sequence[str] | str | None = None,
    key: str | None = None,
) -> dict[str, Any]:
    """The rows that are asked for, by p-value, with their names and words, and the values behind.

    Rows without a p-value are among them only where they are asked for.
    """
    found = Comparison.read(check_adata(adata), _key(adata, what) if key is None else key)
    rows = found.ranked().astype(dict.fromkeys(TEXTS, str))
    for column, wanted in (("feature", features), ("group", groups)):
        rows = only(rows, column, wanted, what="comparison", argument=f"{column}s")
    if features is None:
        rows = rows[rows["pval"].notna()]
    if rows.empty:
        raise InputError(
            "None of the differences that were asked for could be tested. "
            f"adata.uns[{keys.compare_tables(found.key)[1]!r}] says why."
        )
    rows = rows.assign(
        name=rows["feature"].map(feature_namer(adata, found)),
        stands=rows.index.isin(found.standing.index),
    )
    texts = dict.fromkeys(("feature", "group", "replicate", "condition", "pair"), str)
    return {
        "found": found,
        "rows": rows.reset_index(drop=True),
        "samples": found.samples.astype(texts),
        "colours": compared_colours(adata, found),
        "title": question(found),
    }


def _key(adata: AnnData, what: str | None) -> str | None:
    """The key under which `what` was compared."""
    if what is None:
        return None
    key, stored = keys.compare(what), Comparison.stored(adata)
    if stored and key not in stored:
        known = [Comparison.read(adata, name).what for name in stored]
        raise unknown(
            "comparison of",
            what,
            dict.fromkeys(known),
            remedy=f"Run tme.tl.compare(adata, {what!r}, ...), or name one with `key=`.",
        )
    return key


def compared_dots(payload: dict[str, Any], max_features: int) -> go.Figure:
    """A panel per feature and group, with a dot per patient."""
    found, rows, samples = payload["found"], payload["rows"], payload["samples"]
    conditions = list(payload["colours"])
    best = rows.drop_duplicates(["feature", "group"])
    panels = []
    for _, row in best.head(max_features).iterrows():
        of_row = (samples["feature"] == row["feature"]) & (samples["group"] == row["group"])
        dots = samples[of_row & samples["condition"].isin(conditions)]
        panels.append(
            DotPanel(
                title=named_row(row),
                subtitle=_told(row, found),
                values=dots["value"].to_numpy(np.float64),
                codes=np.array([conditions.index(c) for c in dots["condition"]], dtype=np.int64),
                words=[_dot_words(row, dot) for _, dot in dots.iterrows()],
                pairs=list(dots["pair"]),
                unit=row["unit"],
            )
        )
    some = f"the best {len(panels)} of {len(best):,}" if len(panels) < len(best) else ""
    return dots_figure(
        panels,
        conditions=conditions,
        colours=list(payload["colours"].values()),
        replicate=found.replicate,
        title=payload["title"],
        subtitle=answer(found, "lines: means", some),
    )


def _told(row: pd.Series, found: Comparison) -> str:
    """The difference, below the title of its panel."""
    if len(found.conditions) > 1 and not np.isnan(row["overall_padj"]):
        return f"over all conditions adjusted p {p_text(row['overall_padj'])}"
    whose = f"{row['condition']}: " if len(found.conditions) > 1 else ""
    return f"{whose}{effect_text(row)}; adj. p {p_text(row['padj'])}"


def _dot_words(row: pd.Series, dot: pd.Series) -> str:
    lines = [
        f"{dot['replicate']}, {dot['condition']}",
        f"{dot['value']:.3g} ({row['unit']})",
        counted(int(dot["cells"]), "cell"),
        *([f"paired by {dot['pair']}"] if dot["pair"] else []),
    ]
    return "<br>".join([f"<b>{shown(named_row(row))}</b>", *map(shown, lines)])
