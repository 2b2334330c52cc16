"""Who talks to whom, as ribbons across a circle."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas.pl._chord_shapes import (
    RADIUS,
    LabelPlace,
    arc_outline,
    label_places,
    place_ends,
    ribbon_outline,
)
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
from tmeatlas.pl._shapes import filled
from tmeatlas.pl._theme import LINE, template

if TYPE_CHECKING:
    import plotly.graph_objects as go

MARGIN = 16


def chord(
    adata: AnnData,
    axis: Sequence[str] | str | None = None,
    *,
    source: Sequence[str] | str | None = None,
    target: Sequence[str] | str | None = None,
    key: str = keys.CROSSTALK,
) -> go.Figure:
    """Draw the interactions between groups as ribbons across a circle of groups.

    A ribbon has the colour of its sender, begins at the sender's arc, and ends
    in a tip that stops short of the receiver's arc. Its width is the number of
    rows of the crosstalk with the verdict "specific", or, pale, of those with
    too few cells where none is specific, as in :func:`tmeatlas.pl.sankey`; the
    length of an arc is what the group sends and receives together. Hovering
    names the interaction with the highest score. Groups without a ribbon, what
    is mostly ambient RNA, and what carries no signal (decoys, cleavage and the
    like), are named below the circle.

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
    >>> figure = tme.pl.chord(adata, axis="tgfb")
    """
    return chord_figure(chord_payload(adata, axis=axis, source=source, target=target, key=key))


def chord_payload(
    adata: AnnData,
    axis: Sequence[str] | str | None = None,
    *,
    source: Sequence[str] | str | None = None,
    target: Sequence[str] | str | None = None,
    key: str = keys.CROSSTALK,
) -> dict[str, Any]:
    """Groups with their colours, and the flows between them."""
    return flows_payload(adata, axis=axis, source=source, target=target, key=key)


def chord_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of the ribbons."""
    import plotly.graph_objects as go

    number = numbers(payload)
    lengths = number.sum(axis=0) + number.sum(axis=1)
    figure = go.Figure(_ribbons(payload, number))
    arcs = place_ends(number).arcs
    for group, arc in arcs.items():
        label = shown(payload["labels"][group])
        sent, received = int(number[group].sum()), int(number[:, group].sum())
        text = f"<b>{label}</b> sends {told_number(payload, sent)}, receives {received:,}"
        colour = payload["colours"][group]
        figure.add_trace(filled(arc_outline(*arc), colour, name=label, text=text, group=label))
    places = label_places(arcs)
    _add_names(figure, payload, places)
    if not lengths.any():
        add_nothing_to_show(figure, payload, 0, 0)
    notes = notes_below(payload)
    add_notes(figure, notes, x=MARGIN)
    room = text_width(payload["labels"]) + 60
    highest = max((abs(place.line[-1][1]) for place in places), default=0.0)
    half, below = max(RADIUS, highest) + 26, 20 + LINE_HEIGHT * max(1, len(notes))
    width = max(2 * (RADIUS + room), 560)
    colours = "colour: the sender; tip: the receiver"
    figure.update_layout(
        template=template(),
        title=heading(f"Crosstalk: {payload['axis']}", subtitle(payload, colours))
        | {"pad": {"t": 14, "l": MARGIN}},
        width=round(width),
        height=round(2 * half + 72 + below),
        margin={"l": 0, "r": 0, "t": 72, "b": below, "autoexpand": False},
        xaxis={"visible": False, "range": [-width / 2, width / 2]},
        yaxis={"visible": False, "range": [-half, half]},
        hovermode="closest",
    )
    return figure


def _ribbons(payload: dict[str, Any], number: NDArray[np.int64]) -> list[go.Scatter]:
    """The ribbons, the widest at the back."""
    hover, most = hover_texts(payload), int(number.max(initial=0))
    ends = place_ends(number)
    pairs = sorted(np.argwhere(number).tolist(), key=lambda pair: (-number[tuple(pair)], pair))
    return [
        filled(
            ribbon_outline(ends.sent[source, target], ends.received[source, target]),
            payload["colours"][source],
            name=" → ".join(shown(payload["labels"][end]) for end in (source, target)),
            text=hover[source, target],
            alpha=flow_opacity(payload, int(number[source, target]), most),
            source=shown(payload["groups"][source]),
            target=shown(payload["groups"][target]),
        )
        for source, target in pairs
    ]


def _add_names(figure: go.Figure, payload: dict[str, Any], places: Sequence[LabelPlace]) -> None:
    """The names around the circle, each with a line to its arc."""
    for place in places:
        figure.add_shape(
            type="path",
            path="M " + " L ".join(f"{x:.1f},{y:.1f}" for x, y in place.line),
            line={"color": LINE, "width": 1},
            layer="below",
        )
        figure.add_annotation(
            x=place.line[-1][0],
            y=place.line[-1][1],
            xanchor="left" if place.right else "right",
            xshift=2 if place.right else -2,
            text=tick(payload["labels"][place.group]),
            showarrow=False,
            font={"size": 11},
        )
