"""CellPhoneDB's third method: interactions with a differentially expressed partner."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing, unknown
from tmeatlas.cellphonedb._entities import Entities
from tmeatlas.cellphonedb._genes import ProteinMap
from tmeatlas.cellphonedb._means import Pairs

CLUSTER, GENE = "cluster", "gene"


def differential_partners(
    degs: pd.DataFrame, labels: Sequence[str], mapped: ProteinMap, entities: Entities
) -> NDArray[np.bool_]:
    """Partners × groups: whether `degs` names the protein, or any subunit of the complex.

    Raises
    ------
    InputError
        The columns are missing, or no gene is one of the database.
    MissingKeyError
        A group that the data do not have.
    """
    table = checked_degs(degs, labels)
    position = pd.Series(np.arange(len(entities.proteins)), index=entities.proteins)
    named = table.merge(
        mapped.genes[[mapped.identifier, "id"]], left_on=GENE, right_on=mapped.identifier
    )
    if named.empty:
        raise InputError(
            "No gene of `degs` is in the CellPhoneDB database; it names "
            f"{listing(list(table[GENE]), limit=5)}. The genes of the data were found by "
            f"{mapped.identifier}: name those of `degs` alike."
        )
    named = named.loc[named["id"].isin(entities.proteins)]
    partners = entities.partners
    differential = np.zeros((len(partners), len(labels)), dtype=np.bool_)
    group = named[CLUSTER].map({label: at for at, label in enumerate(labels)})
    differential[named["id"].map(position).to_numpy(np.int64), group.to_numpy(np.int64)] = True
    for c, subunits in enumerate(partners.subunits(), start=partners.n_genes):
        differential[c] = differential[subunits].any(axis=0)
    return differential


def checked_degs(degs: object, labels: Sequence[str]) -> pd.DataFrame:
    """Rows of `cluster` and `gene`, each once, as strings; all clusters are groups of the data."""
    if not isinstance(degs, pd.DataFrame) or not {CLUSTER, GENE} <= set(degs.columns):
        found = (
            [str(name) for name in degs.columns]
            if isinstance(degs, pd.DataFrame)
            else type(degs).__name__
        )
        raise InputError(
            "Expected `degs` as a DataFrame with the columns 'cluster' and 'gene': one row per "
            f"group and gene that is differentially expressed in it; found {found}."
        )
    table = degs[[CLUSTER, GENE]].astype(str).drop_duplicates()
    for label in table[CLUSTER].unique():
        if label not in labels:
            raise unknown("group of cells (named in `degs`) called", label, labels)
    return table


def with_differential_partner(
    differential: NDArray[np.bool_], entities: Entities, pairs: Pairs
) -> NDArray[np.bool_]:
    """Interactions × pairs: whether either partner is differentially expressed in its group."""
    first = differential[entities.first][:, pairs[:, 0]]
    return first | differential[entities.second][:, pairs[:, 1]]
