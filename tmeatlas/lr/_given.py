"""What users call an interaction database: a name, a table, or the type itself."""

from __future__ import annotations

import pandas as pd

from tmeatlas._errors import InputError, listing, unknown
from tmeatlas.lr._axes import builtin_interactions
from tmeatlas.lr._database import SUBUNIT_SEPARATOR, Interaction, Interactions

COLUMN_PAIRS = (("ligand_complex", "receptor_complex"), ("ligand", "receptor"))
NAMED_DATABASES = ("tme",)


def as_interactions(database: object) -> Interactions:
    """What users call a database, as `Interactions`.

    ``"tme"`` (the built-in axes), `Interactions`, or a DataFrame with LIANA's
    columns.
    """
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
