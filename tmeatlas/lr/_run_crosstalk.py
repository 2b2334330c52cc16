"""The whole of a crosstalk analysis: all cells, samples where there are some, one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tmeatlas.lr._cells import Cells
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._meeting import Meeting, everybody
from tmeatlas.lr._nearby import nearby_columns
from tmeatlas.lr._rows import Rows
from tmeatlas.lr._run import Analysis, analyse
from tmeatlas.lr._samples import (
    FEWEST_SAMPLES,
    Sample,
    analyse_samples,
    nothing_of_samples,
    pairs_over_samples,
    ruled_out_in_samples,
    sample_columns,
)
from tmeatlas.lr._sides import SideTest
from tmeatlas.lr._stacked import stacked
from tmeatlas.lr._table import best_first, crosstalk_table


@dataclass(frozen=True, eq=False)
class Tested:
    """The table, and what it does not show."""

    table: pd.DataFrame
    rows: Rows
    n_tests: int
    threshold: float
    """The p-value that a side had to reach in the test of all cells together."""
    overall: Analysis
    samples: list[Sample]
    groups_of: dict[str, list[str]]
    """Sample → groups with enough cells in it; empty where there are no samples."""

    @property
    def by_samples(self) -> bool:
        """Whether the verdicts rest on the samples."""
        return len(self.samples) >= FEWEST_SAMPLES


def run_crosstalk(
    cells: Cells,
    matched: MatchedInteractions,
    *,
    sample_names: Sequence[str] = (),
    list_samples: bool = False,
    min_cells: int = 10,
    min_fraction: float = 0.0,
    meeting: Meeting | None = None,
    settings: SideTest | None = None,
) -> Tested:
    """Test all interactions between all groups of `cells` that may meet.

    With `FEWEST_SAMPLES` samples that can be tested, a row has to be specific
    in at least half of those that have both groups, and in two at least.
    """
    meeting = meeting or everybody(len(cells.labels))
    overall = analyse(cells, matched, may_meet=meeting.pairs, settings=settings)
    samples, groups_of = analyse_samples(
        *(cells, matched, sample_names),
        min_cells=min_cells,
        meeting=meeting,
        settings=settings,
    )
    tests, ruled_out = overall.tests, overall.ruled_out
    if len(samples) >= FEWEST_SAMPLES:
        tests = pairs_over_samples(overall, samples)
        ruled_out = ruled_out | ruled_out_in_samples(overall, samples)
    rows = best_first(overall, overall.listed(min_fraction), tests)
    tables = [crosstalk_table(overall, rows, tests, ruled_out)]
    if sample_names:
        tables[0] = tables[0].assign(**sample_columns(overall, samples, rows))
    if meeting.contacts is not None:
        near, links = meeting.contacts.near, meeting.links()
        tables[0] = tables[0].assign(**nearby_columns(overall, rows, near, links))
    if list_samples:
        tables += [_table_of(sample, min_fraction, meeting) for sample in samples]
    return Tested(
        table=stacked(tables),
        rows=rows,
        n_tests=tests.n_tests,
        threshold=overall.tests.threshold,
        overall=overall,
        samples=samples,
        groups_of=groups_of,
    )


def _table_of(sample: Sample, min_fraction: float, meeting: Meeting) -> pd.DataFrame:
    """The rows of one sample by itself."""
    own = sample.analysis
    rows = best_first(own, own.listed(min_fraction), own.tests)
    table = crosstalk_table(own, rows, own.tests, own.ruled_out, sample=sample.name)
    table = table.assign(**nothing_of_samples((len(rows),)))
    if meeting.contacts is None:
        return table
    near = meeting.contacts.near[np.ix_(sample.kept, sample.groups)]
    links = meeting.links(sample.number)[np.ix_(sample.groups, sample.groups)]
    return table.assign(**nearby_columns(own, rows, near, links))
