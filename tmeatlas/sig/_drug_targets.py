"""Drugs and what they act on, to look into and to take a part of."""

from __future__ import annotations

import os

import pandas as pd


def drug_targets(table: pd.DataFrame | str | os.PathLike[str] | None = None) -> pd.DataFrame:
    """Drugs against the tumour microenvironment, and the gene that each acts on.

    Research context, never advice. A status is as of its date and may have changed;
    "approval not recorded" says that the table used does not hold it, not that the drug has none.

    Parameters
    ----------
    table
        A table of your own, as :func:`tmeatlas.tl.drug_targets` takes it, which is checked;
        by default the built-in one.

    Returns
    -------
    DataFrame
        One row per drug and gene, in columns that can be passed again: ``drug``,
        ``drug_target``, ``kind``, ``action``, ``action_as_stated``, ``action_source``,
        ``status``, ``status_date``, ``status_source``, ``oncology_basis``, ``axes``,
        ``programme``, ``state``, ``lineage``, ``interventions``, ``note``.

    Raises
    ------
    MissingKeyError
        No such file, or a table without ``drug``, ``drug_target`` or ``action``.
    InputError
        A status without its date, or an action of another name.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> drugs = tme.sig.drug_targets()
    >>> drugs.loc[drugs["drug"] == "nivolumab", "drug_target"].to_list()
    ['PDCD1']
    """
    # The tables are read with parts of rooms that need numba, which signatures do without.
    from tmeatlas.targets import as_drug_table

    return as_drug_table(table).to_frame()
