"""Data sets: a simulated tumour with known truth."""

from tmeatlas._accessor import register
from tmeatlas.datasets._simulated import simulated

__all__ = ["simulated"]

register()
