"""All axes of one data set, on bare arrays: tested, by sample where there are some, in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.lr._axis_pool import AxisPool
from tmeatlas.lr._axis_samples import assess_samples, sample_columns, verdicts_of_samples
from tmeatlas.lr._axis_table import AxesTable
from tmeatlas.lr._axis_tests import assess_axes, verdicts_of_cells
from tmeatlas.lr._cells import Cells
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._responses import ResponseScores, assess_responses
from tmeatlas.lr._samples import FEWEST_SAMPLES, SAMPLE_COUNTS
from tmeatlas.lr._sides import SideTest
from tmeatlas.lr._stacked import stacked


@dataclass(frozen=True, eq=False)
class TestedAxes:
    """The table, and what it does not show."""

    table: pd.DataFrame
    threshold: float
    """The p-value that a side had to reach."""
    n_samples: int
    """Samples that were tested by themselves."""

    @property
    def by_samples(self) -> bool:
        """Whether the verdicts rest on the samples."""
        return self.n_samples >= FEWEST_SAMPLES


def run_axes(
    cells: Cells,
    matched: MatchedInteractions,
    pools: Sequence[AxisPool],
    responses: ResponseScores,
    *,
    sample_names: Sequence[str] = (),
    list_samples: bool = False,
    min_cells: int = 10,
    may_meet: NDArray[np.bool_] | None = None,
    settings: SideTest | None = None,
) -> TestedAxes:
    """Test all axes between all groups of `cells`; some of `pools` has a core interaction.

    With `FEWEST_SAMPLES` samples that can be tested, an axis has to be specific
    in at least half of those that have both groups, and in two at least.
    """
    settings = settings or SideTest()
    testable = [pool for pool in pools if len(pool.core)]
    tests = assess_axes(cells, matched, testable, settings)
    n_groups = len(cells.labels)
    meet = np.ones((n_groups, n_groups), dtype=np.bool_) if may_meet is None else may_meet
    samples = assess_samples(
        *(cells, matched, testable, sample_names),
        min_cells=min_cells,
        meet=meet,
        settings=settings,
    )
    verdicts = verdicts_of_cells(tests, meet)
    if len(samples) >= FEWEST_SAMPLES:
        verdicts = verdicts_of_samples(verdicts, samples, meet)
    ids = [pool.id for pool in testable]
    beside = sample_columns(tests, samples, n_groups) if sample_names else {}
    response = assess_responses(cells, responses, ids, settings)
    made = AxesTable(cells, matched, pools, verdicts, response, meet, settings)
    tables = [made.make(beside=beside)]
    for sample in samples if list_samples else ():
        scores = responses.of_cells(sample.own.kept)
        response = assess_responses(sample.own.cells, scores, ids, settings)
        own = sample.own.cells, matched, pools, sample.verdicts, response, sample.meet, settings
        nothing = {name: np.zeros_like(sample.verdicts.pval, np.int32) for name in SAMPLE_COUNTS}
        nothing["pval_pooled"] = np.full(sample.verdicts.pval.shape, np.nan)
        tables.append(AxesTable(*own).make(sample.name, nothing))
    return TestedAxes(stacked(tables), verdicts.threshold, len(samples))
