"""Preparation: the kind of input known, symbols current, cells embedded."""

from tmeatlas._accessor import register
from tmeatlas._guard import guard
from tmeatlas.pp._harmonise import harmonise
from tmeatlas.pp._prepare import prepare

__all__ = ["harmonise", "prepare"]

guard(__name__)
register()
