"""All axes of one data set, on bare arrays: tested, by sample where there are some, in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.lr._axis_ambient import judged_axes
from tmeatlas.lr._axis_pool import AxisPool
from tmeatlas.lr._axis_samples import counts_of_samples, sample_columns
from tmeatlas.lr._axis_table import AxesTable
from tmeatlas.lr._cells import Cells
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._meeting import Meeting, everybody
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
    in_samples: pd.DataFrame | None
    """How many axes each group sends and receives in each of these; None without."""

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
    meeting: Meeting | None = None,
    settings: SideTest | None = None,
) -> TestedAxes:
    """Test all axes between all groups of `cells`; some of `pools` has a core interaction.

    With `FEWEST_SAMPLES` samples that can be tested, an axis has to be specific
    in at least half of those that have both groups, and in two at least.
    """
    testable = [pool for pool in pools if len(pool.core)]
    n_groups = len(cells.labels)
    meeting = meeting or everybody(n_groups)
    overall = analyse(cells, matched, may_meet=meeting.pairs, settings=settings)
    found, _ = analyse_samples(
        *(cells, matched, sample_names), min_cells=min_cells, meeting=meeting, settings=settings
    )
    verdicts, samples = judged_axes(overall, found, testable, meeting.pairs)
    shape = verdicts.pval.shape
    beside = sample_columns(verdicts.tests, samples, n_groups) if sample_names else {}
    beside |= _contacts(meeting, meeting.links(), shape)
    ids = [pool.id for pool in testable]
    response = assess_responses(cells, responses, ids, overall.settings)
    tables = [AxesTable(overall, pools, verdicts, response, meeting.pairs).make(beside=beside)]
    for own in samples if list_samples else ():
        sample, shape = own.sample, own.verdicts.pval.shape
        analysis, scores = sample.analysis, responses.of_cells(sample.kept)
        response = assess_responses(analysis.cells, scores, ids, analysis.settings)
        links = meeting.links(sample.number)[np.ix_(sample.groups, sample.groups)]
        beside = nothing_of_samples(shape) | _contacts(meeting, links, shape)
        made = AxesTable(analysis, pools, own.verdicts, response, sample.meet)
        tables.append(made.make(sample.name, beside))
    counts = counts_of_samples(samples, cells.labels) if samples else None
    return TestedAxes(stacked(tables), verdicts.threshold, len(samples), counts)


def _contacts(
    meeting: Meeting, links: NDArray[np.int64], shape: tuple[int, ...]
) -> dict[str, NDArray]:
    """Pairs of neighbours of each row's groups, where cells lie in a tissue."""
    if meeting.contacts is None:
        return {}
    return {"contacts": np.broadcast_to(links.astype(np.int32), shape)}
