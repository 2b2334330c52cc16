"""Rows that are whole samples, as in bulk RNA-seq, and not cells."""

from __future__ import annotations

import numpy as np

from tmeatlas._asker import remedy
from tmeatlas._errors import WholeSamplesError
from tmeatlas._text import counted
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.phenotypes import reference_lists
from tmeatlas.sig import load, match_signatures

LEAST_SHOWN = 0.75
"""The middle row of bulk tumours shows 0.84 to 1.00 of the reference genes, that of cells and of
spots in tissue 0.07 to 0.36."""
FEWEST_GENES = 100
"""A panel of fewer of them may be one that all of its cells show."""
ROWS = 256
"""So many of the first rows tell."""


def refuse_whole_samples(matrix: ExpressionMatrix, step: str) -> None:
    """Raise where a step that is about cells gets rows that show all tissues at once.

    Raises
    ------
    WholeSamplesError
        The middle row shows nearly all genes of the lists that phenotypes of samples rank.
    """
    library = load("all")
    lists = match_signatures([library[name] for name in reference_lists()], matrix.genes)
    genes = np.unique(np.concatenate([np.concatenate([m.up, m.down]) for m in lists]))
    if len(genes) < FEWEST_GENES:
        return
    rows = matrix.block(0, min(matrix.n_obs, ROWS)).matrix[:, genes]
    shown = float(np.median(rows.getnnz(axis=1))) / len(genes)
    if shown < LEAST_SHOWN:
        return
    does = remedy(
        python="tme.tl.score, tme.tl.phenotype(adata) and tme.tl.compare(..., sample_key=None) "
        "take samples as rows",
        shell="`tmeatlas score`, `tmeatlas phenotype --bulk` and `tmeatlas compare --bulk` take "
        "samples as rows",
    )
    raise WholeSamplesError(
        f"{step} needs cells; the middle row of {matrix.name} shows {shown:.0%} of "
        f"{counted(len(genes), 'gene')} of tumours' tissues at once, as whole samples (bulk) do "
        f"and cells do not. {does}."
    )
