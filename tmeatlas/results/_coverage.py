"""How many genes of each signature the data have, and what is known of each signature."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._text import clean
from tmeatlas.results._base import Column


@dataclass(frozen=True, eq=False)
class Coverage:
    """The table that goes with scores, one row per signature; empty where there is none."""

    table: pd.DataFrame = field(default_factory=pd.DataFrame)

    columns = (
        Column("n_genes", "int64", "genes of the signature"),
        Column("n_found", "int64", "of them in the data"),
        Column("coverage", "float64", "share of its genes that were found", "share"),
        Column("missing", "object", "genes that were not found, comma separated"),
        Column("renamed", "object", "genes found under another name"),
        Column("scored", "bool", "whether the signature has a score"),
        Column("compartment", "object", "compartment of the tumour microenvironment"),
        Column("purpose", "object", "finds, state, process or quality; empty where not stated"),
        Column("marks", "object", "what it marks; signatures that mark the same are combined"),
        Column("name", "object", "name for people"),
        Column("tier", "object", "core, standard or extended; empty for users' own"),
        Column("citation", "object", "publication"),
        Column("genes", "object", "all genes, comma separated, down genes end in -"),
        Column("scored_in", "object", "lineages in which the score means something"),
        Column("derived_in", "object", "cancer and tissue of the study that the list is from"),
        Column("other_cancer", "bool", "derived in other cancers than that of the cells, if known"),
        Column(
            "null_pval", "float64", "p-value of the spread against random signatures", "", False
        ),
        Column("null_padj", "float64", "the same, Benjamini-Hochberg over signatures", "", False),
        Column("null_cells", "float64", "share of cells with p up to 0.05", "share", False),
    )

    @classmethod
    def read(cls, adata: AnnData, scores_key: str = keys.SCORES) -> Coverage:
        """The coverage of the signatures scored under `scores_key`."""
        stored = adata.uns.get(keys.coverage(scores_key))
        return cls(stored) if isinstance(stored, pd.DataFrame) else cls()

    def text(self, signature: str, column: str) -> str:
        """One entry as text; empty where there is none."""
        if column not in self.table.columns or signature not in self.table.index:
            return ""
        value: Any = self.table.loc[signature, column]
        return "" if pd.isna(value) else str(value)

    def name(self, signature: str) -> str:
        """The name of a signature for people, or else its id."""
        return clean(self.text(signature, "name") or signature)

    def genes(self, signature: str) -> list[str]:
        """The genes of a signature, down genes with a "-" at the end."""
        names = (gene.strip() for gene in self.text(signature, "genes").split(","))
        return [gene for gene in names if gene]
