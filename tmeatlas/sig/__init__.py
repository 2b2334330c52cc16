"""Signatures and interactions: built-in ones, those of users, and what a data set covers."""

from tmeatlas.lr._database import Interaction, Interactions
from tmeatlas.sig._compare import Comparison, compare, overlap
from tmeatlas.sig._convert import convert
from tmeatlas.sig._coverage import coverage
from tmeatlas.sig._interactions import interactions
from tmeatlas.sig._load import load
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
    "interactions",
    "load",
    "overlap",
    "read",
    "to_net",
    "write",
]
