"""Results as tidy tables."""

from tmeatlas.get.crosstalk import crosstalk
from tmeatlas.get.pseudobulk import pseudobulk
from tmeatlas.get.scores import scores

__all__ = ["crosstalk", "pseudobulk", "scores"]
