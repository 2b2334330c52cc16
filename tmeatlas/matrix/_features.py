"""Columns that are genes, where a matrix holds antibodies, peaks or guides as well."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing

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
    return None, ""
