"""The first column of the cell lists that an atlas saves, and the heading of the last."""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NAME_HEADING = "cell"
"""Above the names of cells."""
SOURCE_WORDS = "Research use only"
"""At the end of the heading of an empty last column, which says what the file is of."""
PLACE = re.compile(r"place of (\d+) by (.*) on (.*), order ([0-9a-f]{8})")


class Places(NamedTuple):
    """Where the places of a list come from: an order by a column of `obs` on an embedding."""

    n_cells: int
    groupby: str
    basis: str
    checksum: str
    """That of the order: with other groups or another embedding, places mean other cells."""


def order_checksum(rows: NDArray[np.intp]) -> str:
    """Eight digits that tell one order of cells from another."""
    return f"{zlib.crc32(rows.astype('<u4').tobytes()):08x}"


def place_heading(places: Places) -> str:
    """The heading above places in the order of an atlas, where names would take too much room."""
    n_cells, groupby, basis, checksum = places
    return f"place of {n_cells} by {groupby} on {basis}, order {checksum}"


def read_heading(heading: str) -> Places | None:
    """What a heading says about its places; None where it is another heading."""
    found = PLACE.fullmatch(heading)
    return Places(int(found[1]), found[2], found[3], found[4]) if found else None
