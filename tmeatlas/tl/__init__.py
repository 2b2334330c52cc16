"""Tools: each reads an AnnData and writes its result into it."""

from tmeatlas.tl.axes import axes
from tmeatlas.tl.cellphonedb import cellphonedb
from tmeatlas.tl.consensus import consensus
from tmeatlas.tl.crosstalk import crosstalk
from tmeatlas.tl.enrich import enrich
from tmeatlas.tl.score import score

__all__ = ["axes", "cellphonedb", "consensus", "crosstalk", "enrich", "score"]
