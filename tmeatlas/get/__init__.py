"""Results as tidy tables."""

from tmeatlas._accessor import register
from tmeatlas._guard import guard
from tmeatlas.get._axes import axes
from tmeatlas.get._cellphonedb import cellphonedb
from tmeatlas.get._citations import citations
from tmeatlas.get._compare import compare
from tmeatlas.get._crosstalk import crosstalk
from tmeatlas.get._drivers import drivers
from tmeatlas.get._drug_targets import drug_targets
from tmeatlas.get._findings import findings
from tmeatlas.get._liana import liana
from tmeatlas.get._niches import niches
from tmeatlas.get._phenotype import phenotype
from tmeatlas.get._pseudobulk import pseudobulk
from tmeatlas.get._quality import quality
from tmeatlas.get._scores import scores
from tmeatlas.get._selection import selection

__all__ = [
    "axes",
    "cellphonedb",
    "citations",
    "compare",
    "crosstalk",
    "drivers",
    "drug_targets",
    "findings",
    "liana",
    "niches",
    "phenotype",
    "pseudobulk",
    "quality",
    "scores",
    "selection",
]

guard(__name__)
register()
