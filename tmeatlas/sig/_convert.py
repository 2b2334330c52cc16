"""Signatures under other gene names: current symbols, Ensembl ids, another organism."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas._guard import warn
from tmeatlas._log import say
from tmeatlas._text import counted
from tmeatlas.sig._load import as_signatures
from tmeatlas.sig._look_up import Found, LookUp, choose_look_up
from tmeatlas.sig._signature import Signature, SignatureSet

REPORT_COLUMNS = ("signature", "gene", "converted", "status", "candidates")


def convert(
    signatures: object,
    *,
    to: str = "current",
    orthologues: object = None,
    genes: pd.DataFrame | None = None,
) -> tuple[SignatureSet, pd.DataFrame]:
    """Rename the genes of signatures, with a report of every gene that does not stay as it is.

    Scoring finds former symbols and Ensembl ids by itself; conversion is for
    other tools, for other organisms, and to see what a list consists of.

    Parameters
    ----------
    signatures
        A set name, a file, a SignatureSet or ``{name: [genes]}``.
    to
        ``"current"``: former symbols, aliases and Ensembl ids become current
        symbols; names that mean several genes or none stay.
        ``"ensembl"``: Ensembl ids without version; genes without one are left
        out. Anything else names an organism, such as ``"mouse"`` or
        ``"human"``, and needs `orthologues`; genes without an orthologue are
        left out.
    orthologues
        ``{gene: [orthologues]}``; a DataFrame with the columns ``source`` and
        ``target``, or ``human_symbol`` and ``mouse_symbol``; or ``"liana"``
        (human and mouse; the table of HCOP is downloaded once) or
        ``"decoupler"`` (human to mouse; it downloads the table each time), with
        pairs that at least three resources support. A gene with up to five
        orthologues becomes all of them; one with more is left out.
    genes
        The table to look names up in, with the column ``symbol`` and any of
        ``ensembl_ids``, ``aliases`` (comma separated), ``ensembl_gene_id``,
        ``prev_symbol``, ``alias_symbol`` ("|" separated, as in HGNC's complete
        set). By default the genes of the built-in signatures and axes, which
        are human.

    Returns
    -------
    SignatureSet
        The signatures with their new genes, the weights moved along and
        `organism` brought up to date.
    DataFrame
        One row per signature and gene that does not simply stay: ``signature``,
        ``gene``, ``converted`` (its new names, comma separated; empty if left
        out), ``candidates`` (all names found for it) and ``status``:

        ``renamed``
            One other name.
        ``several``
            Several ids or orthologues; all are used.
        ``too many``
            More than five orthologues; left out.
        ``ambiguous``
            The name means several genes: it stays with ``"current"`` and is
            left out otherwise.
        ``unknown``
            Not in the table: stays with ``"current"``, left out otherwise.
        ``merged``
            Its new name is there already; counted once.
        ``conflict``
            Up and down genes get the same name, which is left out.

    Warns
    -----
    TMEWarning
        Names the signatures that are left out because none of their genes is left.

    Raises
    ------
    InputError
        No gene can be converted, or the table has other columns.
    DependencyError
        liana or decoupler is asked for and not installed.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> converted, report = tme.sig.convert({"mine": ["WISP2", "DCN", "no_gene"]})
    >>> converted["mine"].genes
    ('CCN5', 'DCN', 'no_gene')
    >>> report[["gene", "converted", "status"]].values.tolist()
    [['WISP2', 'CCN5', 'renamed'], ['no_gene', 'no_gene', 'unknown']]
    >>> converted, report = tme.sig.convert(
    ...     {"mine": ["GENE1", "GENE2"]}, to="mouse", orthologues={"GENE1": ["Gene1a", "Gene1b"]}
    ... )
    >>> converted["mine"].genes, converted["mine"].organism
    (('Gene1a', 'Gene1b'), 'mouse')
    """
    chosen = as_signatures(signatures)
    look_up = choose_look_up(chosen, to, orthologues, genes)
    organism = None if to in ("current", "ensembl") else to
    converted: list[Signature] = []
    rows: list[tuple[str, ...]] = []
    for signature in chosen.values():
        renamed, changes = _convert_one(signature, look_up, organism)
        rows.extend(changes)
        if renamed is not None:
            converted.append(renamed)
    result = SignatureSet(converted)
    _tell_of_empty(chosen, result, to)
    changed = counted(len(rows), "gene")
    say(f"{counted(len(result), 'signature')} converted to {to!r}: {changed} changed")
    return result, pd.DataFrame(rows, columns=list(REPORT_COLUMNS), dtype=str)


def _convert_one(
    signature: Signature, look_up: LookUp, organism: str | None
) -> tuple[Signature | None, list[tuple[str, ...]]]:
    """The signature with its new genes, or None where none is left; and the rows of the report."""
    found = {gene: look_up(gene) for gene in (*signature.genes, *signature.down)}
    up, down = (
        {name for gene in genes for name in found[gene].names}
        for genes in (signature.genes, signature.down)
    )
    # The names that each gene brings: what is claimed by both directions, or already there, falls.
    taken = up & down
    brings: dict[str, tuple[str, ...]] = {}
    for gene, (names, _, _) in found.items():
        brings[gene] = tuple(name for name in names if name not in taken)
        taken.update(names)
    changes = list(_report(signature.id, found, brings, conflicts=up & down))
    if not any(brings.values()):
        return None, changes
    renamed = replace(
        signature,
        genes=tuple(name for gene in signature.genes for name in brings[gene]),
        down=tuple(name for gene in signature.down for name in brings[gene]),
        weights={n: weight for gene, weight in signature.weights.items() for n in brings[gene]},
        organism=organism or signature.organism,
    )
    return renamed, changes


def _report(
    signature_id: str,
    found: dict[str, Found],
    brings: dict[str, tuple[str, ...]],
    *,
    conflicts: set[str],
) -> Iterator[tuple[str, ...]]:
    for gene, (names, status, candidates) in found.items():
        if conflicts.intersection(names):
            status = "conflict"
        elif names and not brings[gene]:
            status = "merged"
        elif status == "renamed" and names == (gene,):
            continue
        listed = ", ".join(candidates or names)
        yield (signature_id, gene, ", ".join(brings[gene]), status, listed)


def _tell_of_empty(chosen: SignatureSet, result: SignatureSet, to: str) -> None:
    empty = [name for name in chosen if name not in result]
    if not empty:
        return
    what = f"No gene is left of {listing(empty, limit=50)} after conversion to {to!r}"
    if not result:
        raise InputError(f"{what}. Check that the table has the names of these genes.")
    warn(f"{what}; left out.")
