"""What was found, in plain sentences."""

from __future__ import annotations

import pandas as pd
from anndata import AnnData

from tmeatlas._checks import check_adata
from tmeatlas._numbers import check_number
from tmeatlas.findings import MOST, as_table, find, read_material


def findings(
    adata: AnnData,
    *,
    groupby: str | None = None,
    sample_key: str | None = None,
    condition_key: str | None = None,
    most: int = MOST,
) -> pd.DataFrame:
    """Get what the results say, as ranked sentences with their numbers.

    The sentences at the top of :func:`tmeatlas.pl.atlas`. Each is made from a stored result by a
    documented rule; what no result supports is not said. Nothing is tested anew but whether
    programmes separate groups of cells.

    Parameters
    ----------
    adata
        Cells × genes with results, as after :func:`tmeatlas.analyse`.
    groupby, sample_key, condition_key
        Columns of `obs` with the groups, samples and conditions to tell of. By default those that
        the results were made by.
    most
        How many sentences at most.

    Returns
    -------
    DataFrame
        One row per sentence, the surest first, of these the most important: ``rule`` that made
        it, what it is ``about``, ``headline`` and ``text``, ``confidence`` (clear, fair, not
        readable, note), ``n`` and ``unit`` that it rests on, key of the ``result`` and the
        ``rows`` in it, and the ``view`` of the page that shows it.

    Raises
    ------
    MissingKeyError
        No such column of `obs`.
    InputError
        `most` is no whole number above 0.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.tl.composition(adata, "cell_type", sample_key="sample")
    >>> tme.get.findings(adata)[["about", "confidence"]].iloc[0].tolist()
    ['composition', 'note']
    """
    check_adata(adata)
    check_number("most", most, low=1, whole=True)
    material = read_material(
        adata, groupby=groupby, sample_key=sample_key, condition_key=condition_key
    )
    return as_table(find(material, most))
