"""Signatures and interactions: built-in ones, those of users, and what a data set covers."""

from tmeatlas._guard import guard
from tmeatlas.interactions import Interaction, Interactions

# For the other rooms of the house.
from tmeatlas.sig._cancers import cancer_name as cancer_name
from tmeatlas.sig._cancers import one_cancer as one_cancer
from tmeatlas.sig._cancers import read_cancer as read_cancer
from tmeatlas.sig._compare import Comparison, compare, overlap
from tmeatlas.sig._compartments import compartment_name as compartment_name
from tmeatlas.sig._compartments import reading_rank as reading_rank
from tmeatlas.sig._convert import convert
from tmeatlas.sig._coverage import coverage
from tmeatlas.sig._drug_targets import drug_targets
from tmeatlas.sig._interactions import interactions
from tmeatlas.sig._load import as_signatures as as_signatures
from tmeatlas.sig._load import load
from tmeatlas.sig._markers import markers
from tmeatlas.sig._match import MatchedSignature as MatchedSignature
from tmeatlas.sig._match import coverage_frame as coverage_frame
from tmeatlas.sig._match import match_signatures as match_signatures
from tmeatlas.sig._origin import of_another_cancer as of_another_cancer
from tmeatlas.sig._origin import types_of as types_of
from tmeatlas.sig._purposes import PURPOSES as PURPOSES
from tmeatlas.sig._purposes import mark_name as mark_name
from tmeatlas.sig._read import read
from tmeatlas.sig._signature import Signature, SignatureSet
from tmeatlas.sig._write import to_net, write

__all__ = [
    "Comparison",
    "Interaction",
    "Interactions",
    "Signature",
    "SignatureSet",
    "compare",
    "convert",
    "coverage",
    "drug_targets",
    "interactions",
    "load",
    "markers",
    "overlap",
    "read",
    "to_net",
    "write",
]

guard(__name__)
