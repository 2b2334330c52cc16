"""GMT and GRP, the plain text formats of GSEA: names and genes, no weights of our own."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from tmeatlas._errors import InputError, listing
from tmeatlas.sig._layout import is_gene
from tmeatlas.sig._marks import from_marked, marked
from tmeatlas.sig._repairs import Repairs
from tmeatlas.sig._signature import Signature, SignatureSet
from tmeatlas.sig._validity import shortened

ODD = re.compile(r'[\s,;]|^".*"$')
"""In place of a gene: several of them, one with a weight, or one in quotes."""
QUOTED = re.compile(r'^".*"$')
COMMENT = "#"
LONGEST_GENE = 100
"""Letters; what is longer is a sentence or a sequence."""
NAME_HEADINGS = {
    "name",
    "id",
    "set",
    "setname",
    "geneset",
    "genesetname",
    "gsname",
    "term",
    "pathway",
}
GENE_HEADINGS = {
    "gene",
    "genes",
    "gene1",
    "symbol",
    "symbols",
    "genesymbol",
    "genesymbols",
    "members",
}


def read_gmt(text: str, path: Path) -> list[Signature]:
    """One signature per line: name, description, genes; tab separated.

    Where every gene has a number behind a comma, as in files of Enrichr, that
    is its weight. A first line of headings and lines that begin with "#" are
    left out.
    """
    repairs = Repairs(repr(path.name))
    lines: list[tuple[str, list[str]]] = []
    for number, line in enumerate(text.split("\n"), start=1):
        fields = unquoted([field.strip() for field in line.split("\t")])
        if not any(fields) or (fields[0].startswith(COMMENT) and len(fields) < 3):
            continue
        if fields[0].startswith(COMMENT):
            entry = f"line {number}, {shortened(fields[0])}"
            repairs.note("read as comments, for their '#'", entry)
        elif not lines and _are_headings(fields):
            repairs.note("read as headings", f"line {number}")
        else:
            lines.append((f"line {number}", fields))
    if _lack_descriptions([fields for _, fields in lines]):
        repairs.note("read as lists without descriptions, for the genes in their place", "all")
        lines = [(place, [fields[0], "", *fields[1:]]) for place, fields in lines]
    for place, fields in lines:
        add_fields(repairs, fields, place)
    return repairs.finish()


def _lack_descriptions(lines: list[list[str]]) -> bool:
    """Whether each line has a gene where its description should be, and not that of its name."""
    return bool(lines) and all(
        len(fields) > 2 and is_gene(fields[1]) and fields[1].lower() not in fields[0].lower()
        for fields in lines
    )


def add_fields(repairs: Repairs, fields: Sequence[str], place: str) -> None:
    """The signature in the fields of a line: its name, a description, and genes."""

    def make(key: str) -> Signature:
        if len(fields) < 3:
            raise InputError(
                "expected a name, a description and genes, tab separated; found "
                f"{len(fields)} field(s)"
            )
        given = [gene for gene in fields[2:] if gene]
        return of_plain(repairs, key, repairs.genes(key, given))

    repairs.add(fields[0], make, place=place)


def read_grp(text: str, path: Path) -> list[Signature]:
    """One gene per line; the file is one signature, called as the file is.

    Files of MSigDB begin with the name of the set and a comment.
    """
    lines = [unquoted([line.strip()])[0] for line in text.split("\n")]
    repairs = Repairs(repr(path.name))
    if "_" in lines[0] and len(lines) > 1 and lines[1].startswith(COMMENT):
        name = lines.pop(0)
        if name.lower() != plain_stem(path).lower():
            repairs.note("the first line was read as the name of the list", shortened(name))
    genes = [line for line in lines if line and not line.startswith(COMMENT)]
    if genes and genes[0].lower() in GENE_HEADINGS:
        repairs.note("the first line was read as a heading", shortened(genes.pop(0)))
    if not genes:
        return []
    repairs.add(
        plain_stem(path),
        lambda key: of_plain(repairs, key, repairs.genes(key, genes)),
    )
    return repairs.finish()


def gmt_text(signatures: SignatureSet) -> str:
    """What `read_gmt` reads: the title stands as the description."""
    lines = []
    for signature in signatures.values():
        description = " ".join(signature.title.split()) or "na"
        if signature.id.startswith(COMMENT):
            raise InputError(
                f"A .gmt file cannot hold a signature that begins with '#', its sign of a comment: "
                f"{signature.id!r}. Rename it, or write a .yaml file."
            )
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
    comments = [gene for gene in genes if gene.startswith(COMMENT)]
    if comments:
        raise InputError(
            f"A .grp file cannot hold genes that begin with '#', its sign of a comment: "
            f"{listing(comments)}. Write a .gmt file."
        )
    return "".join(f"{line}\n" for line in [f"# {signature.id}", *genes])


def unquoted(fields: list[str]) -> list[str]:
    """Fields without the quotes of a spreadsheet, where all genes of a line have them."""
    genes = [field for field in fields[2:] or fields if field]
    if not genes or not all(QUOTED.match(gene) for gene in genes):
        return fields
    return [
        field[1:-1].replace('""', '"').strip() if QUOTED.match(field) else field for field in fields
    ]


def plain_stem(path: Path) -> str:
    """The name of a file without its endings."""
    return path.name.removesuffix(".gz").removesuffix(".GZ").rsplit(".", 1)[0] or path.name


def _are_headings(fields: Sequence[str]) -> bool:
    """Whether a line has words such as "name", "description" and "genes"."""
    plain = [re.sub("[^a-z]", "", field.lower()) for field in fields]
    return len(plain) > 2 and plain[0] in NAME_HEADINGS and plain[2] in GENE_HEADINGS


def of_plain(repairs: Repairs, key: str, given: Sequence[object]) -> Signature:
    """A signature of genes, of "GENE,1.0", or of the genes among other entries."""
    genes = [gene for gene in given if isinstance(gene, str)]
    if len(genes) < len(given):  # Numbers, such as those of Entrez, or what is no gene.
        return from_marked(key, given)
    weights = _weights(genes)
    if weights:
        return from_marked(key, weights)
    odd = [gene for gene in genes if ODD.search(gene) or len(gene) > LONGEST_GENE]
    if odd and 2 * len(odd) >= len(genes):
        _plain(genes)
    for gene in odd:
        repairs.note("entries that are no gene were left out", f"{shortened(gene)} in {key!r}")
    return from_marked(key, [gene for gene in genes if gene not in odd])


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
    odd = [gene for gene in genes if ODD.search(gene) or len(gene) > LONGEST_GENE]
    if odd:
        raise InputError(
            "Expected one gene per entry, without blanks, commas, semicolons and quotes around "
            f"it; found {_first(odd)}. Write each gene as an entry of its own, tab separated in "
            "a .gmt file, on a line of its own in a .grp file. Names that hold such signs need a "
            ".yaml, .json or .csv file."
        )
    return genes


def _first(entries: Sequence[str]) -> str:
    more = f" and {len(entries) - 3} more" if len(entries) > 3 else ""
    return f"{', '.join(map(shortened, entries[:3]))}{more}"
