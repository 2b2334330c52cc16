"""The tables of a CellPhoneDB database: from a release, a zip or a folder of the user."""

from __future__ import annotations

import hashlib
import io
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tmeatlas._asker import option
from tmeatlas._downloads import fetch
from tmeatlas._errors import InputError, in_one_line, listing
from tmeatlas._text_files import MOST_BYTES, MOST_CELLS, read_at_most, read_bytes
from tmeatlas.interactions._cellphonedb_checks import check_columns, check_keys, check_partners

RELEASE = "v5.0.0"
RELEASE_NAME = "cellphonedb"
"""What users call the release that is downloaded once."""
RELEASE_TABLES_SHA256 = "d14b6615cbb67ebc8ce923390d62b0bc5bf245e245ac4b1fffc9fa29eb145b57"
"""SHA-256 of the tables of the release, however they are packed; see `_digest`."""
RELEASE_ZIP = "cellphonedb.zip"
"""The name of the database in the folder of a release."""
NEEDED = (
    "gene_table",
    "protein_table",
    "multidata_table",
    "complex_table",
    "complex_composition_table",
    "interaction_table",
)
SYNONYMS = "gene_synonym_to_gene_name"
TRANSCRIPTION_FACTORS = "receptor_to_transcription_factor"
FILES = {f"{table}.csv": table for table in (*NEEDED, SYNONYMS, TRANSCRIPTION_FACTORS)}
REMEDY = (
    f"Pass 'cellphonedb' for {RELEASE}, or the path to the {RELEASE_ZIP} of a release or to a "
    "file that cellphonedb.utils.db_utils.create_db wrote."
)


@dataclass(frozen=True, eq=False)
class CellPhoneDBTables:
    """The tables of one database, as they are in its files.

    Parameters
    ----------
    name
        What it is called in results: the release, or the file and its digest.
    version
        ``"v5.0.0"``, or empty where it is not the release that we know.
    genes, proteins, multidata, complexes, composition, interactions
        `gene_table`, `protein_table`, `multidata_table`, `complex_table`,
        `complex_composition_table` and `interaction_table`.
    synonyms, transcription_factors
        `gene_synonym_to_gene_name` and `receptor_to_transcription_factor`;
        None where the database has none.
    """

    name: str
    version: str
    genes: pd.DataFrame
    proteins: pd.DataFrame
    multidata: pd.DataFrame
    complexes: pd.DataFrame
    composition: pd.DataFrame
    interactions: pd.DataFrame
    synonyms: pd.DataFrame | None
    transcription_factors: pd.DataFrame | None


def read_cellphonedb(database: str | Path) -> CellPhoneDBTables:
    """Read ``"cellphonedb"`` (v5.0.0, downloaded once), a zip, or a folder with the tables.

    A folder that holds no tables but a ``cellphonedb.zip``, as cellphonedb
    downloads it, stands for that.

    Raises
    ------
    InputError
        Nothing there; no zip, or a damaged one; tables or columns missing; a
        database from before version 5; an interaction or a complex with a
        partner that is not defined.
    DownloadError
        The release is not in the cache and cannot be downloaded.
    """
    path = _release() if database == RELEASE_NAME else Path(database).expanduser()
    path, contents = _read_files(path)
    digest = _digest(contents)
    version = RELEASE if digest == RELEASE_TABLES_SHA256 else ""
    tables = {table: _parse(table, content, path) for table, content in contents.items()}
    check_columns(tables, path, REMEDY)
    check_keys(tables, path)
    check_partners(tables, path)
    return CellPhoneDBTables(
        name=f"cellphonedb {version}" if version else f"{path.name} (SHA-256 {digest[:12]})",
        version=version,
        genes=tables["gene_table"],
        proteins=tables["protein_table"],
        multidata=tables["multidata_table"],
        complexes=tables["complex_table"],
        composition=tables["complex_composition_table"],
        interactions=tables["interaction_table"],
        synonyms=tables.get(SYNONYMS),
        transcription_factors=tables.get(TRANSCRIPTION_FACTORS),
    )


