"""Which condition the others are compared with, where none or one is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tmeatlas._asker import option
from tmeatlas._errors import InputError, unknown

if TYPE_CHECKING:
    from anndata import AnnData


def first_condition(adata: AnnData, condition_key: str | None, reference: str | None) -> str:
    """The condition that others are compared with; empty where there are no conditions."""
    from tmeatlas._labels import as_label
    from tmeatlas.cells import read_categories

    if condition_key is None:
        if reference is not None:
            raise InputError(
                f"Expected {option('condition_key')} with {option('reference')}, found "
                f"{option('reference', reference)} alone. Name the column of the conditions."
            )
        return ""
    found = read_categories(adata, condition_key, argument="condition_key")
    conditions = [str(name) for name in found.categories]
    if not conditions:
        raise InputError(
            f"No cell has a condition in obs[{condition_key!r}]. Name another column as "
            f"{option('condition_key')}, or leave it out."
        )
    if reference is not None and as_label(reference) not in conditions:
        raise unknown(
            f"condition in obs[{condition_key!r}] called",
            str(reference),
            conditions,
            remedy=f"Pass one of these as {option('reference')}.",
        )
    return conditions[0] if reference is None else as_label(reference)
