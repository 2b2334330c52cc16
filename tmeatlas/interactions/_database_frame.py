"""Interactions out of a table: of the user, of CellChat, of LIANA."""

from __future__ import annotations

import re

import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas._guard import warn
from tmeatlas.interactions._columns import (
    Columns,
    core_column,
    count_column,
    disputed_column,
    flag_column,
)
from tmeatlas.interactions._database import Interaction, Interactions
from tmeatlas.interactions._roles import is_non_protein, read_classes, read_roles

COLUMN_PAIRS = (
    ("ligand_complex", "receptor_complex"),
    ("ligand_symbol", "receptor_symbol"),
    ("source_genesymbol", "target_genesymbol"),
    ("ligand", "receptor"),
    ("partner_a", "partner_b"),
)
"""The partners, the most telling first: LIANA's results, CellChat's genes, OmniPath, anybody's
table, CellPhoneDB's input. CellChat's `ligand` and `receptor` are names of complexes."""
BRACKETED = re.compile(
    r"^(?:\((?P<ligand>[^()]+)\)|[^()]+?) - (?:\((?P<receptor>[^()]+)\)|[^()]+)$"
)
"""CellChat's `interaction_name_2`: "TGFB1 - (TGFBR1+TGFBR2)" has the genes of a complex."""
SEPARATOR = re.compile(r"\s*[_,+&;|/:]\s*")
"""Between subunits: LIANA writes "A_B", CellChat "A, B" and "A+B"."""
NAMED = 5
"""Rows that a warning spells out."""
NAME_COLUMNS = ("interaction", "id_cp_interaction", "interaction_name")
AXIS_COLUMNS = ("axis", "pathway_name")
PROTEIN_COLUMNS = ("is_protein", "is_ppi")
TEXT_COLUMNS = ("ligand_name", "receptor_name", "directionality", "classification")
"""Taken over as they are where the table has them."""
UNIPROT_ACCESSION = re.compile(
    r"^([OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9]([A-Z][A-Z0-9]{2}[0-9]){1,2})(-\d+)?$"
)


def interactions_from_frame(frame: pd.DataFrame, *, name: str = "DataFrame") -> Interactions:
    """Read the table; rows that say the same thing twice count once."""
    columns = Columns(frame)
    ligands, receptors = _partners(columns)
    _refuse_accessions(ligands + receptors)
    fields = _fields(columns)
    entries: dict[tuple[str, str], Interaction] = {}
    left_out: list[str] = []
    for row, sides in enumerate(zip(ligands, receptors, strict=True)):
        genes = tuple(_subunits(side) for side in sides)
        if not all(genes):
            left_out.append(f"row {row} has no {'receptor' if genes[0] else 'ligand'}")
            continue
        said = {field: values[row] for field, values in fields.items()}
        said["id"] = said["id"] or "^".join("_".join(side) for side in genes)
        entry = Interaction(ligand_genes=genes[0], receptor_genes=genes[1], **said)
        known = entries.setdefault((entry.axis, entry.id), entry)
        if _meaning(known) != _meaning(entry):
            left_out.append(
                f"row {row} gives {entry.id!r} a second time with other partners or another role"
            )
    _tell_of(left_out, has_others=bool(entries))
    if not entries:
        raise InputError("The interaction table has no rows.")
    return Interactions(name=name, entries=tuple(entries.values()))


def _tell_of(left_out: list[str], *, has_others: bool) -> None:
    """Warn of rows without meaning, which cost no other; an error where there is no other."""
    if not left_out:
        return
    more = f" and {len(left_out) - NAMED} more" if len(left_out) > NAMED else ""
    problem = f"{', '.join(left_out[:NAMED])}{more}"
    if not has_others:
        raise InputError(
            f"No row of the interaction table names a ligand and a receptor: {problem}. Fill them "
            "in."
        )
    warn(
        f"Of the interaction table, rows were left out: {problem}. Fill in both partners, and give "
        "each interaction a name of its own."
    )


