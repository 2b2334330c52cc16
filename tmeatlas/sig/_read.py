"""Reading signatures from files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tmeatlas._asker import remedy
from tmeatlas._errors import InputError, listing
from tmeatlas._files import check_input_file
from tmeatlas.sig._entries import read_json, read_yaml
from tmeatlas.sig._gene_sets import read_gmt, read_grp
from tmeatlas.sig._signature import Signature, SignatureSet
from tmeatlas.sig._tables import read_table

READERS: dict[str, Callable[[str, Path], list[Signature]]] = {
    ".gmt": read_gmt,
    ".grp": read_grp,
    ".yaml": read_yaml,
    ".yml": read_yaml,
    ".json": read_json,
    ".csv": read_table,
    ".tsv": read_table,
}


def read(path: str | Path) -> SignatureSet:
    r"""Read signatures from a file.

    Parameters
    ----------
    path
        The ending tells the format; text is UTF-8, with the line ends of any
        system.

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
            optionally ``weight``, as the nets of decoupler (``set``, ``gene``
            and ``mor`` will do, as will ``gs_name`` and ``gene_symbol`` of
            msigdbr); or one column of genes per signature, headed by its id.

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
        The file is not in the format of its ending, or holds no signature.
    MissingKeyError
        There is no such file, or an entry has a field of an unknown name.

    Warns
    -----
    TMEWarning
        A .gmt or .grp file gives a gene more than once in a list, as published
        ones do; it counts once. In the other formats this is an error.

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
    if not isinstance(path, str | Path):
        raise InputError(
            f"Expected the path of a signature file, found {path!r}."
            + remedy(python=" The built-in signatures come from tme.sig.load().")
        )
    file = check_input_file(path)
    if file.is_dir():
        inside = sorted(item.name for item in file.iterdir() if item.suffix.lower() in READERS)
        raise InputError(
            f"Expected a signature file, found the folder {file.name!r}. "
            + (f"Name one of its files: {listing(inside)}." if inside else "It holds none.")
        )
    if file.suffix.lower() not in READERS:
        raise InputError(
            f"Expected a signature file ending in {', '.join(READERS)}, found {file.name!r}."
        )
    signatures = read_file(file)
    if not signatures:
        raise InputError(f"{file.name!r} holds no signature.")
    return SignatureSet(signatures)


def read_file(file: Path) -> list[Signature]:
    """The signatures of a file with a known ending."""
    try:
        # Spreadsheets put a byte order mark before the first name.
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{file.name!r} cannot be read as text: {error}. Save it with the encoding UTF-8."
        ) from error
    return READERS[file.suffix.lower()](text, file)
