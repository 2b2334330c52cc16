"""Signatures: the built-in ones, files of the user, and what a data set covers of them."""

from tmeatlas.sig._compare import Comparison, compare, overlap
from tmeatlas.sig._convert import convert
from tmeatlas.sig._coverage import coverage
from tmeatlas.sig._load import load
from tmeatlas.sig._read import read
from tmeatlas.sig._signature import Signature, SignatureSet
from tmeatlas.sig._write import to_net, write

__all__ = [
    "Comparison",
    "Signature",
    "SignatureSet",
    "compare",
    "convert",
    "coverage",
    "load",
    "overlap",
    "read",
    "to_net",
    "write",
]
