"""Findings: results in plain sentences, each with its numbers, n and a word of confidence."""

from tmeatlas.findings._choose import MOST, as_table, find
from tmeatlas.findings._finding import CLAIMS, About, Candidate, Confidence, Finding
from tmeatlas.findings._material import Material, read_material
from tmeatlas.findings._rule_no_difference import ALL_COMPARISONS

__all__ = [
    "ALL_COMPARISONS",
    "CLAIMS",
    "MOST",
    "About",
    "Candidate",
    "Confidence",
    "Finding",
    "Material",
    "as_table",
    "find",
    "read_material",
]
