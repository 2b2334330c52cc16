"""GMT and GRP, the plain text formats of GSEA: names and genes, no weights of our own."""

from __future__ import annotations

import math
import re
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tmeatlas._errors import InputError, TMEWarning, listing
from tmeatlas.sig._marks import from_marked, marked
from tmeatlas.sig._signature import Signature, SignatureSet

ODD = re.compile(r'[\s,;]|^".*"$')
"""In place of a gene: several of them, one with a weight, or one in quotes."""
NAMED = 10
"""Signatures that a warning spells out."""


def read_gmt(text: str, path: Path) -> list[Signature]:
    """One signature per line: name, description, genes; tab separated.

    Where every gene has a number behind a comma, as in files of Enrichr, that
    is its weight.
    """
    signatures = []
    twice: dict[str, list[str]] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) < 3:
            raise InputError(
                f"{path.name!r} line {number}: expected a name, a description and genes, "
                f"tab separated; found {len(fields)} field(s)."
            )
        try:
            genes = _once(fields[0], [gene for gene in fields[2:] if gene], twice)
            signatures.append(from_marked(fields[0], _weights(genes) or _plain(genes)))
        except InputError as error:
            raise InputError(f"{path.name!r} line {number}: {error}") from error
    _warn_of_genes_given_twice(twice, path)
    return signatures


def read_grp(text: str, path: Path) -> list[Signature]:
    """One gene per line; the file is one signature, called as the file is."""
    lines = [line.strip() for line in text.split("\n")]
    twice: dict[str, list[str]] = {}
    genes = _once(path.stem, [line for line in lines if line and line[0] != "#"], twice)
    if not genes:
        return []
    try:
        signature = from_marked(path.stem, _plain(genes))
    except InputError as error:
        raise InputError(f"{path.name!r}: {error}") from error
    _warn_of_genes_given_twice(twice, path)
    return [signature]


def gmt_text(signatures: SignatureSet) -> str:
    """What `read_gmt` reads: the title stands as the description."""
    lines = []
    for signature in signatures.values():
        description = " ".join(signature.title.split()) or "na"
        lines.append("\t".join([signature.id, description, *_plain(marked(signature))]))
    return "".join(f"{line}\n" for line in lines)


def grp_text(signatures: SignatureSet) -> str:
    """What `read_grp` reads, with the id as a comment in the first line."""
    if len(signatures) != 1:
        raise InputError(
            f"Expected one signature for a .grp file, found {len(signatures)}: "
            f"{listing(list(signatures))}. Write a .gmt file, or choose one: signatures['<id>']."
        )
    (signature,) = signatures.values()
    genes = _plain(marked(signature))
    comments = [gene for gene in genes if gene.startswith("#")]
    if comments:
        raise InputError(
            f"A .grp file cannot hold genes that begin with '#', its sign of a comment: "
            f"{listing(comments)}. Write a .gmt file."
        )
    return "".join(f"{line}\n" for line in [f"# {signature.id}", *genes])


def _once(name: str, genes: Sequence[str], twice: dict[str, list[str]]) -> list[str]:
    """Each gene at its first place; those given again are noted in `twice`."""
    again = [gene for gene, count in Counter(genes).items() if count > 1]
    if again:
        twice[name] = again
    return list(dict.fromkeys(genes))


def _warn_of_genes_given_twice(twice: dict[str, list[str]], path: Path) -> None:
    """One message per file: published sets hold such genes, and their meaning is clear."""
    if twice:
        named = [f"{listing(genes)} in {name!r}" for name, genes in list(twice.items())[:NAMED]]
        more = [f"{len(twice) - NAMED} more signatures"] if len(twice) > NAMED else []
        warnings.warn(
            f"{path.name!r} gives genes more than once, and each counts once: "
            f"{'; '.join(named + more)}.",
            TMEWarning,
            stacklevel=5,
        )


def _weights(genes: Sequence[str]) -> dict[str, float]:
    """Gene → weight where each entry is "GENE,1.0"; empty otherwise."""
    weights = {}
    for entry in genes:
        gene, _, number = entry.rpartition(",")
        try:
            weights[gene] = float(number)
        except ValueError:
            return {}
        if not gene or not math.isfinite(weights[gene]):
            return {}
    return weights if len(weights) == len(genes) else {}


def _plain(genes: Sequence[str]) -> Sequence[str]:
    """`genes`, if the two formats can hold them so that their meaning is certain."""
    odd = [gene for gene in genes if ODD.search(gene)]
    if odd:
        raise InputError(
            "Expected one gene per entry, without blanks, commas, semicolons and quotes around "
            f"it; found {listing(odd)}. Write each gene as an entry of its own, tab separated in "
            "a .gmt file, on a line of its own in a .grp file. Names that hold such signs need a "
            ".yaml, .json or .csv file."
        )
    return genes
