"""What was called of each cell, its lineage and its state, as colours of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas.atlas.cells import Called, Category
from tmeatlas.atlas.features import Feature, make_feature
from tmeatlas.results import UNCALLED, Lineages, States

OPEN = tuple(UNCALLED)


def called_columns(adata: AnnData, stored: Mapping[str, str]) -> Iterator[Called]:
    """Lineage, fine lineage where it says more, and state; `stored` are keys by kind."""
    lineages = Lineages.find(adata, stored.get(Lineages.kind))
    if lineages is not None:
        yield Called("lineage", "Lineage", lineages.key, OPEN)
        fine = keys.lineage_columns(lineages.key)[1]
        if fine in lineages.cells and not _is_same(lineages, fine):
            yield Called("fine", "Fine lineage", fine, OPEN)
    states = States.find(adata, stored.get(States.kind))
    if states is not None:
        yield Called("state", "State", states.key, OPEN)


def _is_same(lineages: Lineages, column: str) -> bool:
    return bool((lineages.cells[column].astype(str) == lineages.lineage.astype(str)).all())


def confidence_features(
    lineages: Lineages, rows: np.ndarray, groups: Category
) -> Iterator[Feature]:
    """How sure the lineage of each cell is."""
    column = keys.lineage_columns(lineages.key)[0]
    if column not in lineages.cells:
        return
    values = lineages.cells[column].to_numpy(dtype=np.float64)[rows]
    if np.isfinite(values).any():
        yield make_feature(
            values,
            groups,
            is_gene=False,
            id="l:confidence",
            kind="confidence",
            name="Confidence of the lineage",
            unit="confidence; 0 = any lineage, 1 = surely this one",
        )
