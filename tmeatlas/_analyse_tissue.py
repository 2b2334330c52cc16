"""The steps of the whole way that need to know where cells lie."""

from __future__ import annotations

from tmeatlas import _keys as keys
from tmeatlas._analyse_left_out import left_out
from tmeatlas._analyse_steps import Way


def has_tissue(way: Way) -> bool:
    """Whether it is known where the rows lie in a tissue."""
    return keys.SPATIAL in way.adata.obsm


def find_niches(way: Way) -> None:
    """By the groups that were given, or by what there is: lineages of cells, and programmes."""
    from tmeatlas import tl

    way.needs_cells()
    with left_out():
        way.take(
            tl.niches,
            None if way.groupby == keys.LINEAGE else way.groupby,
            sample_key=way.sample_key,
            use_raw=way.use_raw,
            rng=way.seed,
        )
