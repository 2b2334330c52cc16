"""Loading signatures: the built-in ones, and whatever users hand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pandas as pd

from tmeatlas._errors import InputError, MissingKeyError, listing, nearest, unknown
from tmeatlas._folder import signature_folder
from tmeatlas._log import say
from tmeatlas.sig._marks import from_marked
from tmeatlas.sig._nets import from_net
from tmeatlas.sig._read import read, read_file
from tmeatlas.sig._signature import Signature, SignatureSet
from tmeatlas.sig._unknown import NO_M_MDSC, about_signature

NOT_SIGNATURES = {"axes", "lineages", "drug_targets", "phenotype", "states"}


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
    SignatureSet, one Signature or several, a net of decoupler, or a mapping
    of names to genes.
    """
    if isinstance(given, SignatureSet):
        return given
    if isinstance(given, Signature):
        return SignatureSet([given])
    if isinstance(given, Path) or (isinstance(given, str) and Path(given).suffix):
        return read(given)
    if isinstance(given, str):
        return load(given)
    if isinstance(given, pd.DataFrame):
        return SignatureSet(from_net(given))
    if isinstance(given, Mapping):
        return SignatureSet(from_marked(str(name), genes) for name, genes in given.items())
    if isinstance(given, Iterable):
        items = list(given)
        if items and all(isinstance(item, Signature) for item in items):
            return SignatureSet(items)
        if items and all(isinstance(item, str) for item in items):
            return _with_ids(items)
    raise InputError(
        "Expected signatures as a set name ('core', 'all'), a file (.gmt, .yaml, .csv), a "
        "SignatureSet, a net of decoupler (DataFrame with source and target), or a dict "
        f"{{name: [genes]}}; found {type(given).__name__}."
    )


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
