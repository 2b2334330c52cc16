"""Crosstalk sample by sample, and what the samples say together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tmeatlas._cluster import each_call
from tmeatlas._progress import track
from tmeatlas._stats import true_in_at_least
from tmeatlas.lr._cells import Cells, CellsOfSample
from tmeatlas.lr._group_statistics import GroupStatistics
from tmeatlas.lr._match import MatchedInteractions
from tmeatlas.lr._meeting import Meeting, everybody
from tmeatlas.lr._rows import PairTests, Rows, adjusted_tests
from tmeatlas.lr._run import Analysis, tests_of
from tmeatlas.lr._sides import Sides, SideTest
from tmeatlas.lr._verdict import ALPHA

FEWEST_GROUPS = 2
"""With fewer in a sample, there is nothing to compare."""
FEWEST_SAMPLES = 3
"""With so many, a verdict rests on the samples and not on all cells together."""
SAMPLE_COUNTS = ("n_samples", "n_samples_seen", "n_samples_specific")
FEWEST_SHOWING = 2
"""One sample alone does not speak for the others."""
CHUNK = 64
"""Interactions whose p-values of all samples are held at once."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Sample:
    """A sample that was tested by itself."""

    name: str
    number: int
    """Its place among all samples."""
    groups: NDArray[np.int64]
    """Its groups, by their numbers among those of all cells."""
    kept: NDArray[np.intp]
    """Its cells, by their numbers among all cells."""
    analysis: Analysis
    meet: Bools
    """Its own sources × targets: which groups can meet in it."""

    def over_all(self, of_own: NDArray, n_groups: int, missing: object) -> NDArray:
        """Values of partners × own groups as partners × all groups."""
        whole = np.full((of_own.shape[0], n_groups), missing, dtype=of_own.dtype)
        whole[:, self.groups] = of_own
        return whole

    def of_rows(self, of_own: NDArray, rows: Rows, missing: object) -> NDArray:
        """Values of interactions × own groups × own groups, for rows over all groups."""
        last = max(int(of.max(initial=0)) for of in (self.groups, rows.source, rows.target))
        number = np.full(last + 1, -1, dtype=np.int64)
        number[self.groups] = np.arange(len(self.groups))
        source, target = number[rows.source], number[rows.target]
        has = (source >= 0) & (target >= 0)
        values = np.full(len(rows), missing, dtype=of_own.dtype)
        values[has] = of_own[rows.interaction[has], source[has], target[has]]
        return values


def nothing_of_samples(shape: tuple[int, ...]) -> dict[str, NDArray]:
    """The columns of samples in the rows of one sample: of the samples together it says nothing."""
    counts: dict[str, NDArray] = {name: np.zeros(shape, np.int32) for name in SAMPLE_COUNTS}
    return counts | {"pval_pooled": np.full(shape, np.nan)}


def analyse_samples(
    cells: Cells,
    matched: MatchedInteractions,
    names: Sequence[str],
    *,
    min_cells: int,
    meeting: Meeting | None = None,
    settings: SideTest | None = None,
) -> tuple[list[Sample], dict[str, list[str]]]:
    """Test every sample with two groups by itself; and the groups that each sample has."""
    asked: list[tuple[str, int, CellsOfSample, Bools]] = []
    groups_of = {}
    meeting = meeting or everybody(len(cells.labels))
    settings = settings or SideTest()

    def to_be_tested() -> Iterator[tuple[Cells, Bools]]:
        for number, name in track(enumerate(names), total=len(names), label="crosstalk by sample"):
            own = cells.in_sample(number, min_cells=min_cells)
            groups_of[name] = list(own.cells.labels)
            if len(own.groups) >= FEWEST_GROUPS:
                meet = meeting.within(number, own.groups)
                asked.append((name, number, own, meet))
                yield own.cells, meet

    found = list(each_call(partial(_tests, matched, settings), to_be_tested(), spread=cells.spread))
    samples = []
    for (name, number, own, meet), tests in zip(asked, found, strict=True):
        analysis = Analysis(own.cells, matched, *tests, settings)
        samples.append(Sample(name, number, own.groups, own.kept, analysis, meet))
    return samples, groups_of


def _tests(
    matched: MatchedInteractions, settings: SideTest, given: tuple[Cells, Bools]
) -> tuple[GroupStatistics, Sides, Bools]:
    own, meet = given
    return tests_of(own, matched, meet, settings)


