"""How much of each signature the data have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import MissingKeyError
from tmeatlas._text import clean
from tmeatlas.pl._label import heading, shown
from tmeatlas.pl._room import fit_heading
from tmeatlas.pl._rows import beside, compartment_marks, rows_layout
from tmeatlas.pl._theme import FAINT, SOFT_INK, template
from tmeatlas.results import Scores
from tmeatlas.sig import compartment_name

if TYPE_CHECKING:
    import plotly.graph_objects as go

FOUND, LOW = "#2f6db2", "#d55e00"
SHOWN_GENES = 12


def coverage(adata: AnnData, *, key: str = keys.SCORES) -> go.Figure:
    """Draw the share of each signature's genes that the data have.

    One bar per signature; orange where the share was too low for a score. At the
    end of a bar stand the genes found and all genes. Hovering names those that
    are missing.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.score(adata)``. Nothing is written.
    key
        The `key_added` of the scores.

    Returns
    -------
    plotly.graph_objects.Figure
        With the template ``"tmeatlas"``.

    Raises
    ------
    MissingKeyError
        Nothing was scored.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.tl.score(adata)
    >>> figure = tme.pl.coverage(adata)
    """
    return coverage_figure(coverage_payload(adata, key=key))


def coverage_payload(adata: AnnData, *, key: str = keys.SCORES) -> dict[str, Any]:
    """One entry per signature, compartment by compartment."""
    found = Scores.read(adata, key).coverage
    table = found.table
    if table.empty:
        raise MissingKeyError(
            f"No coverage in uns[{keys.coverage(key)!r}]. Run tme.tl.score(adata) first, which "
            "writes it; tme.sig.coverage(adata) gives it as a table without scoring."
        )
    ids = [str(name) for name in table.index]
    compartments = [found.text(name, "compartment") for name in ids]
    first_seen = list(dict.fromkeys(compartments))
    order = sorted(range(len(ids)), key=lambda i: first_seen.index(compartments[i]))
    table, ids = table.iloc[order], [ids[i] for i in order]
    scored = table["scored"].to_numpy(dtype=bool) if "scored" in table else np.ones(len(ids), bool)
    return {
        "ids": ids,
        "titles": [found.name(name) for name in ids],
        "compartments": [compartment_name(compartments[i]) for i in order],
        "coverage": table["coverage"].to_numpy(dtype=np.float64),
        "n_found": table["n_found"].to_numpy(dtype=np.int64),
        "n_genes": table["n_genes"].to_numpy(dtype=np.int64),
        "missing": [_some_genes(text) for text in table["missing"]],
        "scored": scored,
    }


def _some_genes(text: object) -> str:
    """The first of a comma separated list of genes."""
    genes = [gene.strip() for gene in str(text).split(",") if gene.strip()]
    if pd.isna(text) or not genes:  # type: ignore[call-overload]
        return ""
    rest = len(genes) - SHOWN_GENES
    return clean(", ".join(genes[:SHOWN_GENES]) + (f" and {rest} more" if rest > 0 else ""))


def coverage_figure(payload: dict[str, Any]) -> go.Figure:
    """The figure of the coverage."""
    import plotly.graph_objects as go

    n = len(payload["ids"])
    layout = rows_layout(payload["titles"], ["100%"], cell=(330, 18))
    shares, scored = payload["coverage"], payload["scored"]
    figure = go.Figure()
    figure.add_bar(
        x=np.ones(n),
        y=np.arange(n),
        orientation="h",
        marker={"color": FAINT},
        hoverinfo="skip",
        showlegend=False,
    )
    for name, colour, which in (("scored", FOUND, scored), ("not scored", LOW, ~scored)):
        rows = np.flatnonzero(which)
        figure.add_bar(
            x=shares[rows],
            y=rows,
            orientation="h",
            name=name,
            marker={"color": colour},
            customdata=[_hover(payload, int(i)) for i in rows],
            hovertemplate=(
                "%{customdata[0]}<br>%{customdata[1]} of %{customdata[2]} genes, %{x:.0%}"
                "%{customdata[3]}<extra></extra>"
            ),
            showlegend=bool(len(rows)),
        )
    for i in range(n):
        figure.add_annotation(
            x=1,
            y=i,
            text=f"{payload['n_found'][i]}/{payload['n_genes'][i]}",
            showarrow=False,
            xanchor="left",
            xshift=4,
            font={"size": 10, "color": SOFT_INK},
        )
    layout["xaxis"] = {
        "range": [0, 1.18],
        "tickvals": [0, 0.25, 0.5, 0.75, 1],
        "tickformat": ".0%",
        "showgrid": False,
        "title": {"text": "genes found"},
    }
    layout["margin"]["b"] += 24
    layout["height"] += 24
    figure.update_layout(
        template=template(),
        title=heading("Coverage of signatures", "genes of each signature that the data have"),
        barmode="overlay",
        bargap=0.3,
        legend={"x": beside(layout), "xanchor": "left", "y": 1, "yanchor": "top"},
        **layout,
    )
    compartment_marks(figure, payload["compartments"])
    fit_heading(figure)
    return figure


def _hover(payload: dict[str, Any], i: int) -> list[Any]:
    missing = payload["missing"][i]
    return [
        shown(payload["titles"][i]),
        int(payload["n_found"][i]),
        int(payload["n_genes"][i]),
        f"<br>missing: {shown(missing)}" if missing else "",
    ]
