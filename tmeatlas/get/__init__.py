"""Results as tidy tables."""

from tmeatlas.get.crosstalk import crosstalk
from tmeatlas.get.scores import scores

__all__ = ["crosstalk", "scores"]
