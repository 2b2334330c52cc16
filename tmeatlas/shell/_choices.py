"""Values of options that are more than one word."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tmeatlas._errors import InputError, MissingKeyError, in_one_line, unknown

if TYPE_CHECKING:
    import pandas as pd

    from tmeatlas.sig import Signature, SignatureSet


def choose_signatures(given: Sequence[str]) -> SignatureSet:
    """Sets, ids, compartments and files, in that order, each signature once."""
    from tmeatlas.sig import SignatureSet

    chosen: dict[str, Signature] = {}
    for item in (part for text in given for part in _parts(text)):
        for signature in _named(item).values():
            if chosen.setdefault(signature.id, signature) != signature:
                raise InputError(
                    f"Two signatures are called {signature.id!r}; the other is in {item!r}. Leave "
                    "one out, or rename it in the file."
                )
    if not chosen:
        raise InputError("Expected gene signatures after --signatures, found nothing.")
    return SignatureSet(chosen.values())


def _parts(text: str) -> list[str]:
    """What stands between commas; the name of a file may have some itself."""
    if os.path.isfile(os.path.expanduser(text)):  # of any length, where that of Path raises
        return [text]
    return [part.strip() for part in text.split(",") if part.strip()]


def _named(item: str) -> SignatureSet:
    from tmeatlas.sig import as_signatures, load

    if Path(item).suffix:
        return as_signatures(item)
    library = load("all")
    if item in ("core", "all") or item in library:
        return load(item)
    compartments = dict.fromkeys(signature.compartment for signature in library.values())
    if item in compartments:
        return load("all", compartment=item)
    try:
        return load(item)  # says what else it may be
    except MissingKeyError as error:
        if "M-MDSC" in str(error):
            raise
    raise unknown(
        "signature, compartment or set called",
        item,
        ["core", "all", *library, *compartments],
        remedy="`tmeatlas signatures` lists all of them; a file ends in .gmt, .grp, .yaml, .json, "
        ".csv or .tsv.",
    )


def read_pairs(given: Sequence[str] | None, flag: str) -> dict[str, str]:
    """``NAME=VALUE``, many times; a name may have an equals sign in it, a value has none."""
    pairs = {}
    for text in given or ():
        name, sign, value = text.rpartition("=")
        if not sign or not name.strip() or not value.strip():
            raise InputError(f"Expected {flag} NAME=VALUE, found {text!r}.")
        pairs[name.strip()] = value.strip()
    return pairs


def read_numbers(given: Sequence[str] | None, flag: str) -> dict[str, float]:
    """``NAME=NUMBER``, many times."""
    numbers = {}
    for name, value in read_pairs(given, flag).items():
        try:
            numbers[name] = int(value) if value.isdecimal() else float(value)
        except ValueError:
            raise InputError(f"Expected a number after {flag} {name}=, found {value!r}.") from None
    return numbers


def read_genes_table(path: str, flag: str) -> pd.DataFrame:
    """A table of genes, one per row, named by its first column."""
    import pandas as pd

    from tmeatlas._files import check_input_file
    from tmeatlas._text_files import read_text, separator_of

    file = check_input_file(path)
    try:
        text = read_text(file)
        separator = separator_of(text.split("\n", 1)[0], file)
        return pd.read_csv(io.StringIO(text), sep=separator, index_col=0)
    except (OSError, ValueError) as error:
        raise InputError(
            f"Expected a table (.csv, .tsv) of genes after {flag}; {file.name!r} cannot be read as "
            f"one: {in_one_line(error)}"
        ) from error
