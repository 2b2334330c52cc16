"""Figures: the interactive atlas."""

from tmeatlas.pl.atlas import atlas

__all__ = ["atlas"]
