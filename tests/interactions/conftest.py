"""A made-up database with the layout of CellPhoneDB's, small enough to read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture
def made_up_tables() -> dict[str, pd.DataFrame]:
    """GENE1 → GENE2+GENE3; a molecule made by GENE4 → GENE1; adhesion of GENE1 with GENE2.

    GENE1 makes two proteins, and has two Ensembl ids.
    """
    genes = ["GENE1", "GENE1", "GENE1", "GENE2", "GENE3", "GENE4"]
    proteins = ["P1A", "P1A", "P1B", "P2", "P3", "P4"]
    ids = [12, 11, 11, 20, 30, 40]
    protein_names = ["P1A", "P1B", "P2", "P3", "P4"]
    return {
        "gene_table": pd.DataFrame(
            {
                "id_gene": range(6),
                "ensembl": [f"ENSG{number:011d}" for number in ids],
                "gene_name": genes,
                "hgnc_symbol": genes,
                "protein_name": proteins,
                "protein_id": [protein_names.index(name) for name in proteins],
            }
        ),
        "protein_table": pd.DataFrame(
            {
                "id_protein": range(5),
                "protein_name": protein_names,
                "protein_multidata_id": [100, 101, 102, 103, 104],
            }
        ),
        "multidata_table": pd.DataFrame(
            {
                "id_multidata": [100, 101, 102, 103, 104, 200, 201],
                "name": ["U1A", "U1B", "U2", "U3", "U4", "big_complex", "Molecule_byGENE4"],
                "receptor": [False, False, True, True, False, True, False],
                "is_complex": [False] * 5 + [True] * 2,
            }
        ),
        "complex_table": pd.DataFrame({"id_complex": [0, 1], "complex_multidata_id": [200, 201]}),
        "complex_composition_table": pd.DataFrame(
            {
                "id_complex_composition": [0, 1, 2],
                "complex_multidata_id": [200, 200, 201],
                "protein_multidata_id": [103, 102, 104],
                "total_protein": [2, 2, 1],
            }
        ),
        "interaction_table": pd.DataFrame(
            {
                "id_interaction": [0, 1, 2],
                "id_cp_interaction": ["CPI-1", "CPI-2", "CPI-3"],
                "multidata_1_id": [100, 201, 101],
                "multidata_2_id": [200, 100, 102],
                "source": ["paper one", None, "paper three"],
                "annotation_strategy": ["curated"] * 3,
                "is_ppi": [True, False, True],
                "curator": ["somebody"] * 3,
                "directionality": ["Ligand-Receptor", "Ligand-Receptor", "Adhesion-Adhesion"],
                "classification": ["Signaling by something", None, "Adhesion by something"],
            }
        ),
        "gene_synonym_to_gene_name": pd.DataFrame({"Gene Synonym": ["OLD1"], "Gene Name": "GENE1"}),
        "receptor_to_transcription_factor": pd.DataFrame(
            {"Receptor": ["big_complex"], "TF": "TF1"}
        ),
    }


@pytest.fixture
def write_cellphonedb(tmp_path):
    """A function that packs tables as a zip, in a folder of the zip if asked to."""

    def write(tables: dict[str, pd.DataFrame], name: str = "made_up.zip", folder: str = "") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for table, frame in tables.items():
                archive.writestr(f"{folder}{table}.csv", frame.to_csv(index=False))
        return path

    return write
