"""Interactions out of a table of the user."""

from __future__ import annotations

import re

import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas.interactions._columns import count_column, flag_column, text_column
from tmeatlas.interactions._database import SUBUNIT_SEPARATOR, Interaction, Interactions

COLUMN_PAIRS = (
    ("ligand_complex", "receptor_complex"),
    ("ligand", "receptor"),
    ("partner_a", "partner_b"),
)
"""The columns of the two partners: LIANA's results, its resources, CellPhoneDB's input."""
NAME_COLUMNS = ("interaction", "id_cp_interaction")
PROTEIN_COLUMNS = ("is_protein", "is_ppi")
COUNT_COLUMN = "n_resources"
TEXT_COLUMNS = (
    "axis",
    "role",
    "ligand_name",
    "receptor_name",
    "directionality",
    "classification",
    "source",
    "core",
    "disputed",
)
"""Taken over as they are where the table has them."""
UNIPROT_ACCESSION = re.compile(
    r"^([OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9]([A-Z][A-Z0-9]{2}[0-9]){1,2})(-\d+)?$"
)


def interactions_from_frame(frame: pd.DataFrame, *, name: str = "DataFrame") -> Interactions:
    """Read the table; rows that say the same thing twice count once."""
    ligand_column, receptor_column = _partner_columns(frame)
    ligands, receptors = _texts(frame, ligand_column), _texts(frame, receptor_column)
    _refuse_accessions(ligands + receptors)
    names, is_protein = _texts(frame, *NAME_COLUMNS), _flags(frame, *PROTEIN_COLUMNS)
    n_resources = _counts(frame, COUNT_COLUMN)
    texts = {column: _texts(frame, column) for column in _text_columns(frame)}
    entries: dict[tuple[str, str], Interaction] = {}
    for row, (ligand, receptor) in enumerate(zip(ligands, receptors, strict=True)):
        if not ligand or not receptor:
            raise InputError(
                f"Row {row} of the interaction table has no {ligand_column!r} or no "
                f"{receptor_column!r}. Remove it, or fill it in."
            )
        entry = Interaction(
            id=names[row] or f"{ligand}^{receptor}",
            ligand_genes=tuple(ligand.split(SUBUNIT_SEPARATOR)),
            receptor_genes=tuple(receptor.split(SUBUNIT_SEPARATOR)),
            is_protein=is_protein[row],
            n_resources=n_resources[row],
            **{column: values[row] for column, values in texts.items()},
        )
        known = entries.setdefault((entry.axis, entry.id), entry)
        if _meaning(known) != _meaning(entry):
            raise InputError(
                f"Row {row} of the interaction table gives {entry.id!r} a second time with other "
                "partners or another role. Give each interaction a name of its own."
            )
    if not entries:
        raise InputError("The interaction table has no rows.")
    return Interactions(name=name, entries=tuple(entries.values()))


def _partner_columns(frame: pd.DataFrame) -> tuple[str, str]:
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()].unique()
        raise InputError(
            f"The interaction table has the columns {listing([str(name) for name in twice])} twice."
            " Keep one of each."
        )
    for ligand, receptor in COLUMN_PAIRS:
        if ligand in frame.columns and receptor in frame.columns:
            return ligand, receptor
    raise InputError(
        "Expected the columns `ligand` and `receptor`, `ligand_complex` and `receptor_complex`, "
        "or `partner_a` and `partner_b` in the interaction table; found "
        f"{listing([str(column) for column in frame.columns]) or 'none'}. "
        "Rename them with DataFrame.rename(columns=...)."
    )


def _text_columns(frame: pd.DataFrame) -> list[str]:
    """The texts to take over; beside `target`, `source` is a group of cells and no reference."""
    return [name for name in TEXT_COLUMNS if name != "source" or "target" not in frame.columns]


def _refuse_accessions(partners: list[str]) -> None:
    """CellPhoneDB's own input names proteins by UniProt, and complexes by names of its own.

    Some symbols (P2RY12) read as accessions too, so a few of them prove nothing.
    """
    single = [partner for partner in dict.fromkeys(partners) if SUBUNIT_SEPARATOR not in partner]
    accessions = [partner for partner in single if UNIPROT_ACCESSION.match(partner)]
    if 2 * len(accessions) > len(single):
        raise InputError(
            "Expected gene symbols in the interaction table, found UniProt accessions such as "
            f"{listing(accessions, limit=3)}. For CellPhoneDB's own input files, run "
            "cellphonedb.utils.db_utils.create_db(folder) and pass the path to the zip that it "
            "writes; else replace the accessions by symbols."
        )


def _texts(frame: pd.DataFrame, *names: str) -> list[str]:
    """The first of the columns that is there; empty where there is none."""
    column = _first_column(frame, names)
    return [""] * len(frame) if column is None else text_column(column)


def _flags(frame: pd.DataFrame, *names: str) -> list[bool]:
    """The first of the columns that is there; true where there is none."""
    column = _first_column(frame, names)
    return [True] * len(frame) if column is None else flag_column(column)


def _counts(frame: pd.DataFrame, name: str) -> list[int]:
    return count_column(frame[name]) if name in frame.columns else [0] * len(frame)


def _first_column(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.Series | None:
    return next((frame[name] for name in names if name in frame.columns), None)


def _meaning(entry: Interaction) -> tuple[object, ...]:
    """What results depend on; two rows may still differ in their references."""
    return entry.ligand_genes, entry.receptor_genes, entry.role, entry.is_protein
