"""GMT and GRP, the plain text formats of GSEA: names and genes, no weights."""

from __future__ import annotations

from pathlib import Path

from tmeatlas._errors import InputError, listing
from tmeatlas.sig._marks import from_marked, marked
from tmeatlas.sig._signature import Signature, SignatureSet


def read_gmt(text: str, path: Path) -> list[Signature]:
    """One signature per line: name, description, genes; tab separated."""
    signatures = []
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
            signatures.append(from_marked(fields[0], [gene for gene in fields[2:] if gene]))
        except InputError as error:
            raise InputError(f"{path.name!r} line {number}: {error}") from error
    return signatures


def read_grp(text: str, path: Path) -> list[Signature]:
    """One gene per line; the file is one signature, called as the file is."""
    lines = [line.strip() for line in text.split("\n")]
    genes = [line for line in lines if line and not line.startswith("#")]
    return [from_marked(path.stem, genes)] if genes else []


def gmt_text(signatures: SignatureSet) -> str:
    """What `read_gmt` reads: the title stands as the description."""
    lines = []
    for signature in signatures.values():
        description = " ".join(signature.title.split()) or "na"
        lines.append("\t".join([signature.id, description, *marked(signature)]))
    return "".join(f"{line}\n" for line in lines)


def grp_text(signatures: SignatureSet) -> str:
    """What `read_grp` reads, with the id as a comment in the first line."""
    if len(signatures) != 1:
        raise InputError(
            f"Expected one signature for a .grp file, found {len(signatures)}: "
            f"{listing(list(signatures))}. Write a .gmt file, or choose one: signatures['<id>']."
        )
    (signature,) = signatures.values()
    genes = marked(signature)
    comments = [gene for gene in genes if gene.startswith("#")]
    if comments:
        raise InputError(
            f"A .grp file cannot hold genes that begin with '#', its sign of a comment: "
            f"{listing(comments)}. Write a .gmt file."
        )
    return "".join(f"{line}\n" for line in [f"# {signature.id}", *genes])
