"""Results as tidy tables."""

from tmeatlas.get.axes import axes
from tmeatlas.get.cellphonedb import cellphonedb
from tmeatlas.get.crosstalk import crosstalk
from tmeatlas.get.liana import liana
from tmeatlas.get.pseudobulk import pseudobulk
from tmeatlas.get.scores import scores
from tmeatlas.get.selection import selection

__all__ = ["axes", "cellphonedb", "crosstalk", "liana", "pseudobulk", "scores", "selection"]
