"""Reading signatures from files."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from tmeatlas._asker import remedy
from tmeatlas._errors import InputError, listing
from tmeatlas._files import check_input_file
from tmeatlas._text_files import read_text
from tmeatlas.sig._entries import read_json, read_yaml
from tmeatlas.sig._gene_sets import COMMENT, read_gmt, read_grp
from tmeatlas.sig._headings import are_headings
from tmeatlas.sig._layout import LIST_SIGNS, is_gene
from tmeatlas.sig._signature import Signature, SignatureSet
from tmeatlas.sig._tables import read_table

SPREADSHEETS = (".xlsx", ".xls", ".xlsm", ".ods")
NAMED_LIST = re.compile(r"[^:,;\t]+:\s*[^:\s]")
"""A name and its genes, as people note them: "CAF: DCN, LUM"."""
DESCRIPTION = re.compile(r"(na|https?:.*|> .*)?$", re.IGNORECASE)
"""What stands beside the names of sets in files of GSEA and Enrichr."""


def read(path: str | os.PathLike[str]) -> SignatureSet:
    r"""Read signatures from a file.

    Parameters
    ----------
    path
        The ending tells the format, also before a ``.gz``. Text is UTF-8, or
        UTF-16 with a byte order mark, with the line ends of any system.

        ``.gmt``
            One signature per line: name, description, genes; tab separated.
            Genes as ``"DCN,1.0"``, as Enrichr writes them, have a weight.
        ``.grp``
            One gene per line, "#" begins a comment; the name of the file is
            the id.
        ``.yaml``, ``.json``
            Entries in the format of `signatures/schema.json`, where only
            ``id`` and ``genes`` are needed; or a mapping of names to lists of
            genes; or the JSON files of MSigDB.
        ``.csv``, ``.tsv``
            One row per gene with the columns ``source``, ``target`` and
            optionally ``weight``, as the nets of decoupler; or with those of
            MSigDB's tables (``geneset`` and ``genesymbol``, ``gs_name`` and
            ``gene_symbol``), of markers as Seurat (``cluster``, ``gene``) and
            scanpy (``group``, ``names``) give them, of PanglaoDB and CellMarker
            (``cell type``, ``official gene symbol``). Of markers with
            statistics, the genes with a positive effect and an adjusted p
            below 0.05 are read. Or one column of genes per signature, headed
            by its id; or, as in GMT, one row.
        ``.txt``
            A list as ``.grp``, sets as ``.gmt``, or a table, as it comes.

        Tables without headings are read where their columns can be told
        apart, and the names of columns that are used are said.

    Returns
    -------
    SignatureSet
        In the order of the file. In lists of genes, a trailing "-" marks a
        down gene and a trailing "+" is dropped, as UCell writes them. In a net
        whose weights differ in sign alone, those with a negative one are down
        genes; weights of both signs and of several sizes are one list, in which
        each gene counts by its weight. Signatures are taken for human ones
        unless the file says otherwise.

    Raises
    ------
    InputError
        The file is not in the format of its ending, is no regular file, is too
        large or nested too deeply, or no entry of it can be read.
    MissingKeyError
        There is no such file, or the only entry has a field of an unknown name.

    Warns
    -----
    TMEWarning
        Once for a file: names that files and columns could not hold, and were
        changed; genes that are given more than once, and count once; gaps
        among genes; and entries that were left out, with the reason.

    Examples
    --------
    >>> import tmeatlas as tme, pathlib
    >>> _ = pathlib.Path("mine.gmt").write_text("my_caf\tmine\tDCN\tLUM\n")
    >>> tme.sig.read("mine.gmt")["my_caf"].genes
    ('DCN', 'LUM')
    >>> _ = pathlib.Path("net.csv").write_text("source,target,weight\na,DCN,2\na,LUM,-1\n")
    >>> tme.sig.read("net.csv")["a"].signed_weights()
    {'DCN': 2.0, 'LUM': -1.0}
    """
    if not isinstance(path, str | os.PathLike):
        raise InputError(
            f"Expected the path of a signature file, found {path!r}."
            + remedy(python=" The built-in signatures come from tme.sig.load().")
        )
    file = check_input_file(Path(path))
    if file.is_dir():
        inside = sorted(item.name for item in file.iterdir() if _ending(item) in READERS)
        raise InputError(
            f"Expected a signature file, found the folder {file.name!r}. "
            + (f"Name one of its files: {listing(inside)}." if inside else "It holds none.")
        )
    ending = _ending(file)
    if ending in SPREADSHEETS:
        raise InputError(
            f"{file.name!r} is a spreadsheet. Save the sheet with the gene sets as CSV (UTF-8) and "
            "pass the path to that."
        )
    if ending not in READERS:
        raise InputError(
            f"Expected a signature file ending in {', '.join(filter(None, READERS))}, also with "
            f".gz behind it, found {file.name!r}."
        )
    signatures = read_file(file)
    if not signatures:
        raise InputError(f"{file.name!r} holds no signature.")
    return SignatureSet(signatures)


def read_file(file: Path) -> list[Signature]:
    """The signatures of a file with a known ending."""
    text = read_text(file, remedy=f"Expected {KINDS.get(_ending(file), 'text')}, in UTF-8.")
    return READERS[_ending(file)](text, file)


def read_any(text: str, path: Path) -> list[Signature]:
    """A file whose ending says nothing: a list of genes, sets as in GMT, or a table."""
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith(COMMENT)]
    if text.lstrip().startswith(("{", "[")):
        return read_json(text, path)
    if lines and all(NAMED_LIST.match(line) for line in lines):
        fields = (LIST_SIGNS.sub("\t", line.replace(":", "\t\t", 1)) for line in lines)
        return read_gmt("\n".join(fields), path)
    if not any(sign in line for line in lines for sign in "\t,;"):
        return read_grp(text, path)
    rows = [line.split("\t") for line in lines]
    width = len(rows[0]) if rows else 0
    is_table = are_headings(rows[0]) or all(len(row) <= width for row in rows)
    has_genes = width > 2 and any(is_gene(cell.strip()) for cell in rows[0][2:])
    described = all(len(row) > 2 and DESCRIPTION.match(row[1].strip()) for row in rows)
    if width > 2 and (has_genes or described or not is_table):
        return read_gmt(text, path)
    return read_table(text, path)


def _ending(file: Path) -> str:
    """The ending that tells the format, in lower case; that before a .gz."""
    name = file.name.lower()
    return Path(name.removesuffix(".gz")).suffix


READERS: dict[str, Callable[[str, Path], list[Signature]]] = {
    ".gmt": read_gmt,
    ".grp": read_grp,
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".json": read_json,
    ".csv": read_table,
    ".tsv": read_table,
    ".tab": read_table,
    ".txt": read_any,
    "": read_any,
}
KINDS = {
    **dict.fromkeys((".gmt", ".grp"), "gene sets as plain text"),
    **dict.fromkeys((".yaml", ".yml"), "YAML"),
    ".json": "JSON",
    ".csv": "a table as CSV",
}
