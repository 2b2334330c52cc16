"""Interactions against the genes of a data set: which can be tested, and on which columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tmeatlas._errors import CoverageError, listing
from tmeatlas.genes import ENSEMBL_ID, GeneIndex, UnderstoodNames, looks_like_mouse
from tmeatlas.interactions import Interaction, Interactions
from tmeatlas.lr._partners import Partners


@dataclass(frozen=True, eq=False)
class MatchedInteractions:
    """The interactions whose genes are all in the data.

    `columns` are the columns of the data set that hold the genes of `partners`;
    `ligand` and `receptor` are the partner of each side of each interaction.
    """

    interactions: tuple[Interaction, ...]
    columns: NDArray[np.int64]
    partners: Partners
    ligand: NDArray[np.int64]
    receptor: NDArray[np.int64]
    missing_genes: tuple[str, ...]
    n_untestable: int
    """Interactions with a gene that is not in the data."""
    coverage: Mapping[str, float]
    """By axis, the share of its interactions that have all genes in the data."""


def match_interactions(
    interactions: Interactions, genes: Iterable[str] | UnderstoodNames
) -> MatchedInteractions:
    """Find the genes of every interaction by symbol, former symbol or Ensembl id.

    The Ensembl ids are those we know and those the database itself gives.

    Raises
    ------
    CoverageError
        No interaction has all its genes in the data, or the names are those of
        another species.
    """
    index = GeneIndex(genes, interactions.genes)
    names = index.names.tolist()
    column_of = {gene: _find(index, gene, interactions.ensembl_ids) for gene in interactions.genes}
    found = {gene: column for gene, column in column_of.items() if column is not None}
    _refuse_other_species(interactions, names, found)
    testable = tuple(
        entry
        for entry in interactions
        if found.keys() >= {*entry.ligand_genes, *entry.receptor_genes}
    )
    if not testable:
        raise CoverageError(_nothing_testable(interactions, names, found))
    sides = [
        [_columns_of(genes, found) for genes in side]
        for side in (
            [entry.ligand_genes for entry in testable],
            [entry.receptor_genes for entry in testable],
        )
    ]
    columns = np.unique(np.concatenate([np.asarray(s) for side in sides for s in side]))
    partners, number_of = _number_partners(sides[0] + sides[1], columns)
    return MatchedInteractions(
        interactions=testable,
        columns=columns.astype(np.int64),
        partners=partners,
        ligand=np.array([number_of[key] for key in sides[0]], dtype=np.int64),
        receptor=np.array([number_of[key] for key in sides[1]], dtype=np.int64),
        missing_genes=tuple(gene for gene in column_of if gene not in found),
        n_untestable=len(interactions) - len(testable),
        coverage=_coverage(interactions, testable),
    )


def _coverage(
    interactions: Iterable[Interaction], testable: Iterable[Interaction]
) -> dict[str, float]:
    """By axis, the share of its interactions that can be tested."""
    whole, there = (Counter(entry.axis for entry in found) for found in (interactions, testable))
    return {axis: there[axis] / number for axis, number in whole.items()}


def _find(index: GeneIndex, gene: str, ensembl_ids: Mapping[str, tuple[str, ...]]) -> int | None:
    """Column of a gene, by its name, or else by the ids that the database gives it."""
    found = (index.find(name) for name in (gene, *ensembl_ids.get(gene, ())))
    return next((column for column in found if column is not None), None)


def _columns_of(genes: Sequence[str], found: dict[str, int]) -> tuple[int, ...]:
    """The columns of a set of subunits; the order in which they are written does not matter."""
    return tuple(sorted({found[gene] for gene in genes}))


def _number_partners(
    keys: Iterable[tuple[int, ...]], columns: NDArray[np.int64]
) -> tuple[Partners, dict[tuple[int, ...], int]]:
    """Give each distinct set of columns a number: genes by position, complexes after them."""
    position = {int(column): i for i, column in enumerate(columns)}
    distinct = list(dict.fromkeys(keys))
    complexes = [key for key in distinct if len(key) > 1]
    number_of: dict[tuple[int, ...], int] = {}
    number_of.update((key, position[key[0]]) for key in distinct if len(key) == 1)
    number_of.update((key, len(columns) + c) for c, key in enumerate(complexes))
    subunits = [[position[column] for column in key] for key in complexes]
    return Partners.of(len(columns), subunits), number_of


def _refuse_other_species(
    interactions: Interactions, names: Sequence[str], found: dict[str, int]
) -> None:
    """Mouse symbols differ from human ones in case; a few equal ones must not pass for the data."""
    upper = {name.upper() for name in names}
    differ_in_case = [g for g in interactions.genes if g not in found and g.upper() in upper]
    if len(differ_in_case) <= len(found):
        return
    of_interactions = looks_like_mouse(interactions.genes)
    whose, other = ("interactions", "data") if of_interactions else ("data", "interactions")
    examples = interactions.genes if of_interactions else names
    raise CoverageError(
        f"The gene names of the {whose} look like those of another species "
        f"({listing(examples, limit=3)}): {len(differ_in_case)} of the {len(interactions.genes)} "
        f"genes of the interactions are there in another case only, {len(found)} as written. Map "
        f"the genes of the {whose} to the orthologues of the {other} first; another case alone "
        "makes no orthologue."
    )


def _nothing_testable(
    interactions: Interactions, names: Sequence[str], found: dict[str, int]
) -> str:
    foreign = [name for name in names if ENSEMBL_ID.match(name) and not name.startswith("ENSG")]
    remedy = (
        "These are Ensembl ids of another species: map the genes to their human orthologues first."
        if foreign
        else ""
    )
    return (
        f"No interaction has all of its genes in the data: {len(found)} of "
        f"{len(interactions.genes)} genes were found. Expected human symbols such as "
        f"{listing(interactions.genes, limit=3)}, or their Ensembl ids; the data have "
        f"{listing(names, limit=3)}. {remedy}".rstrip()
    )
