"""What of a database the data can show: proteins, complexes and interactions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._errors import CoverageError, InputError, listing
from tmeatlas._text import counted
from tmeatlas.interactions import CellPhoneDBTables
from tmeatlas.lr import Partners

Ints = NDArray[np.int64]
SIDES = ("multidata_1_id", "multidata_2_id")


@dataclass(frozen=True, eq=False)
class Entities:
    """Partners (proteins, then complexes) and the interactions between them.

    The proteins are what the genes are elsewhere: partners are numbered by
    their position, and complexes have the positions of their subunits.
    """

    proteins: Ints
    complexes: Ints
    partners: Partners
    interactions: pd.DataFrame
    """The rows of `interaction_table` with both partners in the data."""
    first: Ints
    second: Ints

    @property
    def ids(self) -> Ints:
        """The number of each partner in the database."""
        return np.concatenate([self.proteins, self.complexes])


def find_entities(tables: CellPhoneDBTables, proteins: Ints) -> Entities:
    """The complexes with all subunits among `proteins`, and the interactions of both.

    Raises
    ------
    InputError
        An interaction id given twice in the database.
    CoverageError
        No interaction has both its partners in the data.
    """
    complexes, partners = _complexes(tables.composition, proteins)
    table = tables.interactions
    twice = table["id_cp_interaction"][table["id_cp_interaction"].duplicated()]
    if len(twice):
        raise InputError(
            f"The database {tables.name!r} gives the same id to several interactions: "
            f"{listing([str(name) for name in twice.unique()])}. Make each id_cp_interaction "
            "unique and build the database again."
        )
    ids = np.concatenate([proteins, complexes])
    position = pd.Series(np.arange(len(ids)), index=ids)
    table = table.drop_duplicates(list(SIDES))
    kept = table.loc[table[SIDES[0]].isin(ids) & table[SIDES[1]].isin(ids)]
    if kept.empty:
        raise CoverageError(
            f"None of the {counted(len(table), 'interaction')} of {tables.name!r} has both its "
            "partners in "
            "the data. Are the genes human, and are all of them there rather than a selection?"
        )
    return Entities(
        proteins=proteins,
        complexes=complexes,
        partners=partners,
        interactions=kept,
        first=kept[SIDES[0]].map(position).to_numpy(np.int64),
        second=kept[SIDES[1]].map(position).to_numpy(np.int64),
    )


def _complexes(composition: pd.DataFrame, proteins: Ints) -> tuple[Ints, Partners]:
    """Ids of the complete complexes, and all partners with their subunits."""
    position = pd.Series(np.arange(len(proteins)), index=proteins)
    there = composition.loc[composition["protein_multidata_id"].isin(proteins)]
    n_there = there.groupby("complex_multidata_id")["protein_multidata_id"].transform("size")
    there = there.loc[n_there >= there["total_protein"]]
    there = there.sort_values("complex_multidata_id", kind="stable")
    complexes, sizes = np.unique(there["complex_multidata_id"].to_numpy(), return_counts=True)
    members = there["protein_multidata_id"].map(position).to_numpy(np.int64)
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return complexes.astype(np.int64), Partners(len(proteins), starts, members)
