"""Cells from files: what kind of file it is, reading it, and joining several samples."""

from tmeatlas.readers._read import read
from tmeatlas.readers._table import columns_of_table, files_of_table

__all__ = ["columns_of_table", "files_of_table", "read"]
