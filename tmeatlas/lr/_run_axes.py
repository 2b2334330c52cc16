"""All axes of one data set, on bare arrays: tested, by sample where there are some, in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.lr._axis_ambient import judged_axes
from tmeatlas.lr._axis_pool import AxisPool
from tmeatlas.lr._axis_samples import sample_columns
from tmeatlas.lr._axis_table import AxesTable
from tmeatlas.lr._cells import Cells
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._responses import ResponseScores, assess_responses
from tmeatlas.lr._run import analyse
from tmeatlas.lr._samples import FEWEST_SAMPLES, analyse_samples, nothing_of_samples
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
    testable = [pool for pool in pools if len(pool.core)]
    n_groups = len(cells.labels)
    meet = np.ones((n_groups, n_groups), dtype=np.bool_) if may_meet is None else may_meet
    overall = analyse(cells, matched, may_meet=may_meet, settings=settings)
    found, _ = analyse_samples(
        *(cells, matched, sample_names), min_cells=min_cells, may_meet=may_meet, settings=settings
    )
    verdicts, samples = judged_axes(overall, found, testable, meet)
    beside = sample_columns(verdicts.tests, samples, n_groups) if sample_names else {}
    ids = [pool.id for pool in testable]
    response = assess_responses(cells, responses, ids, overall.settings)
    tables = [AxesTable(overall, pools, verdicts, response, meet).make(beside=beside)]
    for own in samples if list_samples else ():
        analysis, scores = own.sample.analysis, responses.of_cells(own.sample.kept)
        response = assess_responses(analysis.cells, scores, ids, analysis.settings)
        made = AxesTable(analysis, pools, own.verdicts, response, own.meet)
        tables.append(made.make(own.sample.name, nothing_of_samples(own.verdicts.pval.shape)))
    return TestedAxes(stacked(tables), verdicts.threshold, len(samples))
