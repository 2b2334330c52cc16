"""Genes that readers look for in a tumour: the fixed panel that every page begins with."""

from __future__ import annotations

from functools import cache

import pandas as pd

from tmeatlas._folder import signature_folder

FILE = "markers.tsv"


def markers() -> pd.DataFrame:
    """Genes that mark what is in a tumour, and the sources that say so.

    About 150 genes, chosen by a rule: those that most sources list for a lineage, those that most
    signatures of a programme share, what several drugs act on, and pairs of ligand and receptor
    that every resource lists. :func:`tmeatlas.pl.atlas` holds their values for each cell before
    those of other genes.

    Returns
    -------
    DataFrame
        One row per gene: ``gene``; ``rule``, "name", "lineage", "programme", "drug target" or
        "axis"; ``marks``, the lineage, programme or axis by its id; ``n_sources``, how many list
        it; ``source``, which they are.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> markers = tme.sig.markers()
    >>> markers.loc[markers["gene"] == "MKI67", "marks"].to_list()
    ['proliferation']
    """
    return _table().copy()


@cache
def _table() -> pd.DataFrame:
    return pd.read_csv(signature_folder() / FILE, sep="\t", keep_default_na=False)
