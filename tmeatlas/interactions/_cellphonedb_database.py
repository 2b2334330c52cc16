"""The interactions of a CellPhoneDB database, out of its tables."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas.interactions._cellphonedb_release import CellPhoneDBTables
from tmeatlas.interactions._columns import flag_column, text_column
from tmeatlas.interactions._database import SUBUNIT_SEPARATOR, Interaction, Interactions


def cellphonedb_interactions(tables: CellPhoneDBTables) -> Interactions:
    """Every interaction of `tables`, in their order.

    The first partner is the ligand, the second the receptor, as CellPhoneDB
    orders them since version 5; where `directionality` is not
    "Ligand-Receptor", the order says nothing. The id is `id_cp_interaction`.
    Where the ligand is no protein (`is_ppi` is false), its genes are those of
    the enzymes and transporters that CellPhoneDB lists for it.
    """
    genes_of = _partner_genes(tables)
    complex_names = _complex_names(tables.multidata)
    table = tables.interactions
    columns = (
        text_column(table["id_cp_interaction"]),
        table["multidata_1_id"].tolist(),
        table["multidata_2_id"].tolist(),
        text_column(table["directionality"]),
        text_column(table["classification"]),
        text_column(table["source"]),
        flag_column(table["is_ppi"]),
    )
    entries = tuple(
        Interaction(
            id=id,
            ligand_genes=genes_of[ligand],
            receptor_genes=genes_of[receptor],
            ligand_name=_own_name(complex_names.get(ligand, ""), genes_of[ligand]),
            receptor_name=_own_name(complex_names.get(receptor, ""), genes_of[receptor]),
            directionality=directionality,
            classification=classification,
            source=source,
            is_protein=is_ppi,
        )
        for id, ligand, receptor, directionality, classification, source, is_ppi in zip(
            *columns, strict=True
        )
    )
    return Interactions(tables.name, entries, ensembl_ids=_ensembl_ids(tables.genes))


def _partner_genes(tables: CellPhoneDBTables) -> dict[int, tuple[str, ...]]:
    """The gene symbols of each partner of an interaction: of one protein, or of a complex.

    Subunits are sorted, so that a complex is called the same as in other databases.
    """
    symbol_of = _protein_symbols(tables)
    subunits: dict[int, list[int]] = {}
    for complex_id, protein in zip(
        tables.composition["complex_multidata_id"].tolist(),
        tables.composition["protein_multidata_id"].tolist(),
        strict=True,
    ):
        subunits.setdefault(complex_id, []).append(protein)
    partners = pd.unique(
        tables.interactions[["multidata_1_id", "multidata_2_id"]].to_numpy().ravel()
    )
    proteins_of = {int(partner): subunits.get(partner, [partner]) for partner in partners}
    _refuse_proteins_without_symbol(tables, symbol_of, proteins_of.values())
    return {
        partner: tuple(sorted({symbol_of[protein] for protein in proteins}))
        for partner, proteins in proteins_of.items()
    }


def _protein_symbols(tables: CellPhoneDBTables) -> dict[int, str]:
    """The gene symbol of each protein, by the number it has in interactions and complexes.

    A gene may make several proteins (two of NRXN1) and have several Ensembl
    ids; a protein of several genes could mean either.
    """
    genes = tables.genes.loc[tables.genes["hgnc_symbol"].notna()]
    merged = genes[["hgnc_symbol", "protein_id"]].merge(
        tables.proteins, left_on="protein_id", right_on="id_protein"
    )
    merged = merged[["protein_multidata_id", "protein_name", "hgnc_symbol"]].drop_duplicates()
    several = merged["protein_multidata_id"].duplicated(keep=False)
    if several.any():
        raise InputError(
            f"{tables.name}: gene_table.csv gives the proteins "
            f"{listing(merged.loc[several, 'protein_name'].map(str).unique().tolist())} more than "
            "one gene symbol. Give each protein one."
        )
    return dict(
        zip(
            merged["protein_multidata_id"].tolist(),
            merged["hgnc_symbol"].map(str).tolist(),
            strict=True,
        )
    )


def _refuse_proteins_without_symbol(
    tables: CellPhoneDBTables, symbol_of: dict[int, str], used: Iterable[list[int]]
) -> None:
    without = {protein for proteins in used for protein in proteins} - symbol_of.keys()
    if without:
        names = tables.multidata.loc[tables.multidata["id_multidata"].isin(without), "name"]
        raise InputError(
            f"{tables.name}: gene_table.csv has no gene symbol for the proteins "
            f"{listing(names.map(str).tolist())}, which interactions need. Add their genes, or "
            "remove the interactions."
        )


def _complex_names(multidata: pd.DataFrame) -> dict[int, str]:
    complexes = multidata.loc[multidata["is_complex"].astype(bool)]
    return dict(
        zip(complexes["id_multidata"].tolist(), complexes["name"].map(str).tolist(), strict=True)
    )


def _own_name(name: str, genes: tuple[str, ...]) -> str:
    """The name of a complex where it says more than its subunits do."""
    return "" if name == SUBUNIT_SEPARATOR.join(genes) else name


def _ensembl_ids(genes: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The Ensembl ids of each gene; the oldest first, as it is the one on the main assembly."""
    known = genes.loc[genes["hgnc_symbol"].notna() & genes["ensembl"].notna()]
    found: dict[str, set[str]] = {}
    for symbol, ensembl in zip(known["hgnc_symbol"], known["ensembl"], strict=True):
        found.setdefault(str(symbol), set()).add(str(ensembl))
    return {symbol: tuple(sorted(ids)) for symbol, ids in found.items()}
