"""Loading signatures: the built-in ones, and whatever users hand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pandas as pd

from tmeatlas._errors import InputError, unknown
from tmeatlas.sig._folder import signature_folder
from tmeatlas.sig._marks import from_marked
from tmeatlas.sig._read import read, read_file
from tmeatlas.sig._signature import Signature, SignatureSet
from tmeatlas.sig._tables import from_net

NOT_SIGNATURES = {"axes", "lineages", "drug_targets"}
M_MDSC = re.compile(r"m[\W_]*mdsc|mdsc[\W_]*m(o|onocytic)?$", re.IGNORECASE)


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
        Only the signatures of this compartment, such as ``"caf"``.
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
    >>> tme.sig.load("core")["hypoxia_buffa15"].compartment
    'hypoxia'
    """
    builtin = _builtin()
    if which == "all":
        chosen = builtin
    elif which == "core":
        chosen = builtin.select(tier="core")
    elif which in builtin:
        chosen = SignatureSet([builtin[which]])
    else:
        # The question is a common one, and the answer is that nobody has a list.
        remedy = (
            "No human M-MDSC list could be confirmed in any source, so there is none; "
            "signatures/README.md says more."
            if M_MDSC.search(str(which))
            else ""
        )
        raise unknown("signature set or signature", which, ["core", "all", *builtin], remedy=remedy)
    return chosen.select(compartment=compartment, tier=tier)


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
            # A list of ids; a bare list of genes has no name to store its score under.
            builtin = _builtin()
            if any(item in builtin for item in items):
                return SignatureSet(builtin[item] for item in items)
    raise InputError(
        "Expected signatures as a set name ('core', 'all'), a file (.gmt, .yaml, .csv), a "
        "SignatureSet, a net of decoupler (DataFrame with source and target), or a dict "
        f"{{name: [genes]}}; found {type(given).__name__}."
    )