def _subunits(partner: str) -> tuple[str, ...]:
    """The genes of one side; OmniPath begins complexes with "COMPLEX:"."""
    parts = SEPARATOR.split(partner.strip("()"))
    return tuple(part for part in parts if part and part.upper() != "COMPLEX")


def _partners(columns: Columns) -> tuple[list[str], list[str]]:
    """Ligand and receptor of each row: genes, not names of complexes, where the table has them."""
    pairs = [pair for pair in COLUMN_PAIRS if pair[0] in columns and pair[1] in columns]
    if not pairs:
        raise InputError(
            "Expected the columns `ligand` and `receptor`, `ligand_complex` and "
            "`receptor_complex`, `ligand.symbol` and `receptor.symbol`, or `partner_a` and "
            "`partner_b` in the interaction table; found "
            f"{listing(columns.names, limit=12) or 'none'}. "
            "Rename them with DataFrame.rename(columns=...)."
        )
    ligands, receptors = (columns.texts(name) for name in pairs[0])
    if pairs[0] == ("ligand_symbol", "receptor_symbol") and ("ligand", "receptor") in pairs:
        ligands = _filled(ligands, columns.texts("ligand"))
        receptors = _filled(receptors, columns.texts("receptor"))
    if pairs[0] == ("ligand", "receptor"):
        matches = [BRACKETED.match(text) for text in columns.texts("interaction_name_2")]
        ligands = _filled([match["ligand"] if match else "" for match in matches], ligands)
        receptors = _filled([match["receptor"] if match else "" for match in matches], receptors)
    return ligands, receptors


def _filled(first: list[str | None] | list[str], second: list[str]) -> list[str]:
    return [one or other for one, other in zip(first, second, strict=True)]


def _fields(columns: Columns) -> dict[str, list]:
    """What the table says beside the partners, as the fields of an `Interaction`, by row."""
    remarks = columns.texts("annotation")
    roles = read_roles(columns.texts("role")) if "role" in columns else read_classes(remarks)
    if any(name in columns for name in PROTEIN_COLUMNS):
        is_protein = columns.read(flag_column, *PROTEIN_COLUMNS, missing=True)
    else:
        is_protein = [not is_non_protein(word) for word in remarks]
    # Beside `target`, `source` is a group of cells and no reference.
    sources = ("evidence",) if "target" in columns else ("source", "evidence")
    return {
        "id": columns.texts(*NAME_COLUMNS),
        "axis": columns.texts(*AXIS_COLUMNS),
        "role": roles,
        "is_protein": is_protein,
        "core": columns.read(core_column, "core", missing=""),
        "n_resources": columns.read(count_column, "n_resources", missing=0),
        "disputed": columns.read(disputed_column, "disputed", missing=""),
        "source": columns.texts(*sources),
        **{name: columns.texts(name) for name in TEXT_COLUMNS},
    }


def _refuse_accessions(partners: list[str]) -> None:
    """CellPhoneDB's own input names proteins by UniProt, and complexes by names of its own.

    Some symbols (P2RY12) read as accessions too, so a few of them prove nothing.
    """
    single = [partner for partner in dict.fromkeys(partners) if not SEPARATOR.search(partner)]
    accessions = [partner for partner in single if UNIPROT_ACCESSION.match(partner)]
    if 2 * len(accessions) > len(single):
        raise InputError(
            "Expected gene symbols in the interaction table, found UniProt accessions such as "
            f"{listing(accessions, limit=3)}. For CellPhoneDB's own input files, run "
            "cellphonedb.utils.db_utils.create_db(folder) and pass the path to the zip that it "
            "writes; else replace the accessions by symbols."
        )


def _meaning(entry: Interaction) -> tuple[object, ...]:
    """What results depend on; two rows may still differ in their references."""
    return entry.ligand_genes, entry.receptor_genes, entry.role, entry.is_protein, entry.core
