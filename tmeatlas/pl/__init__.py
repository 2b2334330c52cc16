"""Figures: the interactive atlas, and single ones made with plotly."""

from tmeatlas._accessor import register
from tmeatlas._guard import guard
from tmeatlas.pl._agreement import agreement
from tmeatlas.pl._atlas import atlas
from tmeatlas.pl._axis_detail import axis_detail
from tmeatlas.pl._chord import chord
from tmeatlas.pl._compare import compare
from tmeatlas.pl._composition import composition
from tmeatlas.pl._coverage import coverage
from tmeatlas.pl._crosstalk_dotplot import crosstalk_dotplot
from tmeatlas.pl._crosstalk_matrix import crosstalk_matrix
from tmeatlas.pl._dotplot import dotplot
from tmeatlas.pl._drivers import drivers
from tmeatlas.pl._drug_targets import drug_targets
from tmeatlas.pl._embedding import embedding
from tmeatlas.pl._enrich import enrich
from tmeatlas.pl._heatmap import heatmap
from tmeatlas.pl._niches import niches
from tmeatlas.pl._phenotype import phenotype
from tmeatlas.pl._quality import quality
from tmeatlas.pl._sankey import sankey
from tmeatlas.pl._spatial import spatial
from tmeatlas.pl._states import states
from tmeatlas.pl._violin import violin

__all__ = [
    "agreement",
    "atlas",
    "axis_detail",
    "chord",
    "compare",
    "composition",
    "coverage",
    "crosstalk_dotplot",
    "crosstalk_matrix",
    "dotplot",
    "drivers",
    "drug_targets",
    "embedding",
    "enrich",
    "heatmap",
    "niches",
    "phenotype",
    "quality",
    "sankey",
    "spatial",
    "states",
    "violin",
]

guard(__name__)
register()
