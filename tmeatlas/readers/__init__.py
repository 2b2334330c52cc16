"""Cells from files: what kind of file it is, reading it, and joining several samples."""

from tmeatlas.readers._in_place import cells_of_raw
from tmeatlas.readers._read import read, read_streaming
from tmeatlas.readers._table import columns_of_table, files_of_table

__all__ = ["cells_of_raw", "columns_of_table", "files_of_table", "read", "read_streaming"]
