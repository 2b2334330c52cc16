"""Data sets: a simulated tumour with known truth."""

from tmeatlas.datasets.simulated import simulated

__all__ = ["simulated"]
