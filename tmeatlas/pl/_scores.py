"""Stored scores with the names that people know their signatures by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError, MissingKeyError, listing, unknown
from tmeatlas._text import clean


@dataclass(frozen=True, eq=False)
class Scores:
    """Scores of some signatures."""

    ids: list[str]
    titles: list[str]
    compartments: list[str]
    matrix: NDArray[np.float64]
    """Cells × signatures; NaN where a signature was not scored."""


def stored_scores(adata: AnnData, key: str) -> pd.DataFrame:
    """The DataFrame of scores under `obsm[key]`."""
    found = check_adata(adata).obsm.get(key)
    if found is None:
        remedy = "" if key == keys.SCORES else f", key_added={key!r}"
        raise MissingKeyError(
            f"There are no scores in obsm[{key!r}]. Run tme.tl.score(adata{remedy}) first."
        )
    if not isinstance(found, pd.DataFrame):
        raise InputError(f"Expected a DataFrame of scores in obsm[{key!r}], found an array.")
    return found


def stored_coverage(adata: AnnData, key: str) -> pd.DataFrame:
    """The coverage table of the scores under `key`; empty where there is none."""
    found = adata.uns.get(keys.coverage(key))
    return found if isinstance(found, pd.DataFrame) else pd.DataFrame()


def fact(coverage: pd.DataFrame, signature: str, column: str) -> str:
    """One entry of the coverage table, empty where there is none."""
    if column not in coverage.columns or signature not in coverage.index:
        return ""
    return str(coverage.loc[signature, column])


def read_scores(
    adata: AnnData, signatures: Sequence[str] | str | None, *, key: str = keys.SCORES
) -> Scores:
    """Scores of `signatures`; of all that have any, by default, compartment by compartment."""
    table, coverage = stored_scores(adata, key), stored_coverage(adata, key)
    if signatures is None:
        ids = [str(name) for name in table.columns if table[name].notna().any()]
        order = list(dict.fromkeys(fact(coverage, name, "compartment") for name in ids))
        ids.sort(key=lambda name: order.index(fact(coverage, name, "compartment")))
    else:
        ids = [signatures] if isinstance(signatures, str) else [str(name) for name in signatures]
        if not ids:
            raise InputError(
                f"Expected the id of one or more signatures, found none. obsm[{key!r}] has "
                f"{listing([str(name) for name in table.columns])}."
            )
    for name in ids:
        if name not in table.columns:
            raise unknown(
                f"signature in obsm[{key!r}] called",
                name,
                table.columns,
                remedy="Name one of these, or score it with tme.tl.score first.",
            )
    if not table[ids].notna().any(axis=None):
        raise InputError(
            f"No cell has a score of {listing(ids or list(table.columns))} in obsm[{key!r}]. "
            f"adata.uns[{keys.coverage(key)!r}] lists the genes that are missing; run tme.tl.score "
            "again with a lower `min_coverage`, or on data with these genes."
        )
    return Scores(
        ids=ids,
        titles=[clean(fact(coverage, name, "name") or name) for name in ids],
        compartments=[fact(coverage, name, "compartment") for name in ids],
        matrix=table[ids].to_numpy(dtype=np.float64),
    )