def _release() -> Path:
    """The release, downloaded once."""
    return fetch(
        RELEASE_NAME,
        instead=f"Or pass its path: {option('database', '/path/to/cellphonedb.zip')}.",
    )


def _read_files(path: Path) -> tuple[Path, dict[str, bytes]]:
    """The file or folder that holds the tables, and the content of each."""
    try:
        if path.is_dir():
            inside = {file.name: file for file in sorted(path.iterdir()) if file.is_file()}
            if RELEASE_ZIP in inside and not FILES.keys() & inside.keys():
                return _read_files(inside[RELEASE_ZIP])
            contents = {FILES[name]: read_bytes(inside[name]) for name in FILES.keys() & inside}
            names = list(inside)
        elif path.is_file():
            names, contents = _unzip(path)
        else:
            raise InputError(f"No file or folder {str(path)!r}. {REMEDY}")
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be read ({error}).") from error
    _check_complete(contents, names, path)
    return path, contents


def _unzip(path: Path) -> tuple[list[str], dict[str, bytes]]:
    """The names in a zip, and the tables among them, in whatever folder they lie."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as handle:
            truncated = handle.read(4) == b"PK\x03\x04"
        problem = "is a truncated zip" if truncated else "is not a zip"
        again = "Copy or download it again. " if truncated else ""
        raise InputError(
            f"{str(path)!r} {problem} ({path.stat().st_size:,} bytes). {again}{REMEDY}"
        )
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename.rsplit("/", 1)[-1]: info for info in archive.infolist()}
            packed = {table: members[name] for name, table in FILES.items() if name in members}
            contents: dict[str, bytes] = {}
            for table, info in packed.items():
                # What a zip says about sizes need not be so: each is read to a limit.
                left = MOST_BYTES - sum(len(content) for content in contents.values())
                with archive.open(info) as member:
                    contents[table] = read_at_most(member, path.name, left)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, lzma.LZMAError) as error:
        # NotImplementedError, of ways of packing that Python has not, is a RuntimeError.
        raise InputError(
            f"{str(path)!r} is a damaged zip ({error}). Copy or download it again. {REMEDY}"
        ) from error
    return list(members), contents


def _digest(contents: Mapping[str, bytes]) -> str:
    """SHA-256 over the tables in order of their names: the same for a zip and a folder."""
    digest = hashlib.sha256()
    for table in sorted(contents):
        digest.update(f"{table} {hashlib.sha256(contents[table]).hexdigest()}\n".encode())
    return digest.hexdigest()


def _parse(table: str, content: bytes, path: Path) -> pd.DataFrame:
    header = content[: content.find(b"\n")] if b"\n" in content else content
    if content.count(b"\n") * (header.count(b",") + 1) > MOST_CELLS:
        raise InputError(f"{table}.csv of {str(path)!r} holds more than {MOST_CELLS:,} cells.")
    try:
        return pd.read_csv(io.BytesIO(content))
    except ValueError as error:  # of pandas' parser, and of text that is not UTF-8
        raise InputError(
            f"{table}.csv of {str(path)!r} cannot be read ({in_one_line(error)})."
        ) from error


def _check_complete(contents: Mapping[str, bytes], names: list[str], path: Path) -> None:
    missing = [f"{table}.csv" for table in NEEDED if table not in contents]
    if not missing:
        return
    remedy = REMEDY
    if RELEASE_ZIP in names:
        remedy = f"Extract the {RELEASE_ZIP} in it, and pass its path."
    elif "interaction_input.csv" in names:
        remedy = (
            "These are the files that a database is made from: extract them into a folder, run "
            "cellphonedb.utils.db_utils.create_db(folder), and pass the zip that it writes."
        )
    raise InputError(
        f"{str(path)!r} is no CellPhoneDB database: it lacks {listing(missing)}, and holds "
        f"{listing(names) or 'nothing'}. {remedy}"
    )
