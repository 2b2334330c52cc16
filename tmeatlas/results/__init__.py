"""Results: one class per stored result, which knows its slots, columns, words, run and cells."""

from tmeatlas.lr import Verdict
from tmeatlas.phenotypes import NO_CALL, UNCLEAR
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
from tmeatlas.results._comparison import Comparison
from tmeatlas.results._composition import Composition
from tmeatlas.results._consensus import Consensus
from tmeatlas.results._coverage import Coverage
from tmeatlas.results._crosstalk import Crosstalk
from tmeatlas.results._enrichment import Enrichment
from tmeatlas.results._lineages import Lineages
from tmeatlas.results._obs_columns import columns_of_others
from tmeatlas.results._phenotype import NOT_A_DIAGNOSTIC, Phenotype
from tmeatlas.results._quality import Quality
from tmeatlas.results._record import Record, records, simulated, versions
from tmeatlas.results._scores import ChosenScores, Scores
from tmeatlas.results._states import UNCALLED, States

KINDS: tuple[type[Result], ...] = (
    Scores,
    Consensus,
    Lineages,
    States,
    Quality,
    Crosstalk,
    Axes,
    Composition,
    Phenotype,
    Comparison,
    CellPhoneDB,
    Enrichment,
)
"""Every kind of result, in the order in which they build on each other."""

__all__ = [
    "EVIDENCE",
    "KINDS",
    "NOT_A_DIAGNOSTIC",
    "NO_CALL",
    "UNCALLED",
    "UNCLEAR",
    "Axes",
    "BetweenGroups",
    "CellPhoneDB",
    "ChosenScores",
    "Column",
    "Comparison",
    "Composition",
    "Consensus",
    "Coverage",
    "Crosstalk",
    "Enrichment",
    "Fingerprint",
    "Lineages",
    "Phenotype",
    "Quality",
    "Record",
    "Result",
    "Scores",
    "States",
    "Verdict",
    "Word",
    "by_evidence",
    "columns_of_others",
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
