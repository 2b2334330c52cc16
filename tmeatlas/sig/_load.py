"""Loading signatures: the built-in ones, and whatever users hand in."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Set
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas._errors import InputError, MissingKeyError, listing, nearest, unknown
from tmeatlas._folder import signature_folder
from tmeatlas._log import say
from tmeatlas.sig._entries import add_entries
from tmeatlas.sig._marks import from_marked
from tmeatlas.sig._read import read, read_file
from tmeatlas.sig._repairs import Repairs
from tmeatlas.sig._signature import Signature, SignatureSet
from tmeatlas.sig._tables import from_frame
from tmeatlas.sig._unknown import NO_M_MDSC, about_signature

EXPECTED = (
    "Expected signatures as a set name ('core', 'all'), a file (.gmt, .yaml, .csv), a "
    "SignatureSet, a table (DataFrame with source and target, or one column per signature), or a "
    "dict {name: [genes]}"
)
GIVEN = "The signatures"
ENTRY = {"id", "genes"}
"""The fields that tell one entry of a file from a mapping of names to genes."""
NOT_SIGNATURES = {"axes", "cancers", "drivers", "drug_targets", "lineages", "phenotype", "states"}


def load(
    which: str = "all", *, compartment: str | None = None, tier: str | None = None
) -> SignatureSet:
    """Load built-in signatures.

    Parameters
    ----------
    which
        ``"core"``, the recommended set with one to a few signatures per
        compartment; ``"all"``; or the id of one signature.
    compartment
        Only the signatures of this compartment, such as ``"caf"``. ``"mdsc"``
        has no M-MDSC signature: no human list of them could be confirmed in any
        source.
    tier
        Only this tier: ``"core"``, ``"standard"`` or ``"extended"``.

    Returns
    -------
    SignatureSet
        Signatures by id, ordered by compartment file.

    Raises
    ------
    MissingKeyError
        No such set, signature, compartment or tier; names the nearest.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.sig.load("core")["caf_mycaf"].marks
    'caf_mycaf'
    """
    builtin = _builtin()
    if which == "all":
        chosen = builtin
    elif which == "core":
        chosen = builtin.select(tier="core")
    elif which in builtin:
        chosen = SignatureSet([builtin[which]])
    else:
        raise _unknown_signature(which)
    if compartment == "mdsc":
        say(NO_M_MDSC)
    return chosen.select(compartment=compartment, tier=tier)


def _unknown_signature(name: object) -> MissingKeyError:
    """The error for what is neither a set nor a built-in signature."""
    builtin = _builtin()
    compartments = {signature.compartment for signature in builtin.values()}
    return unknown(
        "signature set or signature",
        str(name),
        ["core", "all", *builtin],
        remedy=about_signature(str(name), compartments),
    )


@cache
def _builtin() -> SignatureSet:
    signatures: list[Signature] = []
    for path in sorted(signature_folder().glob("*.yaml")):
        if path.stem not in NOT_SIGNATURES:
            signatures.extend(read_file(path))
    return SignatureSet(signatures)


def as_signatures(given: object) -> SignatureSet:
    """Whatever users call signatures, as a SignatureSet.

    A set name ("core", "all") or signature id, a path of a file, a
    SignatureSet, one Signature or several, a table (a net of decoupler, or any
    that can be read from a file), or a mapping of names to genes.
    """
    if isinstance(given, SignatureSet):
        return given
    if isinstance(given, Signature):
        return SignatureSet([given])
    if isinstance(given, os.PathLike) or (isinstance(given, str) and _is_path(given)):
        return read(given)
    if isinstance(given, str):
        return load(given)
    if isinstance(given, np.ndarray) and given.dtype.names:
        given = pd.DataFrame.from_records(given)  # As scanpy keeps the names of markers.
    if isinstance(given, pd.DataFrame):
        return SignatureSet(from_frame(given))
    if isinstance(given, Mapping) and not set(given) >= ENTRY:
        return _from_pairs(given.items())
    if isinstance(given, pd.Series):
        return _from_series(given)
    if isinstance(given, Mapping):
        return _from_entries([given])
    if isinstance(given, Iterable):
        items = sorted(given, key=str) if isinstance(given, Set) else list(given)
        if items and all(isinstance(item, Signature) for item in items):
            return SignatureSet(items)
        if items and all(isinstance(item, str) for item in items):
            return _with_ids([str(item) for item in items])
        if items and all(isinstance(item, Mapping) for item in items):
            return _from_entries(items)
        if items and all(isinstance(item, tuple) and len(item) == 2 for item in items):
            return _from_pairs(items)
    raise InputError(f"{EXPECTED}; found {type(given).__name__}.")


def _is_path(text: str) -> bool:
    """Whether a string means a file: it has an ending or a folder, or is that of one here."""
    if text in _builtin() or text in ("core", "all"):
        return False
    has_folder = os.sep in text and os.path.exists(os.path.dirname(text))
    return bool(Path(text).suffix) or has_folder or os.path.isfile(text)


def _from_pairs(pairs: Iterable[tuple[object, object]]) -> SignatureSet:
    """Names with their genes; what is no list of genes is left out, and said."""
    repairs = Repairs(GIVEN)
    for name, genes in pairs:
        repairs.add(name, partial(_from_genes, repairs, genes))
    return SignatureSet(repairs.finish())


def _from_genes(repairs: Repairs, genes: object, name: str) -> Signature:
    if isinstance(genes, pd.Series) and pd.api.types.is_float_dtype(genes.dtype):
        genes = dict(genes.items())  # Genes as the index, weights as the values.
    if isinstance(genes, Mapping) and genes and set(genes) <= {"up", "down"}:
        sides = {side: tuple(map(str, repairs.genes(name, genes[side]))) for side in genes}
        return Signature(id=name, genes=sides.get("up", ()), down=sides.get("down", ()))
    if isinstance(genes, pd.DataFrame):
        raise InputError(
            "expected a list of genes, found a DataFrame. Pass its column of genes, or the table "
            "itself as the signatures"
        )
    if isinstance(genes, Iterable) and not isinstance(genes, str | bytes | Signature | Mapping):
        listed = sorted(genes, key=str) if isinstance(genes, Set) else list(genes)
        genes = repairs.genes(name, listed)
    return from_marked(name, genes)


def _from_entries(entries: Iterable[Mapping[Any, Any]]) -> SignatureSet:
    repairs = Repairs(GIVEN)
    add_entries(repairs, [dict(entry) for entry in entries])
    return SignatureSet(repairs.finish())


def _from_series(series: pd.Series) -> SignatureSet:
    """Lists of genes by their names; or genes, whose names are the index or that of the series."""
    values = series.tolist()
    if pd.api.types.is_float_dtype(series.dtype) and isinstance(series.name, str):
        return _from_pairs([(series.name, series)])
    if values and not any(isinstance(value, str) for value in values):
        return _from_pairs(zip(series.index.tolist(), values, strict=True))
    if isinstance(series.name, str) and isinstance(series.index, pd.RangeIndex):
        return _from_pairs([(series.name, values)])
    if series.index.inferred_type in ("string", "categorical"):
        table = pd.DataFrame({"source": series.index.tolist(), "target": values})
        return SignatureSet(from_frame(table))
    raise InputError(f"{EXPECTED}; found a Series without a name. Give it one: {{name: genes}}.")


def _with_ids(ids: list[str]) -> SignatureSet:
    """The built-in signatures of these ids; a bare list of genes has no name for its score."""
    builtin = _builtin()
    strangers = [name for name in ids if name not in builtin]
    if len(strangers) == len(ids):
        raise InputError(
            f"Expected ids of built-in signatures, found {listing(ids)}; nearest to the first: "
            f"{nearest(ids[0], builtin)[0]!r}. If these are genes, give their list a name: "
            "{'my_signature': [...]}."
        )
    if strangers:
        raise _unknown_signature(strangers[0])
    return SignatureSet(builtin[name] for name in ids)
