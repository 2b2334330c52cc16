"""The command `signatures`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from tmeatlas.shell._app import app
from tmeatlas.shell._console import stdout

if TYPE_CHECKING:
    from tmeatlas.sig import Signature, SignatureSet


@app.command()
def signatures(
    name: Annotated[
        str | None, typer.Argument(help="Show this signature in full, such as caf_pan.")
    ] = None,
    compartment: Annotated[
        str | None, typer.Option(help="Only this compartment, such as caf or hypoxia.")
    ] = None,
    tier: Annotated[
        str | None, typer.Option(help="Only this tier: core, standard or extended.")
    ] = None,
) -> None:
    """List the built-in gene signatures, or show one with its genes and its source."""
    import tmeatlas as tme

    if name is not None:
        show_signature(tme.sig.load(name)[name])
    else:
        show_table(tme.sig.load("all", compartment=compartment, tier=tier))


def show_table(signatures: SignatureSet) -> None:
    """One line per signature."""
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "name", "compartment", "purpose", "marks", "tier", "genes", "source"):
        table.add_column(heading, overflow="fold")
    for signature in signatures.values():
        size = str(len(signature.genes) + len(signature.down))
        cells = (
            signature.id,
            signature.title,
            signature.compartment,
            signature.purpose,
            signature.marks,
            signature.tier,
            size,
            signature.citation,
        )
        table.add_row(*map(escape, cells))
    stdout.print(table)


def show_signature(signature: Signature) -> None:
    """Everything that is on record about one signature."""
    for field, value in asdict(signature).items():
        if isinstance(value, dict):
            text = ", ".join(f"{key} {item}" for key, item in value.items())
        elif isinstance(value, tuple):
            text = ", ".join(value)
        else:
            text = str(value)
        if text:
            stdout.print(f"[bold]{field}[/]: {escape(text)}")
