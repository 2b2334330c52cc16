"""Signatures: the built-in ones, files of the user, and what a data set covers of them."""

from tmeatlas.sig._coverage import coverage
from tmeatlas.sig._load import load, read
from tmeatlas.sig._signature import Signature, SignatureSet

__all__ = ["Signature", "SignatureSet", "coverage", "load", "read"]
