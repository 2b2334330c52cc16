"""A database and a data set of our own making, with every oddity of the real ones.

Everything is drawn from `RandomState`, whose numbers never change, and made by
divisions, which every machine rounds alike: what was frozen once holds anywhere.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

N_PROTEINS = 30
ABSENT, ALL_ZERO, TWIN, MANY_IDS = 27, 28, 29, (3, 4)
"""Proteins: not in the data; zero in all cells; of the same gene as protein 0; with many ids."""
COMPLEXES = {
    "pair_complex": (1, 2),
    "trio:with_colon": (3, 5, 6),
    "incomplete": (7, ABSENT),
    "silent": (8, ALL_ZERO),
    "GENE9": (9, 10),
    "of_twins": (0, 11),
    "alone": (12,),
}
INTERACTIONS = [
    *[(i, i + 1) for i in range(0, 24, 2)],
    *[(13, "pair_complex"), ("pair_complex", 14), ("trio:with_colon", "pair_complex")],
    *[("trio:with_colon", 15), (16, "incomplete"), (17, "silent"), (9, 18), ("GENE9", 19)],
    *[("of_twins", 20), (21, "of_twins"), (22, 22), ("alone", 23), (TWIN, 24), (4, 25)],
    *[(26, ALL_ZERO), (ABSENT, 1), (0, 1), ("pair_complex", "pair_complex")],
]
RECEPTOR_FACTORS = [
    *[("GENE1", "TF1"), ("GENE3", "TF2"), ("GENE3", "TF1"), ("GENE15", "TF3")],
    *[("GENE23", "TF2"), ("pair_complex", "TF4"), ("trio:with_colon", "TF4")],
]
GROUPS = {"B cells": 24, "T cells": 20, "10": 16, "9": 12, "lone": 1}


def tables() -> dict[str, pd.DataFrame]:
    """The tables of the database, by the names of their files."""
    proteins = range(N_PROTEINS)
    ids = {name: N_PROTEINS + i for i, name in enumerate(COMPLEXES)}
    n_partners = N_PROTEINS + len(ids)
    draw = np.random.RandomState(11)
    flags = ("receptor", "other", "secreted_highlight", "transmembrane", "secreted", "peripheral")
    multidata = pd.DataFrame(
        {
            "id_multidata": range(n_partners),
            "name": [f"P{i:05d}" for i in proteins] + list(ids),
            **{flag: draw.rand(n_partners) < 0.4 for flag in (*flags, "integrin")},
            "is_complex": [i >= N_PROTEINS for i in range(n_partners)],
        }
    )
    composition = [
        (ids[c], p, len(subunits)) for c, subunits in COMPLEXES.items() for p in subunits
    ]
    columns = ["complex_multidata_id", "protein_multidata_id", "total_protein"]
    return {
        "gene_table": _genes(),
        "protein_table": pd.DataFrame(
            {
                "id_protein": proteins,
                "protein_name": [f"G{i}_HUMAN" for i in proteins],
                "protein_multidata_id": proteins,
            }
        ),
        "multidata_table": multidata,
        "complex_table": pd.DataFrame(
            {"id_complex": range(len(ids)), "complex_multidata_id": list(ids.values())}
        ),
        "complex_composition_table": pd.DataFrame(composition, columns=columns)
        .rename_axis("id_complex_composition")
        .reset_index(),
        "interaction_table": _interactions(ids),
        "receptor_to_transcription_factor": pd.DataFrame(
            RECEPTOR_FACTORS, columns=["Receptor", "TF"]
        ),
    }


def symbol(protein: int) -> str:
    return "GENE0" if protein == TWIN else f"GENE{protein}"


def _genes() -> pd.DataFrame:
    rows = []
    for protein in range(N_PROTEINS):
        n_ids = 7 if protein in MANY_IDS else 1
        gene = 0 if protein == TWIN else protein
        rows += [(f"ENSG{gene:03d}{k}", symbol(protein), protein) for k in range(n_ids)]
    genes = pd.DataFrame(rows, columns=["ensembl", "gene_name", "protein_id"])
    genes["hgnc_symbol"] = genes["gene_name"]
    unnamed = {"ensembl": "ENSG9999", "gene_name": "GENE5", "protein_id": 5, "hgnc_symbol": np.nan}
    genes = pd.concat([genes, pd.DataFrame([unnamed])], ignore_index=True)
    genes["protein_name"] = [f"G{i}_HUMAN" for i in genes["protein_id"]]
    return genes.rename_axis("id_gene").reset_index()


def _interactions(ids: dict[str, int]) -> pd.DataFrame:
    sides = [[ids.get(partner, partner) for partner in pair] for pair in INTERACTIONS]
    n = len(sides)
    return pd.DataFrame(
        {
            "id_interaction": range(n),
            "id_cp_interaction": [f"CPI-{i:04d}" for i in range(n)],
            "multidata_1_id": [side[0] for side in sides],
            "multidata_2_id": [side[1] for side in sides],
            "source": "made up",
            "annotation_strategy": "curated",
            "is_ppi": True,
            "curator": "nobody",
            "directionality": ["Ligand-Receptor", "Adhesion-Adhesion"] * (n // 2) + ["x"] * (n % 2),
            "classification": [np.nan if i % 5 == 0 else f"Signaling by {i % 3}" for i in range(n)],
        }
    )


def write_database(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, table in tables().items():
            archive.writestr(f"{name}.csv", table.to_csv(index=False))
    return path


def cells(identifier: str = "hgnc_symbol") -> AnnData:
    """73 cells of five groups in no order, one of them of a single cell."""
    draw = np.random.RandomState(5)
    groups = np.repeat(list(GROUPS), list(GROUPS.values()))
    groups = groups[draw.permutation(len(groups))]
    genes = _genes().dropna()
    genes = genes[genes["protein_id"] != ABSENT]
    names = pd.unique(genes[identifier])[::-1]
    level = draw.randint(0, 9, size=(len(GROUPS), len(names)))
    mean = level[[list(GROUPS).index(group) for group in groups]]
    counts = np.maximum(draw.randint(-9, 9, size=mean.shape) + mean - 4, 0)
    zero = set(genes.loc[genes["protein_id"] == ALL_ZERO, identifier])
    counts[:, [name in zero for name in names]] = 0
    values = counts.astype(np.float32) / draw.randint(5, 12, size=(len(groups), 1)).astype(
        "float32"
    )
    obs_names = [f"cell{i}" for i in draw.permutation(len(groups))]
    return AnnData(
        sp.csr_matrix(values),
        obs=pd.DataFrame({"group": pd.Categorical(groups)}, index=obs_names),
        var=pd.DataFrame(index=names),
    )


def degs(identifier: str = "hgnc_symbol") -> pd.DataFrame:
    draw = np.random.RandomState(3)
    genes = _genes()[identifier].dropna().unique()
    chosen = {
        "cluster": draw.choice(list(GROUPS), 40),
        "gene": draw.choice([*genes, "UNKNOWN"], 40),
    }
    return pd.DataFrame(chosen).drop_duplicates(ignore_index=True)


def active_tfs() -> pd.DataFrame:
    rows = [("B cells", "TF1"), ("T cells", "TF1"), ("9", "TF2"), ("10", "TF3"), ("lone", "TF9")]
    return pd.DataFrame(rows, columns=["cluster", "TF"])


def active_tfs_of_complexes() -> pd.DataFrame:
    return pd.DataFrame({"cluster": ["B cells", "9"], "TF": ["TF4", "TF4"]})


def microenvironments() -> pd.DataFrame:
    rows = [("T cells", "node"), ("B cells", "node"), ("9", "core"), ("T cells", "core")]
    rows += [("lone", "rim"), ("T cells", "node")]
    return pd.DataFrame(rows, columns=["cell_type", "microenvironment"])


def runs() -> dict[str, tuple[str, dict]]:
    """What is frozen: the identifier of the genes, and the options by the package's names."""
    places = {"microenvironments": microenvironments()}
    statistical = {"n_perms": 200, "debug_seed": 0}
    return {
        "simple": ("hgnc_symbol", {"method": "simple", "score_interactions": True}),
        "simple_ensembl": ("ensembl", {"method": "simple", "score_interactions": True, **places}),
        "statistical": ("hgnc_symbol", {**statistical, "active_tfs": active_tfs()}),
        "statistical_ensembl": ("ensembl", {**statistical, "threshold": 0.3, "pvalue": 0.2}),
        "statistical_places": ("hgnc_symbol", {**statistical, **places, "debug_seed": 9}),
        "degs": ("hgnc_symbol", {"method": "degs", "degs": degs()}),
        "degs_ensembl": ("ensembl", {"method": "degs", "degs": degs("ensembl"), **places}),
    }
