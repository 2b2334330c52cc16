"""Who makes the ligands of an axis and who has its receptors: cells and level in each group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import TMEError
from tmeatlas._text import clean, complex_name
from tmeatlas.atlas.panels.crosstalk.nodes import Node, shown_labels
from tmeatlas.interactions import ASSOCIATED
from tmeatlas.lr import ENDS
from tmeatlas.results import Crosstalk

BUILT_IN = "tme"
"""Name on record of the interactions that come with the package."""
UNKNOWN = -1
"""In place of a number of cells that the result does not hold."""
PAIR = ["ligand_complex", "receptor_complex"]


@dataclass(frozen=True, eq=False)
class Levels:
    """Ligands and receptors of the axes in the groups."""

    names: list[str]
    """Of the partners, as the page shows them."""
    cells: NDArray[np.int64]
    """Nodes × partners: cells that show it; `UNKNOWN` where the result does not say."""
    means: NDArray[np.float64]
    """Nodes × partners: mean of log-normalised expression."""
    sides: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    """Per axis its partners: ligands and receptors of its core, and, by role, what is beside it."""


def read_levels(crosstalk: Crosstalk, nodes: Sequence[Node], label_of: Mapping[str, str]) -> Levels:
    """The levels that the run kept per sample, put together; without samples those of its rows."""
    stored = crosstalk.levels
    known = _of_rows(crosstalk) if stored is None else _of_samples(stored)
    sides = _sides(crosstalk, set(known["partner"]))
    partners = sorted({name for found in sides.values() for of in found.values() for name in of})
    place = {name: i for i, name in enumerate(partners)}
    node_of = {node.label: i for i, node in enumerate(nodes)}
    known = known.assign(
        node=shown_labels(known["group"], label_of).map(node_of).to_numpy(),
        place=known["partner"].map(place).to_numpy(),
    ).dropna(subset=["node", "place"])
    at = known["node"].to_numpy(np.int64), known["place"].to_numpy(np.int64)
    cells = np.full((len(nodes), len(partners)), UNKNOWN, dtype=np.int64)
    means = np.full(cells.shape, np.nan)
    cells[at], means[at] = known["shown"].to_numpy(np.int64), known["mean"].to_numpy()
    return Levels(
        names=[_shown(name) for name in partners],
        cells=cells,
        means=means,
        sides={
            clean(axis or "other"): {
                role: [place[name] for name in of] for role, of in found.items()
            }
            for axis, found in sides.items()
        },
    )


def _shown(partner: str) -> str:
    """`TGFBR1_TGFBR2` as `TGFBR1+TGFBR2`."""
    return clean(complex_name(partner))


def _of_samples(levels: pd.DataFrame) -> pd.DataFrame:
    """Group, partner, cells that show it and mean, over the samples: each cell counts alike."""
    sizes = levels["cells"].to_numpy(np.float64)
    parts = pd.DataFrame(
        {
            "group": levels["group"].astype(object),
            "partner": levels["partner"].astype(object),
            "shown": np.rint(levels["fraction"].to_numpy(np.float64) * sizes),
            "sum": levels["mean"].to_numpy(np.float64) * sizes,
            "cells": sizes,
        }
    )
    whole = parts.groupby(["group", "partner"], sort=False).sum().reset_index()
    return whole.assign(mean=whole["sum"] / whole["cells"])[["group", "partner", "shown", "mean"]]


def _of_rows(crosstalk: Crosstalk) -> pd.DataFrame:
    """The same of the rows, which are there only where both sides are seen."""
    table = crosstalk.overall()
    parts = []
    for side, group in ENDS.items():
        names = [group, f"{side}_complex", f"{side}_cells", f"{side}_mean"]
        part = table[names].drop_duplicates(names[:2])
        parts.append(part.set_axis(["group", "partner", "shown", "mean"], axis=1))
    found = pd.concat(parts, ignore_index=True)
    found = found.astype({"group": object, "partner": object})
    return found.drop_duplicates(["group", "partner"]).reset_index(drop=True)


def _sides(crosstalk: Crosstalk, known: set[str]) -> dict[str, dict[str, list[str]]]:
    """Per axis the ligands and receptors of its core, and the partners of other roles by role."""
    pairs = _pairs(crosstalk)
    found: dict[str, dict[str, dict[str, None]]] = {}
    for axis, ligand, receptor, _, is_core in pairs:
        of = found.setdefault(axis, {"ligand": {}, "receptor": {}})
        if is_core:
            of["ligand"][ligand] = of["receptor"][receptor] = None
    for axis, ligand, receptor, role, is_core in pairs:
        of = found[axis]
        core = of["ligand"].keys() | of["receptor"].keys()
        if is_core or role in ("signalling", "adhesion", "cis", ""):
            continue
        for name in (ligand, receptor):
            if name not in core:
                of.setdefault(role, {})[name] = None
    return {
        axis: {role: [name for name in names if name in known] for role, names in of.items()}
        for axis, of in found.items()
    }


def _pairs(crosstalk: Crosstalk) -> list[tuple[str, str, str, str, bool]]:
    """Axis, ligand, receptor, role and whether it is a core pair: of all that were looked for."""
    if crosstalk.database == BUILT_IN:
        try:
            return list(_built_in())
        except TMEError:
            pass  # those of the rows will do
    table = crosstalk.overall().drop_duplicates(["axis", *PAIR])
    columns = [table[name].astype(str) for name in ("axis", *PAIR, "role", "core")]
    return [(*row, core != ASSOCIATED) for *row, core in zip(*columns, strict=True)]


def _built_in() -> Iterable[tuple[str, str, str, str, bool]]:
    from tmeatlas.interactions import load_axes

    for axis in load_axes():
        for entry in axis.interactions:
            sides = entry.ligand_complex, entry.receptor_complex
            yield axis.id, *sides, entry.role, entry.core != ASSOCIATED


def packed_levels(levels: Levels, axis_ids: Sequence[str]) -> dict[str, Any]:
    """The levels as JSON, nodes × partners in one row each, and the partners of each axis."""
    means = [None if np.isnan(mean) else float(f"{mean:.3g}") for mean in levels.means.ravel()]
    return {
        "names": levels.names,
        "cells": levels.cells.ravel().tolist(),
        "means": means,
        "sides": [levels.sides.get(axis, {}) for axis in axis_ids],
    }
