"""Figures: the interactive atlas, and single ones made with plotly."""

from tmeatlas.pl.agreement import agreement
from tmeatlas.pl.atlas import atlas
from tmeatlas.pl.axis_detail import axis_detail
from tmeatlas.pl.chord import chord
from tmeatlas.pl.coverage import coverage
from tmeatlas.pl.crosstalk_dotplot import crosstalk_dotplot
from tmeatlas.pl.crosstalk_matrix import crosstalk_matrix
from tmeatlas.pl.dotplot import dotplot
from tmeatlas.pl.embedding import embedding
from tmeatlas.pl.enrich import enrich
from tmeatlas.pl.heatmap import heatmap
from tmeatlas.pl.sankey import sankey
from tmeatlas.pl.violin import violin

__all__ = [
    "agreement",
    "atlas",
    "axis_detail",
    "chord",
    "coverage",
    "crosstalk_dotplot",
    "crosstalk_matrix",
    "dotplot",
    "embedding",
    "enrich",
    "heatmap",
    "sankey",
    "violin",
]
