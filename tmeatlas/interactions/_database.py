"""Interaction databases: who can bind whom, as subunit lists on both sides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from tmeatlas._errors import InputError

CORE, ASSOCIATED = "core", "associated"
"""Of an interaction: whether its axis answers to it."""
SUBUNIT_SEPARATOR = "_"
"""Joins the subunits of a complex in names, as LIANA writes them."""
OF_OTHERS = re.compile(r"tme|liana \w+|cellphonedb [\w.]+")
"""Names of databases that are no user's; that of a file of a user has its digest behind."""


@dataclass(frozen=True, slots=True)
class Interaction:
    """One ligand (or complex) and the receptor (or complex) that it binds.

    Parameters
    ----------
    id
        Name of the interaction, unique within its axis.
    ligand_genes, receptor_genes
        Subunits of each side; all of them are needed. Where the ligand is not
        a protein, the genes that make it.
    axis
        Id of the axis that it belongs to; empty where there is none.
    role
        What it does in its axis, such as ``"signalling"``; ``"cis"`` where both
        sides are on the same cell.
    ligand_name, receptor_name
        What the database calls the two sides, where that says more than the
        genes: names of complexes and of ligands that are no protein.
    directionality
        Such as ``"Ligand-Receptor"``, or ``"Adhesion-Adhesion"``, where the
        order of the two sides says nothing.
    classification
        The family of signals, in the words of the database.
    source
        Where the database has it from.
    is_protein
        Whether the ligand is a protein.
    core
        ``"core"`` where its axis is named after it, or where the ligand is a
        well-listed one of the receptor that the axis is named after;
        ``"associated"`` where it is neither; empty where nobody has said.
    n_resources
        How many independent lists hold exactly this pair; 0 where nobody has counted.
    disputed
        ``"yes"`` where hardly any list holds it, ``"few"`` where few do, else empty.
    """

    id: str
    ligand_genes: tuple[str, ...]
    receptor_genes: tuple[str, ...]
    axis: str = ""
    role: str = ""
    ligand_name: str = ""
    receptor_name: str = ""
    directionality: str = ""
    classification: str = ""
    source: str = ""
    is_protein: bool = True
    core: str = ""
    n_resources: int = 0
    disputed: str = ""

    def __post_init__(self) -> None:
        """Refuse an interaction without genes on either side."""
        for side, genes in (("ligand", self.ligand_genes), ("receptor", self.receptor_genes)):
            if not genes or not all(genes):
                raise InputError(
                    f"Interaction {self.id!r}: expected gene symbols for the {side}, "
                    f"found {SUBUNIT_SEPARATOR.join(genes)!r}."
                )

    @property
    def in_cis(self) -> bool:
        """Whether the two sides meet on the same cell only."""
        return self.role == "cis"

    @property
    def ligand_complex(self) -> str:
        """Subunits of the ligand, joined by "_"."""
        return SUBUNIT_SEPARATOR.join(self.ligand_genes)

    @property
    def receptor_complex(self) -> str:
        """Subunits of the receptor, joined by "_"."""
        return SUBUNIT_SEPARATOR.join(self.receptor_genes)


@dataclass(frozen=True)
class Interactions:
    """The interactions of one database, in its order.

    Parameters
    ----------
    name
        What the database is called in results.
    entries
        The interactions; ``len()`` and iteration go over these.
    ensembl_ids
        The Ensembl ids that the database itself gives its genes, by symbol;
        empty where it gives none.
    """

    name: str
    entries: tuple[Interaction, ...]
    ensembl_ids: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Refuse an empty database and interactions given twice."""
        if not self.entries:
            raise InputError(f"The interaction database {self.name!r} holds no interaction.")
        seen: set[tuple[str, str]] = set()
        for entry in self.entries:
            if (entry.axis, entry.id) in seen:
                raise InputError(
                    f"The interaction database {self.name!r} gives {entry.id!r} twice"
                    + (f" in axis {entry.axis!r}" if entry.axis else "")
                    + ". Give each interaction once per axis."
                )
            seen.add((entry.axis, entry.id))

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Interaction]:
        return iter(self.entries)

    @property
    def genes(self) -> tuple[str, ...]:
        """All genes, each once, in order of appearance."""
        return tuple(
            dict.fromkeys(
                gene for entry in self.entries for gene in entry.ligand_genes + entry.receptor_genes
            )
        )

    @property
    def is_own(self) -> bool:
        """Whether a user made it: a table, and no release that others know by its name."""
        return OF_OTHERS.fullmatch(self.name) is None

    def to_frame(self) -> pd.DataFrame:
        """One row per interaction; ``ligand_complex`` and ``receptor_complex`` as LIANA has them.

        The other columns are named as the fields of `Interaction`, and its id is
        ``interaction``.
        """
        return pd.DataFrame(
            {
                "axis": [entry.axis for entry in self.entries],
                "interaction": [entry.id for entry in self.entries],
                "ligand_complex": [entry.ligand_complex for entry in self.entries],
                "receptor_complex": [entry.receptor_complex for entry in self.entries],
                "role": [entry.role for entry in self.entries],
                "ligand_name": [entry.ligand_name for entry in self.entries],
                "receptor_name": [entry.receptor_name for entry in self.entries],
                "directionality": [entry.directionality for entry in self.entries],
                "classification": [entry.classification for entry in self.entries],
                "source": [entry.source for entry in self.entries],
                "is_protein": [entry.is_protein for entry in self.entries],
                "core": [entry.core for entry in self.entries],
                "n_resources": [entry.n_resources for entry in self.entries],
                "disputed": [entry.disputed for entry in self.entries],
            }
        )
