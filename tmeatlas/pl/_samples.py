"""Samples in the order in which figures show them: by condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing
from tmeatlas._text import title_of
from tmeatlas.cells import read_categories
from tmeatlas.pl._beside import Bracket
from tmeatlas.pl._groups import shown_groups
from tmeatlas.pl._theme import SOFT_INK

ALL_SAMPLES, NO_CONDITION = "all samples", "no condition"


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
    of_row = (
        read_categories(adata, sample_key, argument="sample_key")
        if sample_key
        else adata.obs_names.astype(str)
    )
    found: dict[str, set[int]] = {name: set() for name in names}
    for name, code in {*zip(of_row, groups.codes.tolist(), strict=True)}:
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


def condition_brackets(samples: ShownSamples, positions: NDArray[np.float64]) -> list[Bracket]:
    """One bracket beside the samples of each condition; none where none were asked for."""
    if not samples.by:
        return []
    found = []
    for code in np.unique(samples.codes):
        here = positions[samples.codes == code]
        name, colour = samples.conditions[code], samples.colours[code]
        found.append(Bracket(name, colour, float(here[0]), float(here[-1])))
    return found
