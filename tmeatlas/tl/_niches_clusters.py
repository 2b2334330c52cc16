"""The surroundings of each cell or spot, their niches, and the names of these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.results import Niches, as_stored
from tmeatlas.spatial import (
    Graph,
    Tissue,
    find_niches,
    name_niches,
    profile_niches,
    surroundings,
)
from tmeatlas.tl._niches_inputs import Marks


@dataclass(frozen=True, eq=False)
class Clustered:
    """Niche of each cell, and what makes each niche."""

    features: pd.DataFrame
    """Cells × types and programmes, float32."""
    codes: NDArray[np.intp]
    """-1 for cells without neighbours."""
    names: list[str]
    profiles: pd.DataFrame
    stability: pd.DataFrame
    halves: str
    """What the stability rests on: halves of the sections, or of the cells of each."""


def cluster(
    tissue: Tissue,
    graph: Graph,
    marks: Marks,
    *,
    n_niches: int | None,
    seed: int,
    index: pd.Index,
) -> Clustered:
    """Niches over all sections together, the largest first."""
    around = surroundings(graph, marks.codes, len(marks.types), marks.scores)
    found = find_niches(
        tissue, graph, around, n_types=len(marks.types), n_niches=n_niches, seed=seed
    )
    programmes = list(marks.programmes)
    profiles = profile_niches(around, found.codes, tissue.section, marks.types, programmes)
    names = name_niches(profiles, marks.programmes)
    profiles["niche"] = [names[number] for number in profiles["niche"]]
    return Clustered(
        features=pd.DataFrame(around, index=index, columns=[*marks.types, *marks.programmes]),
        codes=found.codes,
        names=names,
        profiles=as_stored(profiles, Niches.profile_columns),
        stability=as_stored(found.tried, Niches.stability_columns),
        halves=found.halves,
    )
