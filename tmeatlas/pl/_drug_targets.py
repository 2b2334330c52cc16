"""Drug targets by cell types, with what the data say for each and the drugs that aim at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._numbers import check_number
from tmeatlas._text import counted
from tmeatlas.pl._beside import Beside, WordColumn
from tmeatlas.pl._footnote import add_footnote
from tmeatlas.pl._label import heading, names_axis, shown
from tmeatlas.pl._room import fit_heading, text_width, tilted_room
from tmeatlas.pl._theme import INK, SEQUENTIAL, colour_key, colour_scale, template
from tmeatlas.results import DrugTargets

if TYPE_CHECKING:
    import plotly.graph_objects as go

WIDE, HIGH, ABOVE, TILT, KEY = 34, 24, 100, 45, 150
"""Pixels of a field, and above all; the turn of names in degrees; length of the key."""
NAMED = 2
"""Drugs that are named in a row; the others are counted, and come up when hovered over."""


def drug_targets(adata: AnnData, *, max_rows: int = 25, key: str = keys.DRUG_TARGETS) -> go.Figure:
    """Draw drug targets × cell types: who has each, what it belongs to, and which drugs aim at it.

    The colour is the share of the cells of a type that show the drug target. A frame
    is around the group that has it where its axis is specific, or its programme stands
    out. Groups of normal cells stand right of the others. At the right: what it belongs to, the
    route, in how many samples it is specific, what that is called, and drugs; hovering
    tells how each drug acts, and its status with its date. Research context, never advice.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.drug_targets(adata)``. Nothing is written.
    max_rows
        How many rows at most; the best supported come first.
    key
        The `key_added` of the drug targets.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        There are no drug targets.
    InputError
        They are of other cells or labels, or `max_rows` is no whole number above 0.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type")
    >>> tme.tl.axes(adata)
    >>> tme.tl.drug_targets(adata)
    >>> figure = tme.pl.drug_targets(adata)
    """
    return drug_targets_figure(drug_targets_payload(adata, max_rows=max_rows, key=key))


def drug_targets_payload(
    adata: AnnData, *, max_rows: int = 25, key: str = keys.DRUG_TARGETS
) -> dict[str, Any]:
    """Rows of drug targets, and the share of cells of each group that show them."""
    check_number("max_rows", max_rows, low=1, whole=True)
    found = DrugTargets.read(check_adata(adata), key)
    rows = found.by_target()
    drawn = rows[rows["share"].notna()].head(max_rows).reset_index(drop=True)
    expression = found.expression.astype({"drug_target": str, "group": str})
    normal = expression.drop_duplicates("group").set_index("group")["normal"]
    groups = [*normal.index[~normal], *normal.index[normal]]
    shares = expression.pivot_table(index="drug_target", columns="group", values="share")
    return {
        "rows": drawn,
        "n_all": len(rows),
        "groups": groups,
        "normal": [bool(normal[group]) for group in groups],
        "shares": shares.reindex(index=drawn["drug_target"], columns=groups).to_numpy(np.float64),
        "use": found.use,
        "kind_of_rows": found.rows,
        "caveat": found.caveat,
        "note": str(found.record.facts.get("status", "")),
    }


def drug_targets_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of the drug targets."""
    import plotly.graph_objects as go

    rows, groups = payload["rows"], payload["groups"]
    beside = Beside(_columns(rows))
    across, down = WIDE * len(groups), max(HIGH * len(rows), KEY)
    reach, below = tilted_room(groups, step=WIDE, angle=TILT)
    left = max(text_width(list(rows["drug_target"]), 12) + 24, reach)
    figure = go.Figure()
    _add_shares(figure, payload)
    n_normal = sum(payload["normal"])
    _add_frames(figure, rows, groups, n_normal=n_normal)
    beside.add(figure, list(range(len(rows))))
    plain: dict[str, Any] = {"ticks": "", "showline": False, "automargin": False}
    figure.update_layout(
        template=template(),
        title=heading(
            "Which drugs aim at what is specific here?",
            f"{counted(len(rows), 'drug target')} of {payload['n_all']:,}; share of "
            f"{payload['kind_of_rows']} that show it"
            + (
                f"; the {counted(n_normal, 'group')} at the right are normal here"
                if n_normal
                else ""
            ),
        ),
        width=round(left + across + beside.width + 90),
        height=round(ABOVE + down + below),
        margin={"l": left, "r": beside.width + 90, "t": ABOVE, "b": below, "autoexpand": False},
        xaxis=names_axis(groups, tickangle=-TILT, **plain),
        yaxis=names_axis(list(rows["drug_target"]), down=True, ticklabelstandoff=6, **plain)
        | {"domain": [1 - HIGH * len(rows) / down, 1]},
        showlegend=False,
        hovermode="closest",
    )
    add_footnote(figure, _foot(payload))
    fit_heading(figure)
    return figure


