"""What differs between the compared conditions beside the condition: depth, platform, sorting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas.cells import read_categories
from tmeatlas.cohort import Compared, Design
from tmeatlas.quality import FULL_LENGTH, GATES, LEAST_CELLS, NUCLEI, SPOTS, judge_arms
from tmeatlas.results import Quality
from tmeatlas.tl._compare_inputs import Wanted
from tmeatlas.tl._sample_gates import sample_gates

PLATFORMS = (SPOTS, NUCLEI, FULL_LENGTH)
MOLECULES = "molecules of cells"
"""What was read where no remark says otherwise."""


@dataclass(frozen=True, eq=False)
class Made:
    """How the compared samples were made."""

    depths: NDArray[np.float64]
    """Molecules of a cell of each sample; NaN where they are not known."""
    platforms: Sequence[str]
    gates: Sequence[str]
    group_depths: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    """The same of groups of cells."""


def noted(
    compared: Compared, design: Design, made: Made, condition: str, *, shares: bool
) -> Compared:
    """The same rows, with a note where conditions differ in how their samples were made.

    `condition` is the column that the conditions are in. With `shares`, those of all
    cells have a note where all samples were sorted alike.
    """
    found = _with_confounded(compared, design, made, condition)
    return _within_gate(found, made) if shares else found


def _with_confounded(compared: Compared, design: Design, made: Made, condition: str) -> Compared:
    arms = [design.conditions[design.condition_of[unit]] for unit in design.unit_of]
    notes = {}
    for case in design.conditions[1:]:
        pair = [arm if arm in (case, design.reference) else "" for arm in arms]
        remarks = judge_arms(condition, pair, **vars(made))
        if remarks:
            notes[case] = "; ".join(f"{each.word} ({each.reason})" for each in remarks)
    if not notes:
        return compared
    rows = compared.table.astype({"condition": object, "note": object})
    of_row = rows["condition"].map(lambda case: notes.get(case, ""))
    said = "; ".join(dict.fromkeys(notes.values()))
    caution = (
        f"What differs may come from how the samples were made: {said}. Compare samples that were "
        f"made alike, or name what differs among {option('covariates')}."
    )
    return replace(
        compared,
        table=compared.table.assign(note=_joined(rows["note"], of_row)),
        facts=compared.facts | {"confounded": [f"{case}: {why}" for case, why in notes.items()]},
        cautions=[*compared.cautions, caution],
    )


def _within_gate(compared: Compared, made: Made) -> Compared:
    """The same rows, those of all cells with the gate where all samples were sorted alike."""
    words = set(made.gates)
    if len(words) != 1 or words == {""}:
        return compared
    rows = compared.table.astype({"group": object, "note": object})
    of_gate = f"within the gate: {words.pop()}"
    of_row = rows["group"].map(lambda group: of_gate if group == "" else "")
    return replace(compared, table=compared.table.assign(note=_joined(rows["note"], of_row)))


def _joined(notes: pd.Series, others: pd.Series) -> list[str]:
    return ["; ".join(filter(None, both)) for both in zip(notes, others, strict=True)]


def read_made(
    adata: AnnData,
    wanted: Wanted,
    groupby: str | None,
    depths: Mapping[str, NDArray[np.float64]] | None,
) -> Made:
    """How the samples were made, as `tl.quality` found or the data at hand show.

    The labels of `groupby` name lineages; `depths` are those of the values that are
    compared, where they are counts.
    """
    n = len(wanted.samples)
    if wanted.sample_key is None:
        return Made(np.full(n, np.nan), [MOLECULES] * n, [""] * n)
    quality = Quality.current(adata, sample_key=wanted.sample_key)
    if quality is not None:
        return _judged(quality, wanted.samples)
    samples = read_categories(adata, wanted.sample_key, argument="sample_key")
    gates = sample_gates(adata, groupby, samples)
    of_groups = dict(depths or {})
    return Made(
        of_groups.pop("", np.full(n, np.nan)),
        [MOLECULES] * n,
        [gates[name].word if name in gates else "" for name in wanted.samples],
        of_groups,
    )


def _judged(quality: Quality, samples: Sequence[str]) -> Made:
    """Depth, platform and gate of each sample out of a stored quality."""
    rows = quality.table.astype({"sample": str, "measure": str, "group": str})
    rows = rows[
        (rows["measure"] == "depth") & ((rows["group"] == "") | (rows["cells"] >= LEAST_CELLS))
    ]
    wide = rows.pivot_table(index="sample", columns="group", values="value", dropna=False)
    wide = wide.reindex(index=list(samples))
    depths = {str(group): wide[group].to_numpy(np.float64) for group in wide}
    said = [set(quality.remarks_on(name)["remark"]) for name in samples]
    return Made(
        depths.pop("", np.full(len(samples), np.nan)),
        [_first(PLATFORMS, words) or MOLECULES for words in said],
        [_first(GATES, words) for words in said],
        depths,
    )


def _first(words: Sequence[str], said: set[str]) -> str:
    return next((word for word in words if word in said), "")
