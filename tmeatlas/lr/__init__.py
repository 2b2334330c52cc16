"""Ligand-receptor engine: interactions, matching to genes, group statistics and the null."""

from tmeatlas.lr._axes import Axis, load_axes
from tmeatlas.lr._database import Interaction, Interactions
from tmeatlas.lr._given import as_interactions

__all__ = ["Axis", "Interaction", "Interactions", "as_interactions", "load_axes"]
