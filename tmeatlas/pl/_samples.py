"""Samples in the order in which figures show them: by condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing
from tmeatlas._text import title_of
from tmeatlas.pl._groups import shown_groups
from tmeatlas.pl._label import tick
from tmeatlas.pl._room import text_width
from tmeatlas.pl._theme import SOFT_INK

if TYPE_CHECKING:
    import plotly.graph_objects as go

ALL_SAMPLES, NO_CONDITION = "all samples", "no condition"
BRACKET = 10
"""Pixels between what is left of a bracket and its name."""


@dataclass(frozen=True, eq=False)
class ShownSamples:
    """Samples by condition, and within it as the result has them."""

    names: list[str]
    conditions: list[str]
    """All of them, in the user's order; one that is called "all samples" where none were asked."""
    colours: list[str]
    codes: NDArray[np.int64]
    """Condition of each sample."""
    by: str
    """What the conditions are called; empty where none were asked for."""

    def positions(self, gap: float) -> NDArray[np.float64]:
        """Where each sample stands if conditions are `gap` apart."""
        return np.arange(len(self.names)) + gap * np.searchsorted(np.unique(self.codes), self.codes)


def shown_samples(
    adata: AnnData, names: Sequence[str], *, sample_key: str, condition_key: str | None
) -> ShownSamples:
    """`names` by the condition that their cells have in `obs`; rows are samples without a key."""
    if condition_key is None:
        codes = np.zeros(len(names), dtype=np.int64)
        return ShownSamples(list(names), [ALL_SAMPLES], [SOFT_INK], codes, "")
    groups = shown_groups(adata, condition_key, argument="condition_key")
    labels, colours = list(groups.labels), list(groups.colours)
    of_row = adata.obs[sample_key] if sample_key else adata.obs_names
    found: dict[str, set[int]] = {name: set() for name in names}
    for name, code in {*zip(of_row.astype(str), groups.codes.tolist(), strict=True)}:
        if name in found and code >= 0:
            found[name].add(code)
    torn = [name for name, codes in found.items() if len(codes) > 1]
    if torn:
        raise InputError(
            f"Expected one condition per sample in obs[{condition_key!r}], found several in "
            f"{listing(torn)}. Name a column that is constant within samples with "
            "`condition_key=`."
        )
    if not all(found.values()):
        labels, colours = [*labels, NO_CONDITION], [*colours, SOFT_INK]
    code_of = [min(found[name], default=len(labels) - 1) for name in names]
    order = np.argsort(code_of, kind="stable")
    return ShownSamples(
        names=[names[i] for i in order],
        conditions=labels,
        colours=colours,
        codes=np.array(code_of, dtype=np.int64)[order],
        by=title_of(condition_key),
    )


def brackets_width(samples: ShownSamples) -> float:
    """Pixels that :func:`add_brackets` needs."""
    return text_width(samples.conditions) + BRACKET + 14 if samples.by else 0.0


def add_brackets(
    figure: go.Figure, samples: ShownSamples, positions: NDArray[np.float64], *, at: float
) -> None:
    """Name the conditions beside their samples, `at` pixels right of the plot."""
    if not samples.by:
        return
    for code in np.unique(samples.codes):
        of_condition = positions[samples.codes == code]
        figure.add_shape(
            type="line",
            xref="paper",
            xanchor=1,
            xsizemode="pixel",
            x0=at + 4,
            x1=at + 4,
            yref="y",
            y0=of_condition[0] - 0.4,
            y1=of_condition[-1] + 0.4,
            line={"color": samples.colours[code], "width": 4},
        )
        figure.add_annotation(
            xref="paper",
            yref="y",
            x=1,
            y=of_condition.mean(),
            xanchor="left",
            xshift=at + BRACKET,
            text=tick(samples.conditions[code]),
            showarrow=False,
            font={"size": 11},
        )
