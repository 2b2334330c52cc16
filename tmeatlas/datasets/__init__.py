"""Data sets: a simulated tumour and simulated cohorts with known truth."""

from tmeatlas._accessor import register
from tmeatlas.datasets._cohort import simulated_cohort
from tmeatlas.datasets._simulated import simulated

__all__ = ["simulated", "simulated_cohort"]

register()
