"""Columns that are genes, where a matrix holds antibodies, peaks or guides as well."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing
from tmeatlas._numbers import evenly_spaced

COLUMNS = ("feature_types", "feature_type", "modality")
"""Columns of `var` that say what was measured, as Cell Ranger and MuData write them."""
GENES = frozenset({"gene expression", "gene", "genes", "rna", "gex"})
NO_GENES = frozenset(
    {
        *("antibody capture", "crispr guide capture", "multiplexing capture", "peaks", "custom"),
        *("antibody", "antibodies", "protein", "prot", "adt", "hto", "atac", "guide", "guides"),
        *("antigen capture", "chromatin accessibility"),
    }
)
BY_NAME = {
    "peaks": re.compile(r"(chr)?(\d{1,2}|[XYM]|MT|(GL|KI)\d+\.\d)[:_-]\d+[_-]\d+$"),
    "antibodies": re.compile(r"(ADT|HTO|PROT|AB)_|.+_TotalSeq[-_]?[ABCD]$", re.IGNORECASE),
}
"""What names alone tell, where `var` does not: places on a chromosome, and tags of antibodies."""
LOOKED_AT = 500
"""Names, evenly spaced, of which one must be such."""


def columns_of_genes(var: pd.DataFrame) -> tuple[NDArray[np.intp] | None, str]:
    """Which columns are genes, None for all of them, and what the others are, in words."""
    for name in COLUMNS:
        if name not in var.columns:
            continue
        labels = pd.Index(var[name].unique())
        words = [str(label).strip().lower() for label in labels]
        is_gene = np.array([word in GENES for word in words], dtype=bool)
        is_other = np.array([word in NO_GENES for word in words], dtype=bool)
        if not is_gene.any() and is_other.all() and len(labels):
            raise InputError(
                f"Expected genes, found {listing(labels)} in var[{name!r}] only. Pass the data "
                "with gene expression."
            )
        if not is_gene.any() or not is_other.any():
            continue
        others = labels[is_other]
        aside = var[name].isin(others).to_numpy(dtype=bool)
        counted = ", ".join(f"{int((var[name] == kind).sum()):,} {kind}" for kind in others)
        return np.flatnonzero(~aside), counted
    return _by_name(var.index)


def _by_name(names: pd.Index) -> tuple[NDArray[np.intp] | None, str]:
    """The same of data whose `var` does not say what was measured."""
    places = evenly_spaced(len(names), LOOKED_AT)
    sample = [str(name) for name in names[places]]
    found = {
        kind: np.array([bool(pattern.match(str(name))) for name in names])
        for kind, pattern in BY_NAME.items()
        if any(map(pattern.match, sample))
    }
    if not found:
        return None, ""
    aside = np.logical_or.reduce(list(found.values()))
    if aside.all():
        raise InputError(
            f"Expected genes, found {listing(list(found))} only, by their names such as "
            f"{names[0]!r}. Pass the data with gene expression."
        )
    counted = ", ".join(f"{int(at.sum()):,} {kind}" for kind, at in found.items())
    return np.flatnonzero(~aside), counted
