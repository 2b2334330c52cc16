"""The command `signatures`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from tmeatlas.shell._app import command
from tmeatlas.shell._console import close_stdout, stdout

if TYPE_CHECKING:
    from tmeatlas.sig import Signature, SignatureSet


@command("tmeatlas signatures --compartment caf")
def signatures(
    name: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Show this signature in full, such as caf_pan."),
    ] = None,
    compartment: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Only this compartment, such as caf or hypoxia."),
    ] = None,
    tier: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only this tier: core, standard or extended.")
    ] = None,
) -> None:
    """List the built-in gene signatures, or show one with its genes and its source.

    Where the output is no terminal, the list has one line per signature and no header, its fields
    apart by tabs: id, name, compartment, purpose, marks, tier, number of genes, source, and the
    cancer that it was derived in. So 'tmeatlas signatures | cut -f1' gives the ids.
    """
    import tmeatlas as tme

    watched = sys.stdout.isatty()
    if name is not None:
        records = records_of(tme.sig.load(name)[name])
        if watched:
            show_signature(records)
        else:
            write_lines(f"{field}: {text}" for field, text in records)
        return
    chosen = tme.sig.load("all", compartment=compartment, tier=tier)
    if watched:
        show_table(chosen)
    else:
        write_lines("\t".join(fields_of(signature)) for signature in chosen.values())


def write_lines(lines: Iterable[str]) -> None:
    """For other programs, which may have enough of it before the end, as `head` has."""
    try:
        for line in lines:
            sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        close_stdout()


def fields_of(signature: Signature) -> tuple[str, ...]:
    """What the list says of a signature."""
    fields = (
        signature.id,
        signature.title,
        signature.compartment,
        signature.purpose,
        signature.marks,
        signature.tier,
        str(len(signature.genes) + len(signature.down)),
        signature.citation,
        signature.origin,
    )
    return tuple(" ".join(field.split()) for field in fields)


def show_table(signatures: SignatureSet) -> None:
    """One line per signature."""
    table = Table(box=None, pad_edge=False)
    headings = ("id", "name", "compartment", "purpose", "marks", "tier", "genes", "source")
    for heading in (*headings, "derived in"):
        table.add_column(heading, overflow="fold")
    for signature in signatures.values():
        table.add_row(*map(escape, fields_of(signature)))
    stdout.print(table)


def records_of(signature: Signature) -> list[tuple[str, str]]:
    """Everything that is on record about one signature."""
    records = []
    for field, value in asdict(signature).items():
        if isinstance(value, dict):
            text = ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
        elif isinstance(value, tuple):
            text = ", ".join(value)
        else:
            text = str(value)
        if text:
            records.append((field, " ".join(text.split())))
    return records


def _plain(item: object) -> str:
    return " and ".join(map(str, item)) if isinstance(item, list) else str(item)


def show_signature(records: Iterable[tuple[str, str]]) -> None:
    """One line per field."""
    for field, text in records:
        stdout.print(f"[bold]{field}[/]: {escape(text)}")
