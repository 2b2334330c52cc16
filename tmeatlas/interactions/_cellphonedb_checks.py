"""Whether the tables of a CellPhoneDB database are complete and fit together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from tmeatlas._errors import InputError, listing

COLUMNS: dict[str, tuple[str, ...]] = {
    "gene_table": ("ensembl", "gene_name", "hgnc_symbol", "protein_id"),
    "protein_table": ("id_protein", "protein_name", "protein_multidata_id"),
    "multidata_table": ("id_multidata", "name", "is_complex"),
    "complex_table": ("complex_multidata_id",),
    "complex_composition_table": ("complex_multidata_id", "protein_multidata_id", "total_protein"),
    "interaction_table": ("id_cp_interaction", "multidata_1_id", "multidata_2_id", "source"),
    "gene_synonym_to_gene_name": ("Gene Synonym", "Gene Name"),
    "receptor_to_transcription_factor": ("Receptor", "TF"),
}
"""The columns that each table needs."""
SINCE_VERSION_5 = ("is_ppi", "directionality", "classification")
"""Columns of `interaction_table` that version 4 and earlier lack."""
KEYS = {
    "multidata_table": "id_multidata",
    "protein_table": "id_protein",
    "interaction_table": "id_cp_interaction",
}
"""Columns that name each row once."""


def check_columns(tables: Mapping[str, pd.DataFrame], path: Path, remedy: str) -> None:
    """Refuse tables without the columns they need, and databases from before version 5."""
    for table, frame in tables.items():
        missing = [column for column in COLUMNS[table] if column not in frame.columns]
        if missing:
            raise InputError(
                f"{table}.csv of {str(path)!r} lacks the columns {listing(missing)}; found "
                f"{listing([str(column) for column in frame.columns], limit=20)}. {remedy}"
            )
    interactions = tables["interaction_table"]
    missing = [column for column in SINCE_VERSION_5 if column not in interactions.columns]
    if missing:
        raise InputError(
            f"{str(path)!r} is a CellPhoneDB database from before version 5: its interactions "
            f"have no {listing(missing)}, so that ligands cannot be told from receptors. {remedy}"
        )


def check_keys(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Refuse ids that are given twice: which of the rows counts would be a matter of chance."""
    for table, column in KEYS.items():
        ids = tables[table][column]
        if ids.isna().any() or ids.duplicated().any():
            twice = ids[ids.duplicated()].map(str).unique().tolist()
            problem = f"gives {listing(twice)} twice" if twice else "has empty cells"
            raise InputError(
                f"{table}.csv of {str(path)!r}: {column} {problem}. Give each row an id of its own."
            )


def check_partners(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Refuse interactions of partners, and complexes of subunits, that are not defined."""
    multidata, composition = tables["multidata_table"], tables["complex_composition_table"]
    interactions = tables["interaction_table"]
    for side in ("multidata_1_id", "multidata_2_id"):
        strange = ~interactions[side].isin(multidata["id_multidata"])
        if strange.any():
            raise InputError(
                f"interaction_table.csv of {str(path)!r}: the interactions "
                f"{_names(interactions.loc[strange, 'id_cp_interaction'])} name partners "
                f"({side} {_names(interactions.loc[strange, side])}) that multidata_table.csv "
                "does not define. Define them, or remove these interactions."
            )
    is_complex = multidata["is_complex"].astype(bool)
    empty = is_complex & ~multidata["id_multidata"].isin(composition["complex_multidata_id"])
    if empty.any():
        raise InputError(
            f"{str(path)!r}: the complexes {_names(multidata.loc[empty, 'name'])} are not defined: "
            "complex_composition_table.csv gives them no subunits. Add these, or remove them."
        )
    proteins = tables["protein_table"]["protein_multidata_id"]
    without = ~composition["protein_multidata_id"].isin(proteins)
    if without.any():
        concerned = multidata["id_multidata"].isin(composition.loc[without, "complex_multidata_id"])
        raise InputError(
            f"{str(path)!r}: the complexes {_names(multidata.loc[concerned, 'name'])} have "
            "subunits that protein_table.csv does not define. Add these, or remove them."
        )


def _names(column: pd.Series) -> str:
    return listing([str(name) for name in column.unique()], limit=5)
