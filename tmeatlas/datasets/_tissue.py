"""Tissue of a simulated cohort: where each cell lies, and what follows from that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError, unknown
from tmeatlas.datasets._cohort_design import CELL_TYPES, TYPE_OF, CohortDesign
from tmeatlas.datasets._cohort_levels import CohortLevels
from tmeatlas.datasets._cohort_truth import describe_cohort, named
from tmeatlas.datasets._design import AXES, BYSTANDER, POPULATIONS, PlantedAxis
from tmeatlas.datasets._profiles import with_unseen
from tmeatlas.datasets._sampling import ACTIVITY, Cells, Floats
from tmeatlas.datasets._simulated import true_axes
from tmeatlas.datasets._tissue_design import (
    DENSITY,
    LIVES_CONCENTRATION,
    NEAR,
    NICHE_LENGTH,
    NICHES,
    SMOOTH_LENGTH,
    SMOOTH_PART,
    SPOT_NICHE_LENGTH,
    SPOT_SMOOTH_LENGTH,
    WHERE,
)
from tmeatlas.datasets._tissue_places import Codes, draw_places, smooth_fields
from tmeatlas.datasets._tissue_spots import Spots, add_slides, describe_spots, draw_spot_places

TRUE_NICHE = "true_niche"
PLANTED, SMOOTH, SPOTS = "niches", "smooth", "spots"
KINDS = (PLANTED, SMOOTH, SPOTS)


@dataclass(frozen=True, eq=False)
class Layout:
    """Where each cell lies, in its own section."""

    kind: str
    places: Floats
    """Cells × 2, in µm."""
    niche: Codes | None
    """Code in `NICHES` of each cell; None where there are none."""
    smooth: Floats
    """Cells × programmes: the smooth part of the activity, of unit variance in each section."""


def lay_out(kind: str, cells: Cells, log_niches: Floats, rng: np.random.Generator) -> Layout:
    """Lay out the cells of each section.

    `log_niches` are sections × niches, added to the log share of the cells that live there.
    """
    if kind == SMOOTH:
        return _lay_out_smooth(cells, len(log_niches), rng)
    return _lay_out_niches(cells, log_niches, kind == SPOTS, rng)


def _lay_out_niches(
    cells: Cells, log_niches: Floats, spots: bool, rng: np.random.Generator
) -> Layout:
    """Give each cell a niche by what it is, and each niche a territory of as many places."""
    places_of, length, smooth_length = draw_places, NICHE_LENGTH, SMOOTH_LENGTH
    if spots:
        places_of, length, smooth_length = draw_spot_places, SPOT_NICHE_LENGTH, SPOT_SMOOTH_LENGTH
    places = np.empty((len(cells.sample), 2))
    niche = np.empty(len(cells.sample), np.intp)
    smooth = np.empty((len(cells.sample), len(ACTIVITY)))
    for code, added in enumerate(log_niches):
        rows = np.flatnonzero(cells.sample == code)
        where = _draw_where(added, rng)
        niche[rows] = _draw_rows(where[cells.population[rows]], rng)
        own = places_of(len(rows), rng)
        sizes = np.bincount(niche[rows], minlength=len(NICHES))
        territory = draw_territories(own, sizes, length, rng)
        for one in range(len(NICHES)):
            members = rows[niche[rows] == one]
            places[members] = rng.permutation(own[territory == one])
        smooth[rows] = smooth_fields(places[rows], len(ACTIVITY), smooth_length, rng)
    return Layout(SPOTS if spots else PLANTED, places, niche, smooth)


def _draw_where(added: Floats, rng: np.random.Generator) -> Floats:
    """Populations × niches: where the cells of one section live."""
    drawn = np.array([rng.dirichlet(LIVES_CONCENTRATION * row + 1e-3) for row in WHERE])
    drawn = drawn * np.exp(added)
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def _draw_rows(shares: Floats, rng: np.random.Generator) -> Codes:
    """One code for each row of shares."""
    at = shares.cumsum(axis=1) < rng.random((len(shares), 1))
    return np.minimum(at.sum(axis=1), shares.shape[1] - 1)


def draw_territories(
    places: Floats, sizes: Codes, length: float, rng: np.random.Generator
) -> Codes:
    """The niche of each place: nests of tumour with a core, two kinds of margin, stroma, a TLS.

    Each niche in turn takes as many of the free places as it needs, those that it likes best.
    """
    tumour = smooth_fields(places, 1, length, rng).ravel()
    margin = smooth_fields(places, 1, 2 * length, rng).ravel()
    off_tumour = places - places[tumour.argmin()]
    sought = {
        "hypoxic core": tumour,
        "tumour": tumour,
        "TLS": -np.hypot(*off_tumour.T),
        "suppressive": tumour / 2 + margin,
        "infiltrate": tumour / 2 - margin,
        "stroma": tumour,
    }
    found = np.full(len(places), -1, np.intp)
    for name, liking in sought.items():
        free = np.flatnonzero(found < 0)
        order = np.argsort(-liking[free], kind="stable")
        found[free[order[: sizes[NICHES.index(name)]]]] = NICHES.index(name)
    return found


def _lay_out_smooth(cells: Cells, n_sections: int, rng: np.random.Generator) -> Layout:
    """Densities of populations that are smooth and independent, programmes that follow others.

    Nothing is planted: what lies beside what is chance, but not the chance of a free shuffle.
    Populations take their places in turns, in an order of each section, from those still free.
    """
    places = np.empty((len(cells.sample), 2))
    smooth = np.empty((len(cells.sample), len(ACTIVITY)))
    for code in range(n_sections):
        rows = np.flatnonzero(cells.sample == code)
        own = draw_places(len(rows), rng)
        density = DENSITY * smooth_fields(own, len(POPULATIONS), SMOOTH_LENGTH, rng)
        free = np.ones(len(rows), np.bool_)
        for population in rng.permutation(len(POPULATIONS)):
            members = rows[cells.population[rows] == population]
            # The largest of these are a draw without replacement, by the densities.
            liking = np.where(free, density[:, population] + rng.gumbel(size=len(rows)), -np.inf)
            taken = np.argsort(-liking, kind="stable")[: len(members)]
            places[members] = rng.permutation(own[taken])
            free[taken] = False
        smooth[rows] = smooth_fields(places[rows], len(ACTIVITY), SMOOTH_LENGTH, rng)
    return Layout(SMOOTH, places, None, smooth)


def with_smooth_activity(
    cells: Cells, levels: CohortLevels, smooth: Floats, rng: np.random.Generator
) -> Cells:
    """Cells whose activity varies as much as before, a part of it smoothly over the section."""
    level = levels.activity[cells.sample, TYPE_OF[cells.population]]
    noise = np.sqrt(SMOOTH_PART) * smooth + np.sqrt(1 - SMOOTH_PART) * rng.normal(size=level.shape)
    return replace(cells, activity=np.maximum(level + levels.cell_spread * noise, 0))


def check_tissue(
    tissue: str | None, near_axes: Sequence[str], log_niches: Floats
) -> list[PlantedAxis]:
    """Refuse what cannot be laid out; the planted axes that only neighbours share."""
    if tissue is not None and tissue not in KINDS:
        raise unknown("tissue", str(tissue), KINDS)
    if tissue is None and near_axes:
        raise InputError("`near_axes` needs a tissue. Write for example tissue='niches'.")
    if tissue in (None, SMOOTH) and log_niches.any():
        raise InputError(
            "effects={'niches': ...} needs a tissue with niches. Write tissue='niches' or "
            "tissue='spots'."
        )
    return _read_axes(near_axes)


def _read_axes(near: Sequence[str]) -> list[PlantedAxis]:
    """The planted axes of these names."""
    planted = {axis.axis: axis for axis in AXES}
    if isinstance(near, str):
        raise InputError(
            f"Expected `near_axes` to be a list of planted axes, found {near!r}. Write "
            f"near_axes=[{near!r}]."
        )
    for name in near:
        if name not in planted:
            raise unknown("planted axis", name, planted)
    return [planted[name] for name in near]


def near_only(
    cells: Cells, layout: Layout, axes: Sequence[PlantedAxis], genes: pd.Index
) -> sp.csr_matrix | None:
    """Cells × genes: log factor that takes the ligands from sources without a target beside."""
    rows: list[Codes] = []
    columns: list[Codes] = []
    cell_type = np.asarray(CELL_TYPES)[TYPE_OF[cells.population]]
    for axis in axes:
        source = np.isin(cell_type, axis.sources)
        far = np.flatnonzero(source & ~beside(cells, layout, np.isin(cell_type, axis.targets)))
        at = genes.get_indexer(pd.Index(list(axis.ligands)))
        rows.append(np.repeat(far, len(at)))
        columns.append(np.tile(at, len(far)))
    if not rows:
        return None
    row, column = np.concatenate(rows), np.concatenate(columns)
    values = np.full(len(row), np.log(BYSTANDER), np.float32)
    return sp.csr_matrix((values, (row, column)), shape=(len(cells.sample), len(genes)))


def beside(cells: Cells, layout: Layout, target: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which cells have a target within `NEAR` µm in their section."""
    found = np.zeros(len(target), np.bool_)
    for code in np.unique(cells.sample):
        rows = cells.sample == code
        if (rows & target).any():
            tree = cKDTree(layout.places[rows & target])
            found[rows] = tree.query(layout.places[rows])[0] <= NEAR
    return found


def in_tissue(
    counts: sp.csr_matrix, cells: Cells, layout: Layout, design: CohortDesign, genes: pd.Index
) -> AnnData:
    """The cells, or the spots above them, where they lie."""
    if layout.kind == SPOTS and layout.niche is not None:
        spots = Spots.over(cells.sample, layout.places)
        obs = describe_spots(spots, cells, layout.niche, design)
        adata = with_unseen(sp.csr_matrix(spots.members @ counts), obs, genes)
        add_slides(adata, spots, cells, design.samples)
        return adata
    adata = with_unseen(counts, describe_cohort(cells, design), genes)
    adata.obsm[keys.SPATIAL] = layout.places
    if layout.niche is not None:
        adata.obs[TRUE_NICHE] = named(layout.niche, NICHES)
    return adata


def true_tissue_axes(near: Sequence[PlantedAxis]) -> pd.DataFrame:
    """The planted interactions, and which of them only neighbours have."""
    truth = true_axes()
    truth["near_only"] = truth["axis"].isin([axis.axis for axis in near])
    return truth
