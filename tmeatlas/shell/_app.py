"""The program, the options that its commands share, and how it is run."""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer

from tmeatlas.methods import METHODS
from tmeatlas.shell import _console as shell

app = typer.Typer(
    name="tmeatlas",
    help="The tumour microenvironment in single-cell data: who is there, what they do, who talks "
    "to whom. Makes one HTML page that opens offline in any browser.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Every command takes --debug, which shows the full traceback of an error.",
)

Input = Annotated[
    str, typer.Argument(help="Your cells: a .h5ad file (or .zarr store) as scanpy writes it.")
]
GroupBy = Annotated[
    str | None,
    typer.Option(help="Column with the cell types, such as cell_type. Guessed if not given."),
]
SampleKey = Annotated[
    str | None, typer.Option(help="Column that says which sample or patient a cell is from.")
]
ConditionKey = Annotated[
    str | None, typer.Option(help="Column with the condition, such as treated/untreated.")
]
Reference = Annotated[
    str | None, typer.Option(help="Condition to compare others with; the first if not given.")
]
PatientKey = Annotated[
    str | None, typer.Option(help="Column with the patient, where one gave several samples.")
]
PairedBy = Annotated[
    str | None,
    typer.Option(help="Column that pairs samples of two conditions, such as the patient."),
]
Signatures = Annotated[
    str,
    typer.Option(help="Gene signatures: core, all, the name of one, or a .gmt or .yaml file."),
]
Method = Annotated[
    str,
    typer.Option(help=f"Scoring method: {', '.join(METHODS)}."),
]
MinCells = Annotated[
    int, typer.Option(help="Cell types with fewer cells are left out of crosstalk.", min=1)
]
Seed = Annotated[
    int, typer.Option(help="Seed of the random numbers: same seed, same result.", min=0)
]


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; exit status 0 when it went well, 1 on an error, 2 on wrong usage."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    words = [word for word in given if word != "--debug"]
    sys.exit(shell.run(lambda: app(args=words, prog_name="tmeatlas"), debug=debug))
