"""From the genes of the data to the proteins of the database, and their values per cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from tmeatlas._errors import CoverageError, InputError, listing
from tmeatlas.interactions import CellPhoneDBTables

IDENTIFIERS = ("hgnc_symbol", "ensembl", "gene_name")
"""The columns of `gene_table` by which data may name genes, as CellPhoneDB's `counts_data`."""


@dataclass(frozen=True, eq=False)
class ProteinMap:
    """The genes of the data that stand for proteins of the database."""

    identifier: str
    """The column of `gene_table` in which the names were found."""
    genes: pd.DataFrame
    """All genes of the database that have a protein, in its order."""
    relations: pd.DataFrame
    """The rows of `genes` that the data have, in the order of the data; `column` is where."""
    columns: NDArray[np.int64]
    """Columns of the data that are needed, ascending."""


def map_proteins(tables: CellPhoneDBTables, names: pd.Index) -> ProteinMap:
    """Find the genes of the database in the data, by whichever identifier most of them are.

    Raises
    ------
    InputError
        The names are symbols in another case, as those of mouse genes are.
    CoverageError
        No gene of the database is in the data.
    """
    genes = expand_genes(tables)
    identifier = _identifier(genes, names)
    position = pd.Series(np.arange(len(names)), index=names)
    found = genes[identifier].map(position)
    relations = genes[found.notna()].assign(column=found.dropna().astype(np.int64))
    relations = relations.sort_values("column", kind="stable")
    return ProteinMap(
        identifier=identifier,
        genes=genes,
        relations=relations,
        columns=np.unique(relations["column"].to_numpy()),
    )


def expand_genes(tables: CellPhoneDBTables) -> pd.DataFrame:
    """The genes with a symbol and a protein: identifiers, `protein_name`, `uniprot` and `id`.

    `id` is the number that the database gives the protein among its partners.
    """
    proteins = tables.proteins.set_index("id_protein")
    uniprot = tables.multidata.set_index("id_multidata")["name"]
    genes = tables.genes.loc[tables.genes["hgnc_symbol"].notna(), [*IDENTIFIERS, "protein_id"]]
    genes = genes.loc[genes["protein_id"].isin(proteins.index)]
    ids = genes["protein_id"].map(proteins["protein_multidata_id"])
    expanded = genes.drop(columns="protein_id").assign(
        protein_name=genes["protein_id"].map(proteins["protein_name"]),
        uniprot=ids.map(uniprot),
        id=ids.astype(np.int64),
    )
    return expanded.loc[ids.isin(uniprot.index)].reset_index(drop=True)


def _identifier(genes: pd.DataFrame, names: pd.Index) -> str:
    """The identifier by which most genes are found; refuses names that only look like symbols."""
    known = set(names)
    n_found = {name: sum(gene in known for gene in genes[name].unique()) for name in IDENTIFIERS}
    best = max(IDENTIFIERS, key=lambda name: n_found[name])
    raised = {str(name).upper() for name in names}
    n_raised = sum(symbol in raised for symbol in genes["hgnc_symbol"].unique())
    if n_raised > 2 * n_found[best]:
        examples = [str(name) for name in names if str(name) != str(name).upper()]
        raise InputError(
            "CellPhoneDB's genes are human. The data name genes in another case, such as "
            f"{listing(examples, limit=3)}: as the symbols of mouse genes are written. Convert "
            "mouse data to human orthologues first (tme.sig.convert shows which); if the genes "
            "are human, use adata.var_names = adata.var_names.str.upper()."
        )
    if n_found[best] == 0:
        raise CoverageError(
            "No gene of the CellPhoneDB database is in the data. Expected human gene symbols or "
            f"Ensembl ids without version (ENSG...) as var_names, found {listing(list(names[:3]))}."
        )
    return best


def protein_values(
    values: sp.csc_matrix, mapped: ProteinMap
) -> tuple[sp.csc_matrix, NDArray[np.int64]]:
    """Cells × proteins that some cell shows, float32, and the ids of the proteins.

    `values` holds the columns `mapped.columns` of the data. A protein with several
    rows in `gene_table` gets their mean.
    """
    at = np.searchsorted(mapped.columns, mapped.relations["column"].to_numpy())
    ids = mapped.relations["id"].to_numpy()
    order = np.argsort(ids, kind="stable")
    proteins, first, n_rows = np.unique(ids[order], return_index=True, return_counts=True)
    single = n_rows == 1
    parts = [values[:, at[order][first[single]]]]
    for start, n in zip(first[~single], n_rows[~single], strict=True):
        parts.append(_mean_column(values[:, at[order][start : start + n]]))
    merged = sp.hstack(parts, format="csc", dtype=np.float32)
    merged.eliminate_zeros()
    merged.sort_indices()
    shown = np.diff(merged.indptr) > 0
    proteins = np.concatenate([proteins[single], proteins[~single]])
    return merged[:, shown], proteins[shown].astype(np.int64)


def _mean_column(columns: sp.csc_matrix) -> sp.csc_matrix:
    """The mean of the columns, added up as pandas does it: in float32, with Kahan's correction.

    Even the mean of equal values can so differ from them in the last bit, and with it what
    counts as a tie in the permutations.
    """
    rows = np.unique(columns.indices)
    dense = columns[rows].toarray().astype(np.float32)
    total = np.zeros(len(rows), dtype=np.float32)
    lost = np.zeros(len(rows), dtype=np.float32)
    for column in dense.T:
        addend = column - lost
        new_total = total + addend
        lost = new_total - total - addend
        total = new_total
    mean = total / np.float32(dense.shape[1])
    shape = (columns.shape[0], 1)
    return sp.csc_matrix((mean, (rows, np.zeros_like(rows))), shape=shape, dtype=np.float32)
