"""Tools: each reads an AnnData and writes its result into it."""

from tmeatlas.tl.crosstalk import crosstalk
from tmeatlas.tl.score import score

__all__ = ["crosstalk", "score"]
