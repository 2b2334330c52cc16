"""What the database says of each interaction, in the columns of CellPhoneDB's tables.

An empty string stands for what is missing: AnnData files keep no None among strings.
"""

from __future__ import annotations

import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas.cellphonedb._entities import SIDES, Entities
from tmeatlas.cellphonedb._genes import ProteinMap
from tmeatlas.interactions import CellPhoneDBTables

NEEDED = {
    "multidata_table": ("receptor", "secreted", "integrin"),
    "interaction_table": ("id_interaction", "annotation_strategy"),
}
"""Columns that the result tables show, beyond those that every use of the database needs."""
SUBUNIT_COLUMNS = (
    "gene_name",
    "uniprot",
    "is_complex",
    "protein_name",
    "complex_name",
    "id_cp_interaction",
    "gene",
    "partner",
)


def check_columns(tables: CellPhoneDBTables) -> None:
    """Refuse a database without what the result tables show."""
    read = {"multidata_table": tables.multidata, "interaction_table": tables.interactions}
    for name, columns in NEEDED.items():
        missing = [column for column in columns if column not in read[name].columns]
        if missing:
            raise InputError(
                f"{name}.csv of {tables.name!r} lacks the columns {listing(missing)}. Build the "
                "database with cellphonedb.utils.db_utils.create_db, or pass 'cellphonedb'."
            )


def interaction_table(
    tables: CellPhoneDBTables, mapped: ProteinMap, interactions: pd.DataFrame
) -> pd.DataFrame:
    """CellPhoneDB's columns that describe an interaction, after `id_interaction`."""
    partners = tables.multidata.set_index("id_multidata")
    gene_name = mapped.genes.drop_duplicates("id").set_index("id")["gene_name"]
    of_side = {
        side: partners.loc[interactions[column]].reset_index()
        for side, column in zip("ab", SIDES, strict=True)
    }
    described: dict[str, pd.Series] = {}
    for side, partner in of_side.items():
        is_complex = partner["is_complex"].astype(bool)
        gene = partner["id_multidata"].map(gene_name).where(~is_complex)
        described[f"partner_{side}"] = "simple:" + partner["name"].astype(str)
        described[f"partner_{side}"] = described[f"partner_{side}"].mask(
            is_complex, "complex:" + partner["name"].astype(str)
        )
        described[f"gene_{side}"] = gene.fillna("").astype(object)
        described[f"name_{side}"] = gene.where(~is_complex, partner["name"])
        described[f"receptor_{side}"] = partner["receptor"].astype(bool)
    rows = interactions.reset_index(drop=True)
    either = {
        name: of_side["a"][name].astype(bool) | of_side["b"][name].astype(bool)
        for name in ("secreted", "integrin")
    }
    return pd.DataFrame(
        {
            "id_interaction": rows["id_interaction"],
            "id_cp_interaction": rows["id_cp_interaction"].astype(object),
            "interacting_pair": described["name_a"] + "_" + described["name_b"],
            "partner_a": described["partner_a"],
            "partner_b": described["partner_b"],
            "gene_a": described["gene_a"],
            "gene_b": described["gene_b"],
            "secreted": either["secreted"],
            "receptor_a": described["receptor_a"],
            "receptor_b": described["receptor_b"],
            "annotation_strategy": rows["annotation_strategy"].fillna("").astype(object),
            "is_integrin": either["integrin"],
            "directionality": rows["directionality"].fillna("").astype(object),
            "classification": rows["classification"].fillna("").astype(object),
        }
    )


def partner_names(
    tables: CellPhoneDBTables, mapped: ProteinMap, entities: Entities
) -> list[tuple[str, str]]:
    """Gene or complex on either side of each interaction, by name."""
    gene_name = dict(zip(mapped.genes["id"], mapped.genes["gene_name"], strict=True))
    name = dict(zip(tables.multidata["id_multidata"], tables.multidata["name"], strict=True))
    names = [*map(gene_name.get, entities.proteins), *map(name.get, entities.complexes)]
    return [
        (names[first], names[second])
        for first, second in zip(entities.first, entities.second, strict=True)
    ]


def subunit_table(
    tables: CellPhoneDBTables, mapped: ProteinMap, entities: Entities
) -> pd.DataFrame:
    """The genes behind each side of each interaction: of complexes, then of proteins."""
    interactions = entities.interactions
    parts = []
    for side in SIDES:
        sides = pd.DataFrame(
            {
                "partner": interactions[side].to_numpy(),
                "id_cp_interaction": interactions["id_cp_interaction"].to_numpy(),
            }
        )
        parts += [
            _of_complexes(tables, mapped, entities, sides),
            _of_proteins(mapped, entities, sides),
        ]
    table = pd.concat(parts, ignore_index=True)
    return table[list(SUBUNIT_COLUMNS)].drop_duplicates(ignore_index=True)


def _of_complexes(
    tables: CellPhoneDBTables, mapped: ProteinMap, entities: Entities, sides: pd.DataFrame
) -> pd.DataFrame:
    """In the order of the composition of the complexes, then of the interactions.

    Of a subunit with several Ensembl ids, all are listed, in the data or not.
    """
    name = tables.multidata.set_index("id_multidata")["name"]
    composition = tables.composition.loc[
        tables.composition["complex_multidata_id"].isin(entities.complexes)
    ]
    genes = mapped.genes.loc[mapped.genes["id"].isin(mapped.relations["id"])]
    rows = composition[["complex_multidata_id", "protein_multidata_id"]]
    rows = rows.merge(sides, left_on="complex_multidata_id", right_on="partner")
    rows = rows.merge(genes, left_on="protein_multidata_id", right_on="id")
    return rows.assign(
        is_complex=True,
        complex_name=rows["partner"].map(name).astype(object),
        gene=rows[mapped.identifier],
    )


def _of_proteins(mapped: ProteinMap, entities: Entities, sides: pd.DataFrame) -> pd.DataFrame:
    """In the order of the interactions; by Ensembl id, one row per id in the data."""
    simple = sides.loc[sides["partner"].isin(entities.proteins)]
    rows = simple.merge(mapped.relations, left_on="partner", right_on="id")
    return rows.assign(is_complex=False, complex_name="", gene=rows[mapped.identifier])