def samples_with_both(samples: Sequence[Sample], n_groups: int) -> NDArray[np.int64]:
    """Sources × targets: in how many samples both groups can be tested, and can meet."""
    n = np.zeros((n_groups, n_groups), dtype=np.int64)
    for sample in samples:
        has = np.isfinite(sample.analysis.sides.specificity).any(axis=0)
        n[np.ix_(sample.groups, sample.groups)] += np.logical_and.outer(has, has) & sample.meet
    return n


def half_of(n: NDArray[np.integer]) -> NDArray[np.integer]:
    """In how many of `n` samples a row has to be specific: at least half, and in more than one."""
    return np.maximum((n + 1) // 2, FEWEST_SHOWING)


def true_in_half(of_samples: Floats, pooled: Floats) -> Floats:
    """P-values over the samples (the last axis); 1 where they are too few to say so.

    NaN where all cells together, `pooled`, have none to be compared with.
    """
    found = true_in_at_least(of_samples, half_of(np.isfinite(of_samples).sum(axis=-1)))
    return np.where(np.isfinite(pooled), np.nan_to_num(found, nan=1.0), np.nan)


def pairs_over_samples(overall: Analysis, samples: Sequence[Sample]) -> PairTests:
    """Whether both sides are specific in at least half of the samples that have both groups."""
    matched, n_groups = overall.matched, len(overall.cells.labels)
    pvals = np.stack(
        [sample.over_all(sample.analysis.sides.pval, n_groups, np.nan) for sample in samples],
        axis=-1,
    )
    apart = ~np.stack([_meet_over_all(sample, n_groups) for sample in samples], axis=-1)
    shape = (len(matched.interactions), n_groups, n_groups)
    larger, smaller = np.empty(shape), np.empty(shape)
    for start in range(0, shape[0], CHUNK):
        part = slice(start, start + CHUNK)
        ligand = pvals[matched.ligand[part]][:, :, None]
        receptor = pvals[matched.receptor[part]][:, None, :]
        for result, of_sides in ((larger, np.maximum), (smaller, np.minimum)):
            both = np.where(apart, np.nan, of_sides(ligand, receptor))
            result[part] = true_in_half(both, overall.tests.pval[part])
    return adjusted_tests(matched, larger, smaller, overall.possible)


def _meet_over_all(sample: Sample, n_groups: int) -> Bools:
    """Which of all groups can meet in a sample."""
    meet = np.zeros((n_groups, n_groups), dtype=np.bool_)
    meet[np.ix_(sample.groups, sample.groups)] = sample.meet
    return meet


def ruled_out_in_samples(overall: Analysis, samples: Sequence[Sample]) -> Bools:
    """A row that so many samples rule out that it cannot be true in half of them."""
    n_groups = len(overall.cells.labels)
    ruled_out = np.zeros(overall.possible.shape, dtype=np.int16)
    for sample in samples:
        at = np.ix_(np.arange(len(ruled_out)), sample.groups, sample.groups)
        ruled_out[at] += sample.analysis.ruled_out & sample.meet
    n = samples_with_both(samples, n_groups)
    result: Bools = ruled_out > n - half_of(n)
    return result & (n >= FEWEST_SHOWING)


def sample_columns(overall: Analysis, samples: Sequence[Sample], rows: Rows) -> dict[str, NDArray]:
    """Per row, the samples that have both groups, that show it, and in which it is specific."""
    n = samples_with_both(samples, len(overall.cells.labels))
    seen, specific = np.zeros(len(rows), np.int32), np.zeros(len(rows), np.int32)
    for sample in samples:
        own = sample.analysis
        shown = own.statistics.n_seen > 0
        both = (
            shown[own.matched.ligand][:, :, None]
            & shown[own.matched.receptor][:, None, :]
            & np.isfinite(own.tests.pval)
        )
        seen += sample.of_rows(both, rows, False)
        specific += sample.of_rows(own.tests.padj <= ALPHA, rows, False)
    counts = (n[rows.source, rows.target].astype(np.int32), seen, specific)
    return {
        **dict(zip(SAMPLE_COUNTS, counts, strict=True)),
        "pval_pooled": rows.at(overall.tests.pval),
    }
