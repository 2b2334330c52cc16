"""Results: one class per stored result, which knows its slots, columns, words, run and cells."""

from tmeatlas.lr import Verdict
from tmeatlas.results._axes import EVIDENCE, Axes
from tmeatlas.results._base import Column, Result, Word
from tmeatlas.results._between import (
    BetweenGroups,
    by_evidence,
    count_routes,
    flows,
    is_judged,
    is_verdict,
    leading_axis,
    stands_out,
)
from tmeatlas.results._cellphonedb import CellPhoneDB
from tmeatlas.results._cells import Fingerprint
from tmeatlas.results._consensus import Consensus
from tmeatlas.results._coverage import Coverage
from tmeatlas.results._crosstalk import Crosstalk
from tmeatlas.results._enrichment import Enrichment
from tmeatlas.results._record import Record, records, simulated, versions
from tmeatlas.results._scores import ChosenScores, Scores

KINDS: tuple[type[Result], ...] = (Scores, Consensus, Crosstalk, Axes, CellPhoneDB, Enrichment)
"""Every kind of result, in the order in which they build on each other."""

__all__ = [
    "EVIDENCE",
    "KINDS",
    "Axes",
    "BetweenGroups",
    "CellPhoneDB",
    "ChosenScores",
    "Column",
    "Consensus",
    "Coverage",
    "Crosstalk",
    "Enrichment",
    "Fingerprint",
    "Record",
    "Result",
    "Scores",
    "Verdict",
    "Word",
    "by_evidence",
    "count_routes",
    "flows",
    "is_judged",
    "is_verdict",
    "leading_axis",
    "records",
    "simulated",
    "stands_out",
    "versions",
]
