"""Whether the map of all cells was learnt from a part of them, as `pp.prepare` has on record."""

from __future__ import annotations

from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import counted
from tmeatlas.results._record import Record

SCANPYS = "umap"
"""Where `sc.tl.umap` keeps its options, which `pp.prepare` does not write."""


def map_learnt_from(adata: AnnData) -> int:
    """From how many cells UMAP was learnt; 0 where it was all of them, or scanpy made another."""
    done = Record.find(adata, keys.PREPARE)
    found = 0 if done is None else done.facts.get(keys.MAP_LEARNT_FROM, 0)
    is_scanpys = SCANPYS in adata.uns
    return int(found) if keys.UMAP in adata.obsm and not is_scanpys else 0


def learnt_in_words(n_cells: int) -> str:
    """The same, for people."""
    return (
        f"learnt from {counted(n_cells, 'cell')} drawn at random; the others were placed on it, "
        "each among those that it is like"
    )
