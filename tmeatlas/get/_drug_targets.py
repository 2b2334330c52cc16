"""Drugs and their targets as tidy tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._errors import InputError, listing
from tmeatlas.get._rows import chosen_rows
from tmeatlas.results import DrugTargets

ROWS = ("drugs", "targets", "expression", "conflicting")


def drug_targets(
    adata: AnnData,
    *,
    rows: Literal["drugs", "targets", "expression", "conflicting"] = "drugs",
    support: str | Sequence[str] | None = None,
    drug_target: str | Sequence[str] | None = None,
    key: str = keys.DRUG_TARGETS,
) -> pd.DataFrame:
    """Get the result of :func:`tmeatlas.tl.drug_targets`. Research context, never advice.

    Parameters
    ----------
    adata
        Cells × genes, after ``tme.tl.drug_targets(adata)``.
    rows
        ``"drugs"``: one row per drug, drug target and what it belongs to. ``"targets"``: one
        row per drug target and what it belongs to, with all its drugs. ``"expression"``:
        one row per drug target and group of cells. ``"conflicting"``: the drugs that are
        left out, because their sources contradict each other or are but one.
    support
        Of drugs and targets, only those with this support: ``"supported"``, ``"seen in one
        sample"``, ``"expressed, not specific"``, ``"not seen"``, ``"not measured"``; or several.
    drug_target
        Only rows of this gene, or of several.
    key
        The `key_added` of the call that wrote it.

    Returns
    -------
    DataFrame
        The columns that :func:`tmeatlas.tl.drug_targets` describes, with plain strings in place
        of categories, the best supported first; ``use`` says on every row of every export that
        it is no advice, and so does ``attrs["use"]``. Of targets also ``label`` (the drug target
        or, where none is named, the drug), ``drugs`` (names joined by "; ") and ``told``, each
        drug with its direction, status and date on a line.

    Raises
    ------
    MissingKeyError
        Nothing under `key`, or no row of this support or gene.
    InputError
        Something else under `key`, the result is of other cells or labels, unknown `rows`,
        or a `support` of rows that have none.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.pp.prepare(adata)
    >>> tme.tl.crosstalk(adata, "cell_type")
    >>> tme.tl.axes(adata)
    >>> tme.tl.drug_targets(adata)
    >>> found = tme.get.drug_targets(adata, support="seen in one sample")
    >>> found["use"].iloc[0]
    'Research context, never advice.'
    """
    result = DrugTargets.read(adata, key)
    if rows not in ROWS:
        raise InputError(
            f"Expected `rows` to be one of {listing(ROWS)}, found {rows!r}. Each is "
            "another table of the same result."
        )
    if support is not None and rows not in ("drugs", "targets"):
        raise InputError(f"{option('support')} is of drugs and targets: leave it out for {rows!r}.")
    tables = {
        "drugs": lambda: result.table,
        "targets": result.by_target,
        "expression": lambda: result.expression,
        "conflicting": lambda: result.conflicting,
    }
    wanted = {"support": support, "drug_target": drug_target}
    table = chosen_rows(tables[rows](), wanted, max_padj=None, what="drug targets")
    table = table.assign(use=result.use)
    table.attrs["use"] = result.use
    return table
