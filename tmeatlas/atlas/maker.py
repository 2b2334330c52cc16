"""Values of cells as features of a page, one at a time, so that only packed bytes are kept."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tmeatlas.atlas.categories import Category
from tmeatlas.atlas.coder import encode_steps
from tmeatlas.atlas.encode import MISSING, deflated, quantise_expression
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.precision import MOST_LEVELS, Precision, quantise_score
from tmeatlas.cells import group_means, high_shares, high_threshold, mean_and_spread

SAMPLED = 4096
"""Cells that tell which guide goes along with a score."""
LEAST_ALIKE = 0.1
"""Correlation within groups below which a guide tells nothing."""
DEFLATED_UP_TO = 20_000
"""Cells of a page whose steps are deflated; above, tables of how often each comes pay."""


class FeatureMaker:
    """Makes features of the cells of one page, at its precision, one at a time.

    Only what is packed is kept of each, so that a page of a million cells needs little
    memory. Consensuses come first: they guide all others.
    """

    def __init__(self, groups: Category, precision: Precision | None = None) -> None:
        self._groups = groups
        self.precision = precision or Precision()
        self._guides = Guides(groups.codes)

    def make(self, values: NDArray[Any], *, kind: str, **described: Any) -> Feature:
        """Values of the cells in steps, with exact means and shares per group.

        Mean, spread and upper quarter of all cells are those of the cells that have a
        group, as in the single figures. Genes count as high where they are seen.
        """
        exact = values.astype(np.float64, copy=False)
        labelled, codes = self._groups.labelled_codes, self._groups.codes
        n_groups = len(self._groups.labels)
        mean_all, spread_all = mean_and_spread(exact, labelled)
        border, threshold = 0.0, 0
        if kind == "gene":
            quantised = quantise_expression(exact, self.precision.gene_levels)
        else:
            border = high_threshold(exact, labelled)
            step = self.precision.step_of(kind)
            quantised, threshold = quantise_score(exact, border, step and step * spread_all)
        steps = quantised.codes.astype(np.uint8, copy=False)
        guide = None if kind == "consensus" else self._guides.best_for(exact)
        feature = Feature(
            kind=kind,
            **self._packed(steps, guide),
            codes=codes,
            guide=guide,
            low=quantised.low,
            high=quantised.high,
            threshold=threshold,
            mean=group_means(exact, codes, n_groups),
            share=high_shares(exact, codes, n_groups, border),
            mean_all=mean_all,
            spread_all=spread_all,
            **described,
        )
        if kind == "consensus" and len(steps) > DEFLATED_UP_TO:
            self._guides.add(feature, exact)
        return feature

    def _packed(self, steps: NDArray[np.uint8], guide: Feature | None) -> dict[str, Any]:
        """Steps as bytes, and which there are."""
        if len(steps) <= DEFLATED_UP_TO:
            return {"packed": deflated(steps.data, noisy=True), "kept": []}
        kept = np.flatnonzero(np.bincount(steps, minlength=MISSING)[:MISSING]).tolist()
        known = self._guides.steps_of(guide) if guide else None
        packed = encode_steps(steps, self._groups.codes, known)
        return {"packed": packed, "kept": kept if len(kept) <= MOST_LEVELS else []}


class Guides:
    """Scores of a page that help to tell others, with what is needed to choose among them."""

    def __init__(self, codes: NDArray[np.uint8]) -> None:
        self._sample = np.arange(0, len(codes), max(1, len(codes) // SAMPLED))
        self._codes = codes[self._sample].astype(np.intp)
        self._guides: list[tuple[Feature, NDArray[np.uint8], NDArray[np.float64]]] = []

    def add(self, feature: Feature, exact: NDArray[np.float64]) -> None:
        """One more that others can have as their guide."""
        self._guides.append((feature, feature.steps, self._within_groups(exact)))

    def best_for(self, exact: NDArray[np.float64]) -> Feature | None:
        """The guide that goes along best with these values within groups."""
        if not self._guides:
            return None
        values = self._within_groups(exact)
        alike = [abs(float(values @ others)) for _, _, others in self._guides]
        best = int(np.argmax(alike))
        return self._guides[best][0] if alike[best] > LEAST_ALIKE else None

    def steps_of(self, guide: Feature) -> NDArray[np.uint8]:
        """The steps of one that was added."""
        return next(steps for feature, steps, _ in self._guides if feature is guide)

    def _within_groups(self, exact: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of the sample less the mean of their group, with the length 1 or 0."""
        sample = exact[self._sample]
        means = group_means(sample, self._codes, int(self._codes.max(initial=0)) + 1)
        rest = np.nan_to_num(sample - means[self._codes], posinf=0.0, neginf=0.0)
        return rest / (float(np.sqrt(rest @ rest)) or 1.0)
