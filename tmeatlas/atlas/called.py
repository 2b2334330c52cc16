"""What was called of each cell, its lineage, state and niche, as colours of the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import StaleResultError
from tmeatlas._text import clean
from tmeatlas.atlas.cells import Called, Cells
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.maker import FeatureMaker
from tmeatlas.atlas.obs_columns import obs_features
from tmeatlas.atlas.score_features import CONSENSUS
from tmeatlas.results import UNCALLED, Lineages, Niches, States
from tmeatlas.sig import mark_name

OPEN = tuple(UNCALLED)


def called_columns(adata: AnnData, stored: Mapping[str, str]) -> Iterator[Called]:
    """Lineage, fine lineage where it says more, state and niche; `stored` are keys by kind."""
    lineages = Lineages.find(adata, stored.get(Lineages.kind))
    if lineages is not None:
        yield Called("lineage", "Lineage", lineages.key, OPEN)
        fine = keys.lineage_columns(lineages.key)[1]
        if fine in lineages.cells and not _is_same(lineages, fine):
            yield Called("fine", "Fine lineage", fine, OPEN)
    states = States.find(adata, stored.get(States.kind))
    if states is not None:
        yield Called("state", "State", states.key, OPEN)
    niches = current_niches(adata, stored)
    if niches is not None and not niches.cells.empty:
        yield Called("niche", "Niche", keys.niche_columns(niches.key)[0], OPEN)


def current_niches(adata: AnnData, stored: Mapping[str, str]) -> Niches | None:
    """The niches, where there are any and they are of these cells; a page notes what is not."""
    try:
        return Niches.find(adata, stored.get(Niches.kind))
    except StaleResultError:
        return None


def section_key(adata: AnnData, stored: Mapping[str, str]) -> str | None:
    """The column with the sections of the tissue, as the niches have them."""
    niches = current_niches(adata, stored)
    found = niches.record.params.get("sample_key") if niches else None
    return str(found) if found and found in adata.obs else None


def _is_same(lineages: Lineages, column: str) -> bool:
    return bool((lineages.cells[column].astype(str) == lineages.lineage.astype(str)).all())


def called_features(
    adata: AnnData,
    cells: Cells,
    results: tuple[Niches | None, Lineages | None],
    maker: FeatureMaker,
) -> list[Feature]:
    """What was called of each cell as numbers, and columns of numbers that are not ours."""
    niches, lineages = results
    where = cells.rows, maker
    return [
        *(tissue_features(niches, *where) if niches else ()),
        *(confidence_features(lineages, *where) if lineages else ()),
        *obs_features(adata, cells.further.numbers, *where),
    ]


def confidence_features(
    lineages: Lineages, rows: np.ndarray, maker: FeatureMaker
) -> Iterator[Feature]:
    """How sure the lineage of each cell is."""
    column = keys.lineage_columns(lineages.key)[0]
    if column not in lineages.cells:
        return
    values = lineages.cells[column].to_numpy(dtype=np.float64)[rows]
    if np.isfinite(values).any():
        yield maker.make(
            values,
            id="l:confidence",
            kind="confidence",
            name="Confidence of the lineage",
            unit="confidence; 0 = any lineage, 1 = surely this one",
        )


def tissue_features(niches: Niches, rows: np.ndarray, maker: FeatureMaker) -> Iterator[Feature]:
    """How far each cell is from the border of the tumour, and how far it is in a named niche."""
    for column, (name, meaning) in niches.named_numbers.items():
        values = niches.cells[column].to_numpy(dtype=np.float64)[rows]
        if np.isfinite(values).any():
            yield maker.make(
                values,
                id=f"t:{name}",
                kind="tissue",
                name=name,
                unit=meaning,
            )


def programme_names(niches: Niches, scores: Sequence[Feature]) -> dict[str, str]:
    """Names for people of the programmes around the cells, as the page has them elsewhere."""
    named = {feature.id: feature.name.removesuffix(CONSENSUS) for feature in scores}
    of_consensus = any(f"c:{name}" in named for name in niches.programmes)
    kind = "c" if of_consensus else "s"
    return {name: named.get(f"{kind}:{name}", clean(mark_name(name))) for name in niches.programmes}
