"""What differs between the conditions of a simulated cohort, and by how much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas._errors import InputError, unknown
from tmeatlas._numbers import check_number
from tmeatlas.datasets._cohort_design import CELL_TYPES
from tmeatlas.datasets._design import AXES, POPULATIONS
from tmeatlas.datasets._sampling import ACTIVITY, Floats
from tmeatlas.datasets._tissue_design import NICHES

UNITS = {
    "programmes": "activity added",
    "composition": "factor of the share",
    "genes": "factor of the mean",
    "axes": "factor of the mean",
    "niches": "factor of the share that lives there",
}
"""What can differ → what its size means."""
SIDES = ("ligand", "receptor")


@dataclass(frozen=True, eq=False)
class CohortEffects:
    """What is added in the second condition."""

    activity: Floats = field(default_factory=lambda: np.zeros((len(CELL_TYPES), len(ACTIVITY))))
    """Cell types × programmes."""
    log_shares: Floats = field(default_factory=lambda: np.zeros(len(POPULATIONS)))
    """Log factor of the share of each population."""
    log_niches: Floats = field(default_factory=lambda: np.zeros(len(NICHES)))
    """Log factor of the share of each type's cells that live in each niche."""
    log_means: dict[tuple[str, str], float] = field(default_factory=dict)
    """Cell type and gene → log factor of the mean."""
    rows: list[dict[str, Any]] = field(default_factory=list)

    def table(self, condition: str) -> pd.DataFrame:
        """One row for each thing that differs."""
        columns = ["what", "feature", "side", "gene", "group", "condition", "size", "unit"]
        return pd.DataFrame([row | {"condition": condition} for row in self.rows], columns=columns)

    def add(self, what: str, feature: str, group: str, size: float, **more: str) -> None:
        """Note one effect."""
        self.rows.append(
            {"what": what, "feature": feature, "side": "", "gene": "", "group": group}
            | {"size": float(size), "unit": UNITS[what], **more}
        )


def read_effects(effects: Mapping[str, Any] | None, genes: Sequence[str]) -> CohortEffects:
    """The effects as arrays; `None` is none at all."""
    found = CohortEffects()
    if effects is None:
        return found
    if not isinstance(effects, Mapping):
        raise InputError(
            f"Expected `effects` to be None or a dict, found {effects!r}. Write for example "
            "effects={'programmes': {'interferon': 0.3}}."
        )
    for what, sizes in effects.items():
        if what not in UNITS:
            raise unknown("kind of effect", what, UNITS)
        if not isinstance(sizes, Mapping):
            raise InputError(
                f"Expected effects[{what!r}] to be a dict of name and size, found {sizes!r}."
            )
        for feature, size in sizes.items():
            ADD[what](found, feature, size, genes)
    return found


def _add_programme(found: CohortEffects, name: str, size: Any, genes: Sequence[str]) -> None:
    if name not in ACTIVITY:
        raise unknown("programme", name, ACTIVITY)
    for cell_type, added in _by(CELL_TYPES, "cell type", name, size, low=-1.0):
        found.activity[CELL_TYPES.index(cell_type), list(ACTIVITY).index(name)] = added
        found.add("programmes", name, cell_type, added)


def _add_composition(found: CohortEffects, name: str, size: Any, genes: Sequence[str]) -> None:
    """`name` is a cell type, or one of its states."""
    _check_factor(name, size)
    members = [n for n, kind in enumerate(POPULATIONS.values()) if kind.cell_type == name]
    group = ""
    if not members:
        if name not in POPULATIONS:
            raise unknown("cell type or state", name, [*CELL_TYPES, *POPULATIONS])
        members, group = [list(POPULATIONS).index(name)], POPULATIONS[name].cell_type
    found.log_shares[members] += np.log(size)
    found.add("composition", name, group, size)


def _add_gene(found: CohortEffects, name: str, size: Any, genes: Sequence[str]) -> None:
    if name not in genes:
        raise unknown("gene", name, genes)
    for cell_type, factor in _by(CELL_TYPES, "cell type", name, size):
        _multiply(found, cell_type, name, factor)
        found.add("genes", name, cell_type, factor, gene=name)


def _add_axis(found: CohortEffects, name: str, size: Any, genes: Sequence[str]) -> None:
    """Ligands differ in the sources of the planted axis, receptors in its targets."""
    planted = {axis.axis: axis for axis in AXES}
    if name not in planted:
        raise unknown("planted axis", name, planted)
    axis = planted[name]
    for side, factor in _by(SIDES, "side", name, size):
        ligand = side == "ligand"
        for cell_type in axis.sources if ligand else axis.targets:
            for gene in axis.ligands if ligand else axis.receptors:
                _multiply(found, cell_type, gene, factor)
                found.add("axes", name, cell_type, factor, side=side, gene=gene)


def _add_niche(found: CohortEffects, name: str, size: Any, genes: Sequence[str]) -> None:
    if name not in NICHES:
        raise unknown("niche", name, NICHES)
    _check_factor(name, size)
    found.log_niches[NICHES.index(name)] += np.log(size)
    found.add("niches", name, "", size)


ADD = {
    "programmes": _add_programme,
    "composition": _add_composition,
    "genes": _add_gene,
    "axes": _add_axis,
    "niches": _add_niche,
}


def _multiply(found: CohortEffects, cell_type: str, gene: str, factor: float) -> None:
    at = (cell_type, gene)
    found.log_means[at] = found.log_means.get(at, 0.0) + float(np.log(factor))


def _by(
    places: Sequence[str], word: str, feature: str, size: Any, low: float | None = None
) -> Iterator[tuple[str, float]]:
    """Each place and its size: one size for all of them, or ``{place: size}``."""
    sizes = size if isinstance(size, Mapping) else dict.fromkeys(places, size)
    for place, one in sizes.items():
        if place not in places:
            raise unknown(word, place, places)
        if low is None:
            _check_factor(feature, one)
        else:
            check_number(f"the size of {feature!r}", one, low=low)
        yield place, float(one)


def _check_factor(feature: str, size: object) -> None:
    check_number(
        f"the size of {feature!r}", size, low=0.0, ends=False, remedy="It is a factor; 1 is none."
    )
