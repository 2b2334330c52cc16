"""The mean expression of each state of the simulated tumour."""

from __future__ import annotations

from importlib.resources import as_file, files

import pandas as pd

from tmeatlas.datasets._design import AXES, BYSTANDER, POPULATIONS

SMALLEST = 1e-3
"""Mean of a gene never seen in a state, so that means have logarithms."""


def read_profiles() -> pd.DataFrame:
    """States × genes, counts per 10,000, with the axes of the design planted."""
    with as_file(files("tmeatlas.datasets") / "profiles.tsv.gz") as path:
        table = pd.read_csv(path, sep="\t", index_col="gene", keep_default_na=False).astype(float)
    profiles = table.T
    profiles.columns.name = None
    return plant_axes(profiles).clip(lower=SMALLEST)


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
