"""CellPhoneDB's interaction score: how specific both partners are to their groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas.cellphonedb._entities import Entities
from tmeatlas.cellphonedb._genes import ProteinMap
from tmeatlas.cellphonedb._layout import partner_names
from tmeatlas.cellphonedb._means import Pairs, PartnerStatistics
from tmeatlas.interactions import CellPhoneDBTables

UPPER = 10.0
"""Expression is scaled from 0 to this over the groups."""
DECIMALS = 3


def interaction_scores(
    tables: CellPhoneDBTables,
    mapped: ProteinMap,
    entities: Entities,
    statistics: PartnerStatistics,
    pairs: Pairs,
    threshold: float,
) -> NDArray[np.float64]:
    """Interactions × pairs: product of the partners' scaled expression, from 0 to 100.

    A protein counts as 0 in a group where less than `threshold` of the cells show
    it. A complex is the geometric mean of its subunits, looked up by gene name, and
    takes the place of a gene of the same name. Each partner is then scaled from 0
    to 10 over the groups.
    """
    expression = _expression_by_name(tables, mapped, entities, statistics, threshold)
    scaled = _scaled(expression.to_numpy())
    position = {name: at for at, name in enumerate(expression.index)}
    names = partner_names(tables, mapped, entities)
    first = scaled[[position[name] for name, _ in names]][:, pairs[:, 0]]
    second = scaled[[position[name] for _, name in names]][:, pairs[:, 1]]
    return np.round(first * second, DECIMALS)


def _expression_by_name(
    tables: CellPhoneDBTables,
    mapped: ProteinMap,
    entities: Entities,
    statistics: PartnerStatistics,
    threshold: float,
) -> pd.DataFrame:
    """Genes and complexes × groups, with those that no cell shows."""
    means = statistics.means[: len(entities.proteins)]
    percents = statistics.percents[: len(entities.proteins)]
    shown = np.where(percents < threshold, np.float32(0), means)
    in_data = mapped.relations.drop_duplicates("id").sort_values("id")
    values = np.zeros((len(in_data), means.shape[1]), dtype=np.float32)
    values[np.searchsorted(in_data["id"].to_numpy(), entities.proteins)] = shown
    genes = pd.DataFrame(values, index=in_data["gene_name"].to_numpy())
    complexes = _complexes_by_name(tables, mapped, genes)
    both = pd.concat([genes.loc[~genes.index.isin(complexes.index)], complexes])
    return both.astype(np.float64)


def _complexes_by_name(
    tables: CellPhoneDBTables, mapped: ProteinMap, genes: pd.DataFrame
) -> pd.DataFrame:
    """Geometric means of the complexes with all subunits in the data."""
    name = dict(zip(tables.multidata["id_multidata"], tables.multidata["name"], strict=True))
    subunits = tables.composition.merge(
        mapped.genes[["id", "gene_name"]], left_on="protein_multidata_id", right_on="id"
    )
    known, rows = set(genes.index), {}
    for complex_id, names in subunits.groupby("complex_multidata_id")["gene_name"].unique().items():
        if known.issuperset(names):
            of_subunits = genes.loc[genes.index.isin(names)].to_numpy()
            product = np.prod(of_subunits, axis=0)
            rows[name[complex_id]] = np.power(product, np.float32(1 / len(of_subunits)))
    return pd.DataFrame.from_dict(rows, orient="index", columns=genes.columns)


def _scaled(expression: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row from 0 to 10; a row of equal values is 0 throughout."""
    lowest = expression.min(axis=1, keepdims=True)
    spread = expression.max(axis=1, keepdims=True) - lowest
    constant = spread < 10 * np.finfo(np.float64).eps
    factor = UPPER / np.where(constant, 1.0, spread)
    return np.clip(expression * factor - lowest * factor, 0.0, UPPER)