def _foot(payload: dict[str, Any]) -> str:
    """What has to stand below the figure."""
    caveat = payload["caveat"]
    more = f" {caveat[0].upper()}{caveat[1:].rstrip('.')}." if caveat else ""
    return f"{payload['use']} A status is as of its date.{more}"


def _add_shares(figure: go.Figure, payload: dict[str, Any]) -> None:
    """The coloured fields."""
    rows, groups, shares = payload["rows"], payload["groups"], payload["shares"]
    kinds = ["normal" if normal else "" for normal in payload["normal"]]
    words = [
        [
            "<br>".join(
                [
                    f"<b>{shown(gene)}</b> in {shown(group)}",
                    *([kind] if kind else []),
                    f"{share:.0%} of its {payload['kind_of_rows']} show it",
                ]
            )
            for group, kind, share in zip(groups, kinds, of_row, strict=True)
        ]
        for gene, of_row in zip(rows["drug_target"], shares, strict=True)
    ]
    figure.add_heatmap(
        x=np.arange(len(groups)),
        y=np.arange(len(rows)),
        z=shares,
        zmin=0,
        zmax=1,
        colorscale=colour_scale(SEQUENTIAL),
        xgap=1,
        ygap=1,
        customdata=words,
        hovertemplate="%{customdata}<extra></extra>",
        colorbar=colour_key(
            f"share of {payload['kind_of_rows']}",
            length=KEY,
            x=1,
            xref="container",
            xanchor="right",
        )
        | {"tickformat": ".0%", "tickvals": [0, 0.5, 1]},
    )


def _add_frames(figure: go.Figure, rows: pd.DataFrame, groups: list[str], *, n_normal: int) -> None:
    """Frames around the groups that have the drug target where something is specific.

    A line parts the normal cells from the others.
    """
    shapes = []
    for place, (group, seen) in enumerate(zip(rows["group"], rows["routes"], strict=True)):
        if group in groups and seen > 0:
            at = groups.index(group)
            shapes.append(
                {
                    "type": "rect",
                    **{"x0": at - 0.47, "x1": at + 0.47, "y0": place - 0.46, "y1": place + 0.46},
                    "line": {"color": INK, "width": 2},
                }
            )
    n_others = len(groups) - n_normal
    if 0 < n_others < len(groups):
        between = {"x0": n_others - 0.5, "x1": n_others - 0.5, "y0": -0.5, "y1": len(rows) - 0.5}
        shapes.append({"type": "line", **between, "line": {"color": INK, "width": 1}})
    figure.update_layout(shapes=shapes)


def _columns(rows: pd.DataFrame) -> list[WordColumn]:
    """What it belongs to, the route, samples, support, and drugs."""
    told = [shown_lines(text) for text in rows["told"]]
    routes = [
        f"{source} → {target}" if source else (group if seen else "")
        for source, target, group, seen in zip(
            rows["source"], rows["target"], rows["group"], rows["routes"], strict=True
        )
    ]
    samples = [
        f"{n} of {of}" if of else ""
        for n, of in zip(rows["n_samples_specific"], rows["n_samples"], strict=True)
    ]
    bold = [support == "supported" for support in rows["support"]]
    belongs = [
        f"{name} ({role})" if level == "axis" else name
        for name, role, level in zip(rows["name"], rows["role"], rows["level"], strict=True)
    ]
    return [
        WordColumn("belongs to", belongs),
        WordColumn("from → to", routes, hover=[shown(pair) for pair in rows["interaction"]]),
        WordColumn("samples", samples, right=True),
        WordColumn("support", list(rows["support"]), bold=bold),
        WordColumn("drugs", [_named(text) for text in rows["drugs"]], hover=told),
    ]


def shown_lines(text: str) -> str:
    """Several lines as plotly has to be given them."""
    return "<br>".join(shown(line) for line in str(text).split("\n"))


def _named(drugs: str) -> str:
    """The first drugs by name; the others are counted."""
    names = str(drugs).split("; ")
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
