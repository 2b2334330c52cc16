"""All that is known about one axis: which evidence it has, and which is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import CoverageError, InputError, listing, unknown
from tmeatlas._text import clean
from tmeatlas.pl._axis_evidence import axis_detail_figure
from tmeatlas.pl._axis_panels import PVAL
from tmeatlas.pl._crosstalk import axis_name, group_colours
from tmeatlas.pl._flows import only
from tmeatlas.results import (
    EVIDENCE,
    Axes,
    Verdict,
    by_evidence,
    is_verdict,
    leading_axis,
    stands_out,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go

WORDS = (
    *("axis", "source", "target", "verdict", "missing", "response"),
    *("top_interaction", "associated", "missing_genes", "ambient"),
)
MODIFIERS = {
    "activation": "activates the ligand",
    "coreceptor": "helps the receptor",
    "decoy": "catches the ligand",
    "cleavage": "cleaves the ligand",
    "antagonist": "blocks the receptor",
    "cis": "binds it on the same cell",
}


def axis_detail(
    adata: AnnData,
    axis: str | None = None,
    *,
    source: Sequence[str] | str | None = None,
    target: Sequence[str] | str | None = None,
    max_pairs: int = 15,
    key: str = keys.AXES,
) -> go.Figure:
    """Draw the evidence for one axis between the pairs of groups that have the best.

    One row per sender and receiver: first those that stand out, by falling
    score, then those with too few cells, the lowest p-value first. Side by side
    are the share of the sender's cells that show a ligand and of the
    receiver's that show a receptor, with 95 % intervals; how many times the
    ligand and the receptor exceed other cells of like depth, with 90 %
    intervals; and how far the response of the receiver is from that of all other
    cells. A filled mark stands out, an open one is what ``missing`` names, and a
    cross was not testable; an axis that is mostly ambient RNA says so in its
    verdict and does not stand out. Then come, where the axis has any, the shares of cells
    with what modifies it, the core pair that carries the row with the associated
    pairs that stand out beside it, and the verdict. The line below the title says
    how many of the core pairs the data have, and whether that is less than half.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.axes(adata)``. Nothing is written.
    axis
        The id of the axis, such as ``"tgfb"``; by default that with the most
        evidence.
    source, target
        Only these senders or receivers.
    max_pairs
        How many pairs of groups to show at most.
    key
        The `key_added` of the axes.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        Axes were not computed, or there is no such axis or group.
    CoverageError
        The data lack genes of every core pair of the axis.
    InputError
        `max_pairs` below 1, `adata.uns` has something else under `key`, or the
        result is of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type")
    >>> tme.tl.axes(adata)
    >>> figure = tme.pl.axis_detail(adata, "tgfb")
    """
    return axis_detail_figure(
        axis_detail_payload(adata, axis, source=source, target=target, max_pairs=max_pairs, key=key)
    )


def axis_detail_payload(
    adata: AnnData,
    axis: str | None = None,
    *,
    source: Sequence[str] | str | None = None,
    target: Sequence[str] | str | None = None,
    max_pairs: int = 15,
    key: str = keys.AXES,
) -> dict[str, Any]:
    """The rows to show, with the state of each evidence, and the modifiers that there are.

    ``rows`` has the columns of the table of axes, and for each evidence
    ``<evidence>_state``: "there", "missing", "not testable", or "" where
    nothing was measured.
    """
    if max_pairs < 1:
        raise InputError(f"Expected `max_pairs` of 1 or more, found {max_pairs!r}.")
    found = Axes.read(adata, key)
    table = _rows_of_axis(found, axis)
    axis = table["axis"].iloc[0]
    for column, wanted in (("source", source), ("target", target)):
        table = only(table, column, wanted, what="table of axes")
    best = by_evidence(table)
    rows = pd.concat([best, table.drop(best.index)]).head(max_pairs).reset_index(drop=True)
    missing = [set(text.split("; ")) for text in rows["missing"]]
    for evidence in EVIDENCE:
        rows[f"{evidence}_state"] = _states(rows, evidence, missing)
    modifiers = [
        f"{role}_{end}"
        for role in MODIFIERS
        for end in ("source", "target")
        if f"{role}_{end}" in rows and rows[f"{role}_{end}"].notna().any()
    ]
    first = rows.iloc[0]
    return {
        "axis": clean(axis_name(axis)),
        "rows": rows,
        "modifiers": modifiers,
        "meaning": [MODIFIERS[name.rpartition("_")[0]] for name in modifiers],
        "response": clean(first["response"]) if first["response"] else "",
        "response_validated": bool(first["response_validated"]),
        "source_colours": group_colours(adata, found.groupby, list(rows["source"])),
        "target_colours": group_colours(adata, found.groupby, list(rows["target"])),
        "n_pairs": len(table),
        "n_standing": int(stands_out(table).sum()),
        "n_ambient": int(is_verdict(table, Verdict.AMBIENT).sum()),
        "n_active": int(is_verdict(table, Verdict.ACTIVE).sum()),
        "core_pairs": int(first["core_pairs"]),
        "core_pairs_measured": int(first["core_pairs_measured"]),
        "caveat": found.caveat,
        "half_covered": axis in found.half_covered,
    }


def _rows_of_axis(found: Axes, axis: str | None) -> pd.DataFrame:
    """The rows of `axis` over all samples, or of the one with the most evidence."""
    table = found.overall().astype(dict.fromkeys(WORDS, str))
    known = list(dict.fromkeys(table["axis"]))
    if not known:
        raise InputError("The table of axes has no row: no two groups can meet.")
    if axis is None:
        axis = leading_axis(table) or known[0]
    if axis not in known:
        remedy = 'Pass one of these as `axis`; tme.get.axes(adata)["axis"].unique() has all.'
        raise unknown("axis in the table of axes called", axis, known, remedy=remedy)
    rows = table[table["axis"] == axis]
    if is_verdict(rows, Verdict.GENES_MISSING).all():
        lacking = listing(rows["missing_genes"].iloc[0].split("; "))
        raise CoverageError(
            f"Axis {axis!r} is not testable: the data lack genes of every pair that it is named "
            f"after. Missing are {lacking}."
        )
    return rows


def _states(rows: pd.DataFrame, evidence: str, missing: Sequence[set[str]]) -> list[str]:
    """What `tl.axes` found out about one kind of evidence, row by row."""
    measured = "response_effect" if evidence == "response" else f"{evidence}_fraction"
    states = []
    for value, p, lacks in zip(rows[measured], rows[PVAL[evidence]], missing, strict=True):
        if np.isnan(value):
            states.append("")
        elif evidence in lacks:
            states.append("missing")
        else:
            states.append(Verdict.NOT_TESTABLE.value if np.isnan(p) else "there")
    return states
