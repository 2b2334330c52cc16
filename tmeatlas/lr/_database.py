"""Interaction databases: who can bind whom, as subunit lists on both sides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from tmeatlas._errors import InputError, listing, unknown

SUBUNIT_SEPARATOR = "_"
"""Joins the subunits of a complex in names, as LIANA writes them."""
COLUMN_PAIRS = (("ligand_complex", "receptor_complex"), ("ligand", "receptor"))
NAMED_DATABASES = ("tme",)


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
    role, ligand_name, receptor_name, directionality, classification, source, is_protein
        What the database says about it.
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
    """The interactions of one database, in its order."""

    name: str
    entries: tuple[Interaction, ...]

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

    def to_frame(self) -> pd.DataFrame:
        """One row per interaction, with LIANA's column names for the two partners."""
        return pd.DataFrame(
            {
                "axis": [entry.axis for entry in self.entries],
                "interaction": [entry.id for entry in self.entries],
                "ligand_complex": [entry.ligand_complex for entry in self.entries],
                "receptor_complex": [entry.receptor_complex for entry in self.entries],
                "role": [entry.role for entry in self.entries],
                "directionality": [entry.directionality for entry in self.entries],
                "classification": [entry.classification for entry in self.entries],
                "source": [entry.source for entry in self.entries],
            }
        )


def as_interactions(database: object) -> Interactions:
    """What users call a database, as `Interactions`.

    ``"tme"`` (the built-in axes), `Interactions`, or a DataFrame with LIANA's
    columns.
    """
    from tmeatlas.lr._axes import builtin_interactions

    if isinstance(database, Interactions):
        return database
    if isinstance(database, pd.DataFrame):
        return interactions_from_frame(database)
    remedy = (
        "Pass 'tme' for the built-in axes, or a DataFrame with the columns `ligand` and "
        "`receptor` (subunits joined by '_') and, if you like, `axis`."
    )
    if not isinstance(database, str):
        raise InputError(
            f"Expected an interaction database, found {type(database).__name__}. {remedy}"
        )
    if database not in NAMED_DATABASES:
        raise unknown("interaction database", database, NAMED_DATABASES, remedy=remedy)
    return builtin_interactions()


def interactions_from_frame(frame: pd.DataFrame, *, name: str = "DataFrame") -> Interactions:
    """Read a DataFrame with LIANA's columns; rows that say the same thing twice count once."""
    ligand_column, receptor_column = _partner_columns(frame)
    optional = {key: _text_column(frame, key) for key in ("axis", "role", "interaction")}
    entries: dict[tuple[str, str], Interaction] = {}
    ligands = _text_column(frame, ligand_column)
    receptors = _text_column(frame, receptor_column)
    for row, (ligand, receptor) in enumerate(zip(ligands, receptors, strict=True)):
        if not ligand or not receptor:
            raise InputError(
                f"Row {row} of the interaction table has no {ligand_column!r} or no "
                f"{receptor_column!r}. Remove it, or fill it in."
            )
        entry = Interaction(
            id=optional["interaction"][row] or f"{ligand}^{receptor}",
            ligand_genes=tuple(ligand.split(SUBUNIT_SEPARATOR)),
            receptor_genes=tuple(receptor.split(SUBUNIT_SEPARATOR)),
            axis=optional["axis"][row],
            role=optional["role"][row],
        )
        known = entries.setdefault((entry.axis, entry.id), entry)
        if known != entry:
            raise InputError(
                f"Row {row} of the interaction table gives {entry.id!r} a second time with other "
                "partners. Give each interaction a name of its own."
            )
    if not entries:
        raise InputError("The interaction table has no rows.")
    return Interactions(name=name, entries=tuple(entries.values()))


def _partner_columns(frame: pd.DataFrame) -> tuple[str, str]:
    for ligand, receptor in COLUMN_PAIRS:
        if ligand in frame.columns and receptor in frame.columns:
            return ligand, receptor
    raise InputError(
        "Expected the columns `ligand` and `receptor`, or `ligand_complex` and "
        f"`receptor_complex`, in the interaction table; found "
        f"{listing([str(column) for column in frame.columns]) or 'none'}. "
        "Rename them with DataFrame.rename(columns=...)."
    )


def _text_column(frame: pd.DataFrame, name: str) -> list[str]:
    """A column as stripped text; empty where it, or the whole column, is missing."""
    if name not in frame.columns:
        return [""] * len(frame)
    column = frame[name].astype(object)
    return column.where(column.notna(), "").map(str).str.strip().tolist()
