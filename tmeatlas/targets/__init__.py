"""Drugs and what they act on, against what is specific or active in the data. No AnnData."""

from tmeatlas.targets._expression import Expression, read_expression
from tmeatlas.targets._given import as_drug_table
from tmeatlas.targets._judged import LEVELS, LINEAGE, PROGRAMME, STATE, Data, expression_rows, judge
from tmeatlas.targets._programmes import find_programmes, kinds_of_cells
from tmeatlas.targets._routes import BY_PAIR, AxisRows
from tmeatlas.targets._support import EXPRESSED, FEWEST_SAMPLES, Support
from tmeatlas.targets._table import (
    ACTIONS,
    KINDS,
    NO_APPROVAL,
    NOT_STATED,
    RESEARCH_ONLY,
    Conflict,
    DrugTable,
    DrugTarget,
    load_drug_targets,
    status_words,
)

__all__ = [
    "ACTIONS",
    "BY_PAIR",
    "EXPRESSED",
    "FEWEST_SAMPLES",
    "KINDS",
    "LEVELS",
    "LINEAGE",
    "NOT_STATED",
    "NO_APPROVAL",
    "PROGRAMME",
    "RESEARCH_ONLY",
    "STATE",
    "AxisRows",
    "Conflict",
    "Data",
    "DrugTable",
    "DrugTarget",
    "Expression",
    "Support",
    "as_drug_table",
    "expression_rows",
    "find_programmes",
    "judge",
    "kinds_of_cells",
    "load_drug_targets",
    "read_expression",
    "status_words",
]
