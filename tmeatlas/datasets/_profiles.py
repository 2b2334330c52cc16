"""The mean expression of each state of the simulated tumour."""

from __future__ import annotations

from importlib.resources import as_file, files

import pandas as pd
import scipy.sparse as sp
from anndata import AnnData

from tmeatlas.datasets._design import AXES, BYSTANDER, POPULATIONS

RESPONSE = "response_"
"""Begins the columns that hold fold changes of a programme that any cell can run."""
UNSEEN = ("HCAR1", "IL13RA2", "IL27")
"""Genes of axes that the studies measured and two cells of 1,961 show at most: no cell has them."""


def read_profiles() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two tables with genes as columns.

    States × genes, mean counts per 10,000, with the axes of the design planted;
    and programmes × genes, fold changes at full activity.
    """
    with as_file(files("tmeatlas.datasets") / "profiles.tsv.gz") as path:
        table = pd.read_csv(path, sep="\t", index_col="gene", keep_default_na=False).astype(float)
    is_response = table.columns.str.startswith(RESPONSE)
    profiles, responses = table.loc[:, ~is_response].T, table.loc[:, is_response].T
    responses.index = responses.index.str.removeprefix(RESPONSE)
    return plant_axes(profiles), responses


def plant_axes(profiles: pd.DataFrame) -> pd.DataFrame:
    """Raise the genes of each axis where it runs, and lower them everywhere else."""
    planted = profiles.copy()
    cell_type = planted.index.map(home_of_states())
    for axis in AXES:
        for side, where in ((axis.ligands, axis.sources), (axis.receptors, axis.targets)):
            inside = cell_type.isin(where)
            for gene, mean in side.items():
                planted.loc[inside, gene] = planted.loc[inside, gene].clip(lower=mean)
                planted.loc[~inside, gene] = planted.loc[~inside, gene].clip(upper=BYSTANDER * mean)
    return planted


def with_unseen(counts: sp.csr_matrix, obs: pd.DataFrame, genes: pd.Index) -> AnnData:
    """The cells with their genes, and the measured genes that none of them shows as the last."""
    names = pd.Index([*genes, *UNSEEN], name=genes.name)
    counts.resize(len(obs), len(names))
    return AnnData(counts, obs=obs, var=pd.DataFrame(index=names))


def home_of_states() -> dict[str, str]:
    """State → the cell type that it is the largest part of."""
    part: dict[str, float] = {}
    home: dict[str, str] = {}
    for population in POPULATIONS.values():
        total = sum(population.states.values())
        for state, weight in population.states.items():
            if weight / total > part.get(state, 0.0):
                part[state], home[state] = weight / total, population.cell_type
    return home
