"""Who talks to whom, as flows from senders at the left to receivers at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas.pl._flows import (
    LINE_HEIGHT,
    add_notes,
    add_nothing_to_show,
    flow_opacity,
    flows_payload,
    hover_texts,
    notes_below,
    numbers,
    subtitle,
    told_number,
)
from tmeatlas.pl._label import heading, shown, tick
from tmeatlas.pl._room import text_width
from tmeatlas.pl._sankey_shapes import (
    ABOVE,
    BAR,
    LEAST,
    ROOM,
    SPAN,
    pixels_each,
    ribbon_outline,
    stack_bars,
)
from tmeatlas.pl._shapes import filled
from tmeatlas.pl._theme import LINE, SOFT_INK, template

if TYPE_CHECKING:
    import plotly.graph_objects as go

MARGIN = 16


def sankey(
    adata: AnnData,
    axis: Sequence[str] | str | None = None,
    *,
    source: Sequence[str] | str | None = None,
    target: Sequence[str] | str | None = None,
    key: str = keys.CROSSTALK,
) -> go.Figure:
    """Draw the flows of interactions from the groups that send to those that receive.

    Senders are at the left, receivers at the right; a group that does both is
    at both sides. The width of a flow, and the number beside a group, is the
    number of rows of the crosstalk with the verdict "specific": one per
    interaction, sender and receiver. Where none is specific, flows are pale, and
    count those with too few cells. An axis with many interactions in the
    database can have many that are specific, so compare groups rather than axes.
    A flow has the colour of its sender. Hovering names the interaction with the
    highest score. What carries no signal (decoys, cleavage and the like), and
    what is mostly ambient RNA, is named below, and has no part in any flow.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.crosstalk(adata, groupby)``. Nothing is written.
    axis
        Only this axis (its id, such as ``"cxcl12"``) or these; all by default.
    source, target
        Only these senders or receivers.
    key
        The `key_added` of the crosstalk.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``. Without any interaction to show, it
        shows the groups and says so.

    Raises
    ------
    MissingKeyError
        Crosstalk was not computed, or it has no such axis or group.
    InputError
        The crosstalk is of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type")
    >>> figure = tme.pl.sankey(adata)
    """
    return sankey_figure(sankey_payload(adata, axis=axis, source=source, target=target, key=key))


def sankey_payload(
    adata: AnnData,
    axis: Sequence[str] | str | None = None,
    *,
    source: Sequence[str] | str | None = None,
    target: Sequence[str] | str | None = None,
    key: str = keys.CROSSTALK,
) -> dict[str, Any]:
    """Groups with their colours, and the flows between them."""
    return flows_payload(adata, axis=axis, source=source, target=target, key=key)


def sankey_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of the flows."""
    import plotly.graph_objects as go

    number = numbers(payload)
    totals = [number.sum(axis=1), number.sum(axis=0)]
    if not number.any():
        totals = [np.ones(len(number), dtype=np.int64)] * 2
    height = max(300.0, *(float(ROOM * np.count_nonzero(total)) for total in totals))
    scale = pixels_each(totals, height)
    bars = [stack_bars(total, scale, height) for total in totals]
    figure = go.Figure(_ribbons(payload, number, bars, scale))
    room = max(130.0, text_width(payload["labels"]) + 14 + 40)
    for side, (total, bar) in enumerate(zip(totals, bars, strict=True)):
        _add_bars(figure, payload, side, total, bar)
    _add_headings(figure)
    if not number.any():
        add_nothing_to_show(figure, payload, SPAN / 2, height / 2)
    notes = notes_below(payload)
    add_notes(figure, notes, x=MARGIN)
    below = 20 + LINE_HEIGHT * max(1, len(notes))
    figure.update_layout(
        template=template(),
        title=heading(f"Crosstalk: {payload['axis']}", subtitle(payload, "colour: the sender"))
        | {"pad": {"t": 14, "l": MARGIN}},
        width=round(SPAN + 2 * room),
        height=round(height + ABOVE + 72 + below),
        margin={"l": 0, "r": 0, "t": 72, "b": below, "autoexpand": False},
        xaxis={"visible": False, "range": [-room, SPAN + room]},
        yaxis={"visible": False, "range": [height, -ABOVE]},
        hovermode="closest",
    )
    return figure


def _ribbons(
    payload: dict[str, Any],
    number: np.ndarray,
    bars: list[dict[int, tuple[float, float]]],
    scale: float,
) -> list[go.Scatter]:
    """The flows; each begins at its sender's bar and ends in a tip at its receiver's."""
    hover, most = hover_texts(payload), int(number.max(initial=0))
    sent, received = ({group: y0 + LEAST / 2 for group, (y0, _) in bar.items()} for bar in bars)
    ribbons = []
    for source, target in np.argwhere(number).tolist():
        width = float(number[source, target] * scale)
        ribbons.append(
            filled(
                ribbon_outline(sent[source], received[target], width),
                payload["colours"][source],
                name=" → ".join(shown(payload["labels"][end]) for end in (source, target)),
                text=hover[source, target],
                alpha=flow_opacity(payload, int(number[source, target]), most),
                source=shown(payload["groups"][source]),
                target=shown(payload["groups"][target]),
            )
        )
        sent[source] += width
        received[target] += width
    return ribbons


def _add_bars(
    figure: go.Figure,
    payload: dict[str, Any],
    side: int,
    totals: np.ndarray,
    bars: dict[int, tuple[float, float]],
) -> None:
    """The bars of one side with the names of their groups on the outside."""
    x0, x1 = ((-BAR, 0), (SPAN, SPAN + BAR))[side]
    does = ("sends", "receives")[side]
    for group, (y0, y1) in bars.items():
        label = payload["labels"][group]
        count = int(totals[group]) if len(payload["flows"]) else 0
        figure.add_trace(
            filled(
                np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]),
                payload["colours"][group],
                name=f"{shown(label)} {does}",
                text=f"<b>{shown(label)}</b> {does} {told_number(payload, count)}",
                group=shown(label),
                side=does,
            )
        )
        value = f'<span style="color:{SOFT_INK}">{count:,}</span>'
        parts = (value, tick(label)) if side else (tick(label), value)
        figure.add_annotation(
            x=(x0, x1)[side],
            y=(y0 + y1) / 2,
            xanchor=("right", "left")[side],
            xshift=(-4, 4)[side],
            text="  ".join(parts),
            showarrow=False,
            font={"size": 11},
        )


def _add_headings(figure: go.Figure) -> None:
    for x, text, anchor in ((0, "sends", "right"), (SPAN, "receives", "left")):
        figure.add_annotation(
            x=x,
            y=-ABOVE / 2,
            xanchor=anchor,
            text=f"<b>{text}</b>",
            showarrow=False,
            font={"size": 13, "color": SOFT_INK},
        )
    figure.add_annotation(
        x=SPAN - 8,
        y=-ABOVE / 2,
        ax=8,
        ay=-ABOVE / 2,
        xref="x",
        yref="y",
        axref="x",
        ayref="y",
        text="",
        showarrow=True,
        arrowhead=2,
        arrowwidth=1.4,
        arrowcolor=LINE,
    )
