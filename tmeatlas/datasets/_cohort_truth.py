"""What is true of the cells and samples of a simulated cohort, as tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.datasets._cohort_design import CELL_TYPES, TYPE_OF, CohortDesign
from tmeatlas.datasets._cohort_levels import CohortLevels
from tmeatlas.datasets._design import POPULATIONS, TRUTHS
from tmeatlas.datasets._sampling import ACTIVITY, PSEUDOCOUNT, SMALLEST, Cells, Floats


def describe_cohort(cells: Cells, design: CohortDesign) -> pd.DataFrame:
    """The `obs` of the cells."""
    obs = describe_samples(cells.sample, design)
    obs["cell_type"] = named(TYPE_OF[cells.population], CELL_TYPES)
    obs["true_state"] = named(cells.population, list(POPULATIONS))
    add_batches(obs, cells.sample, design)
    for truth in TRUTHS:
        has = np.array([truth in kind.truths for kind in POPULATIONS.values()])
        obs[f"true_{truth}"] = has[cells.population]
    for column, programme in enumerate(ACTIVITY):
        obs[f"true_{programme}"] = cells.activity[:, column].astype(np.float32)
    return obs


def describe_samples(sample: NDArray[np.integer], design: CohortDesign) -> pd.DataFrame:
    """Whose each row is, numbered within its sample; samples one after another."""
    number = np.arange(len(sample)) - np.searchsorted(sample, sample) + 1
    names = [f"{design.samples[code]}_{n:04d}" for code, n in zip(sample, number, strict=True)]
    of = {
        "sample": named(sample, design.samples),
        "patient": named(design.patient[sample], design.patients),
        "condition": named(design.condition[sample], design.conditions),
    }
    return pd.DataFrame(of, index=names)


def add_batches(obs: pd.DataFrame, sample: NDArray[np.integer], design: CohortDesign) -> None:
    """The batch of each row, where there are several."""
    if len(design.batches) > 1:
        obs["batch"] = named(design.batch[sample], design.batches)


def named(codes: NDArray[np.integer], names: Sequence[str]) -> Any:
    """Codes as a categorical."""
    return pd.Categorical.from_codes(codes, pd.Index(list(names)))


def true_levels(
    levels: CohortLevels,
    samples: Sequence[str],
    profiles: pd.DataFrame,
    log_responses: Floats,
    tracked: Iterable[str],
) -> pd.DataFrame:
    """One row per sample and thing that can differ, however few cells were drawn."""
    of_types = (TYPE_OF[:, None] == np.arange(len(CELL_TYPES))).astype(float)
    shares = levels.shares @ of_types
    several = [n for n, of in enumerate(TYPE_OF) if (of == TYPE_OF).sum() > 1]
    with np.errstate(invalid="ignore"):
        within = levels.shares / shares[:, TYPE_OF]
    genes = list(tracked)
    means = mean_of_genes(levels, np.nan_to_num(within), profiles, log_responses, genes)
    states = list(POPULATIONS)
    activity = levels.mean_activity()
    tables = [
        *(
            _long("programmes", programme, list(CELL_TYPES), activity[:, :, number], samples)
            for number, programme in enumerate(ACTIVITY)
        ),
        _long("composition", list(CELL_TYPES), "", shares, samples),
        _long(
            "states",
            [states[n] for n in several],
            [CELL_TYPES[TYPE_OF[n]] for n in several],
            within[:, several],
            samples,
        ),
        *(
            _long("genes", gene, list(CELL_TYPES), np.log2(means[:, :, number]), samples)
            for number, gene in enumerate(genes)
        ),
    ]
    table = pd.concat(tables, ignore_index=True)
    for name in ("what", "feature", "group", "sample"):
        table[name] = pd.Categorical(table[name], categories=list(dict.fromkeys(table[name])))
    return table


def mean_of_genes(
    levels: CohortLevels,
    within: Floats,
    profiles: pd.DataFrame,
    log_responses: Floats,
    genes: Sequence[str],
) -> Floats:
    """Samples × cell types × `genes`: mean counts per 10,000 of the cells of each type.

    Of the cell in the middle of each population, in the state in which its sample keeps it.
    """
    weights = np.zeros((len(POPULATIONS), len(profiles)))
    for row, kind in zip(weights, POPULATIONS.values(), strict=True):
        for state, weight in kind.states.items():
            row[profiles.index.get_loc(state)] = weight / sum(kind.states.values())
    middle = np.exp(weights @ np.log(profiles.to_numpy() + PSEUDOCOUNT)) - PSEUDOCOUNT
    middle = np.maximum(middle, SMALLEST)
    at = profiles.columns.get_indexer(pd.Index(genes))
    found = np.empty((len(within), len(CELL_TYPES), len(at)))
    for number in range(len(CELL_TYPES)):
        members = number == TYPE_OF
        own = within[:, members] @ middle[members]
        own *= np.exp(levels.log_effect[:, number] + levels.activity[:, number] @ log_responses)
        with np.errstate(invalid="ignore"):  # a sample without the type
            found[:, number] = 1e4 * own[:, at] / own.sum(axis=1, keepdims=True)
    return found


def _long(
    what: str,
    feature: str | Sequence[str],
    group: str | Sequence[str],
    values: Floats,
    samples: Sequence[str],
) -> pd.DataFrame:
    """Samples × columns as rows; `feature` and `group` name the columns."""
    n = values.shape[1]
    return pd.DataFrame(
        {
            "what": what,
            "feature": np.tile(
                [feature] * n if isinstance(feature, str) else feature, len(samples)
            ),
            "group": np.tile([group] * n if isinstance(group, str) else group, len(samples)),
            "sample": np.repeat(samples, n),
            "value": values.ravel(),
        }
    )
