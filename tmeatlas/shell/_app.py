"""The program, and how it is run."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from typing import Annotated, NoReturn, TypeVar

import typer

from tmeatlas.shell import _console as shell

EVERY = (
    "Every command takes --debug, which shows the full traceback of an error. "
    "Exit status: 0 when it went well, 1 on an error, 2 on wrong usage, 130, 143 or 129 when it "
    "was stopped."
)

Command = TypeVar("Command", bound=Callable[..., None])


app = typer.Typer(
    name="tmeatlas",
    help="The tumour microenvironment in single-cell data: who is there, what they do, who talks "
    "to whom. Makes one HTML page that opens offline in any browser, or tables and .h5ad files.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="INPUT of every command: a .h5ad file, a .zarr store, an .h5 file of Cell Ranger, a "
    "folder with matrix.mtx, barcodes.tsv and features.tsv or genes.tsv (each .gz or not, with "
    "any prefix), or a table of several samples (.csv or .tsv with the columns sample and path, "
    "and any others, such as patient and condition). Counts or log-normalised values; names of "
    "genes are symbols or Ensembl ids.\n\n"
    "First steps: 'tmeatlas demo' makes a page without any data, 'tmeatlas atlas cells.h5ad' that "
    f"of yours; 'tmeatlas COMMAND --help' explains a command. {EVERY}",
)


def command(example: str) -> Callable[[Command], Command]:
    """Register a function as the command of its name; its docstring is the help."""

    def register(function: Command) -> Command:
        paragraphs = (inspect.getdoc(function) or "").split("\n\n")
        told = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
        return app.command(help=told, epilog=f"Example: {example}\n\n{EVERY}")(function)

    return register


def _show_version(asked: bool) -> None:
    if asked:
        from tmeatlas import __version__

        typer.echo(f"tmeatlas {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Options of the program itself; its help is that of `app`."""


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; exit status 0 when it went well, 1 on an error, 2 on wrong usage."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    words = [word for word in given if word != "--debug"]
    sys.exit(shell.run(lambda: app(args=words, prog_name="tmeatlas"), debug=debug))
