"""The crosstalk table with the columns of LIANA."""

from __future__ import annotations

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas.get._crosstalk import crosstalk

COLUMNS = {
    "source": "source",
    "target": "target",
    "ligand_complex": "ligand_complex",
    "receptor_complex": "receptor_complex",
    "ligand_means": "ligand_mean",
    "receptor_means": "receptor_mean",
    "ligand_props": "ligand_fraction",
    "receptor_props": "receptor_fraction",
    "lr_means": "mean",
    "cellphone_pvals": "pval",
    "cellphone_padj": "padj",
    "ambient": "ambient",
}
"""LIANA's name, ours."""


def liana(
    adata: AnnData, *, min_fraction: float = 0.0, sample: str = "", key: str = keys.CROSSTALK
) -> pd.DataFrame:
    """Get the result of :func:`tmeatlas.tl.crosstalk` with the columns that LIANA gives it.

    For `liana.pl` and whatever else takes LIANA's results, as in
    ``liana.pl.dotplot(liana_res=tme.get.liana(adata), colour="lr_means",
    size="cellphone_pvals", inverse_size=True)``. Only names change: the values
    are ours.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.crosstalk(adata, groupby)``.
    min_fraction
        Only rows with a ligand and a receptor in at least this share of their
        groups. LIANA itself drops those below 0.1.
    sample
        Rows of this sample, where crosstalk was run with ``by_sample=True``; by
        default those over all samples.
    key
        The `key_added` of the call that wrote it.

    Returns
    -------
    DataFrame
        One row per interaction, source and target, the best first: ``source``,
        ``target``, ``ligand_complex``, ``receptor_complex`` (str),
        ``ligand_means``, ``receptor_means``, ``ligand_props``,
        ``receptor_props`` (shares of cells), ``lr_means`` (their mean),
        ``cellphone_pvals`` (NaN where not testable) and, beyond LIANA's,
        ``cellphone_padj`` (NaN for roles that carry no signal too) and
        ``ambient`` ("ligand", "receptor" or "both" where that is mostly ambient
        RNA, else empty; such rows come after the others, and
        ``table[table["ambient"] == ""]`` is without them).

    Raises
    ------
    MissingKeyError
        Crosstalk was not computed, or the table has no such sample.
    InputError
        `min_fraction` is no share, or the crosstalk is of other cells or labels.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type")
    >>> list(tme.get.liana(adata))[:4]
    ['source', 'target', 'ligand_complex', 'receptor_complex']
    """
    if not 0.0 <= min_fraction <= 1.0:
        raise InputError(
            f"Expected `min_fraction` from 0 to 1 (a share, not per cent), found {min_fraction!r}."
        )
    table = crosstalk(adata, sample=sample, key=key)
    enough = table[["ligand_fraction", "receptor_fraction"]].min(axis=1) >= min_fraction
    chosen = table.loc[enough, list(COLUMNS.values())]
    return chosen.set_axis(list(COLUMNS), axis=1).reset_index(drop=True)
