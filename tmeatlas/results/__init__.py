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
from tmeatlas.results._composition import Composition, conditions_of_samples
from tmeatlas.results._computed import computed_embeddings, computed_fact
from tmeatlas.results._consensus import Consensus
from tmeatlas.results._coverage import Coverage
from tmeatlas.results._crosstalk import Crosstalk
from tmeatlas.results._differences import ENOUGH, FEWEST, Differences, Level, is_weak
from tmeatlas.results._drivers import WHAT_IT_SHOWS, Drivers
from tmeatlas.results._drug_targets import DrugTargets
from tmeatlas.results._enrichment import Enrichment
from tmeatlas.results._folds import FEWEST_CELLS, MOST_FOLD, is_open
from tmeatlas.results._lineages import Lineages
from tmeatlas.results._made_of import (
    MadeOf,
    digest_of_cells,
    digest_of_columns,
    digest_of_genes,
    digest_of_result,
    digest_of_the_rest,
    forget,
)
from tmeatlas.results._map_learnt import learnt_in_words, map_learnt_from
from tmeatlas.results._niches import Niches
from tmeatlas.results._obs_columns import columns_of_others
from tmeatlas.results._of_table import keep_table_columns, table_columns
from tmeatlas.results._phenotype import NOT_A_DIAGNOSTIC, Phenotype
from tmeatlas.results._quality import Quality
from tmeatlas.results._record import Record, records, simulated, source_name, versions
from tmeatlas.results._scores import ChosenScores, Scores
from tmeatlas.results._states import UNCALLED, States
from tmeatlas.results._stored_types import as_stored

KINDS: tuple[type[Result], ...] = (
    Scores,
    Consensus,
    Lineages,
    States,
    Quality,
    Crosstalk,
    Axes,
    Drivers,
    DrugTargets,
    Composition,
    Phenotype,
    Niches,
    Comparison,
    CellPhoneDB,
    Enrichment,
)
"""Every kind of result, in the order in which they build on each other."""

__all__ = [
    "ENOUGH",
    "EVIDENCE",
    "FEWEST",
    "FEWEST_CELLS",
    "KINDS",
    "MOST_FOLD",
    "NOT_A_DIAGNOSTIC",
    "NO_CALL",
    "UNCALLED",
    "UNCLEAR",
    "WHAT_IT_SHOWS",
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
    "Differences",
    "Drivers",
    "DrugTargets",
    "Enrichment",
    "Fingerprint",
    "Level",
    "Lineages",
    "MadeOf",
    "Niches",
    "Phenotype",
    "Quality",
    "Record",
    "Result",
    "Scores",
    "States",
    "Verdict",
    "Word",
    "as_stored",
    "by_evidence",
    "columns_of_others",
    "computed_embeddings",
    "computed_fact",
    "conditions_of_samples",
    "count_routes",
    "digest_of_cells",
    "digest_of_columns",
    "digest_of_genes",
    "digest_of_result",
    "digest_of_the_rest",
    "flows",
    "forget",
    "is_judged",
    "is_open",
    "is_verdict",
    "is_weak",
    "keep_table_columns",
    "leading_axis",
    "learnt_in_words",
    "map_learnt_from",
    "records",
    "simulated",
    "source_name",
    "stands_out",
    "table_columns",
    "versions",
]
