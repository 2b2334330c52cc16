"""The .h5 files of Cell Ranger."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tmeatlas._asker import remedy
from tmeatlas._errors import InputError, listing
from tmeatlas._log import note

if TYPE_CHECKING:
    from anndata import AnnData

HUMAN = ("grch3", "hg1", "hg3")


def read_h5(file: Path) -> AnnData:
    """All features of a file of Cell Ranger 2 (one group per genome) or later."""
    import h5py
    import scanpy as sc

    with h5py.File(file, "r") as opened:
        genomes = [] if "matrix" in opened else list(opened)
    genome = _human(genomes, file) if len(genomes) > 1 else None
    adata: AnnData = sc.read_10x_h5(file, genome=genome, gex_only=False)
    return adata


def _human(genomes: list[str], file: Path) -> str:
    """The one human genome of several, each with a matrix of its own."""
    human = [name for name in genomes if name.lower().startswith(HUMAN)]
    if len(human) != 1:
        raise InputError(
            f"{file.name!r} holds the genomes {listing(genomes)}; expected one, or one that is "
            "human (GRCh38, hg19)."
            + remedy(python=" Read one: scanpy.read_10x_h5(path, genome=...).")
        )
    note(f"genome {human[0]} of {listing(genomes)}")
    return human[0]
