"""Tools: each reads an AnnData and writes its result into it."""

from tmeatlas._accessor import register
from tmeatlas._guard import guard
from tmeatlas.tl._annotate import annotate
from tmeatlas.tl._axes import axes
from tmeatlas.tl._call_states import call_states
from tmeatlas.tl._cellphonedb import cellphonedb
from tmeatlas.tl._compare import compare
from tmeatlas.tl._composition import composition
from tmeatlas.tl._consensus import consensus
from tmeatlas.tl._crosstalk import crosstalk
from tmeatlas.tl._drivers import drivers
from tmeatlas.tl._drug_targets import drug_targets
from tmeatlas.tl._enrich import enrich
from tmeatlas.tl._niches import niches
from tmeatlas.tl._phenotype import phenotype
from tmeatlas.tl._quality import quality
from tmeatlas.tl._score import score

__all__ = [
    "annotate",
    "axes",
    "call_states",
    "cellphonedb",
    "compare",
    "composition",
    "consensus",
    "crosstalk",
    "drivers",
    "drug_targets",
    "enrich",
    "niches",
    "phenotype",
    "quality",
    "score",
]

guard(__name__)
register()
