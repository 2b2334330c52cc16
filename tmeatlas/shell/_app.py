"""The command line: each command is the public function of the same name."""

from __future__ import annotations

import sys
from typing import Annotated, NoReturn

import typer
from rich.markup import escape

from tmeatlas.methods import DEFAULT_METHOD, METHODS
from tmeatlas.shell import _console as shell
from tmeatlas.shell._signatures import show_signature, show_table

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
Signatures = Annotated[
    str,
    typer.Option(help="Gene signatures: core, all, the name of one, or a .gmt or .yaml file."),
]
Method = Annotated[
    str,
    typer.Option(help=f"Scoring method: {', '.join(METHODS)}."),
]
NPerms = Annotated[int, typer.Option(help="Permutations for the p-values of crosstalk.", min=19)]
MinCells = Annotated[
    int, typer.Option(help="Cell types with fewer cells are left out of crosstalk.", min=1)
]
Seed = Annotated[
    int, typer.Option(help="Seed of the random numbers: same seed, same result.", min=0)
]


@app.command()
def demo(
    output: Annotated[
        str, typer.Option("--output", "-o", help="The HTML page to write.")
    ] = "tme_demo.html",
    cells: Annotated[int, typer.Option(help="How many cells to simulate.", min=200)] = 3000,
    seed: Seed = 0,
) -> None:
    """Make an atlas of a simulated tumour: see what you would get, without any data."""
    import tmeatlas as tme
    from tmeatlas._files import check_output

    path = check_output(output)
    with shell.step(f"Simulating a tumour of {cells:,} cells"):
        adata = tme.datasets.simulated(cells, rng=seed)
    with shell.telling_steps():
        tme.analyse(adata, "cell_type", sample_key="sample", condition_key="condition", rng=seed)
    with shell.step("Building the page"):
        atlas = tme.pl.atlas(
            adata,
            groupby="cell_type",
            sample_key="sample",
            condition_key="condition",
            title="A simulated tumour",
        )
        atlas.write_html(path)
    _wrote_page(path)


@app.command()
def atlas(
    input: Input,
    output: Annotated[
        str, typer.Option("--output", "-o", help="The HTML page to write.")
    ] = "atlas.html",
    groupby: GroupBy = None,
    sample_key: SampleKey = None,
    condition_key: Annotated[
        str | None, typer.Option(help="Column with the condition, such as treated/untreated.")
    ] = None,
    basis: Annotated[
        str | None, typer.Option(help="Which embedding to draw, such as X_umap or spatial.")
    ] = None,
    gene: Annotated[
        list[str] | None, typer.Option(help="A gene to colour by; may be given many times.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the page.")] = None,
    plotlyjs: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="A smaller plotly.js for the page, such as plotly-basic.min.js.",
        ),
    ] = None,
    signatures: Signatures = "core",
    method: Method = DEFAULT_METHOD,
    n_perms: NPerms = 10_000,
    min_cells: MinCells = 10,
    seed: Seed = 0,
) -> None:
    """Score, find the crosstalk and write the interactive atlas: the whole way in one command."""
    import tmeatlas as tme
    from tmeatlas._files import check_output
    from tmeatlas.atlas import read_library
    from tmeatlas.cells import check_obs_key, choose_basis

    path = check_output(output)
    shell.check_scoring(signatures, method)
    if plotlyjs is not None:
        read_library(plotlyjs)
    adata = shell.read_adata(input)
    group_column = shell.choose_groupby(adata, groupby)
    if basis is not None and basis.removeprefix("X_") not in ("umap", "pca"):
        choose_basis(adata, basis)
    for key, argument in ((sample_key, "sample_key"), (condition_key, "condition_key")):
        if key is not None:
            check_obs_key(adata, key, argument=argument)
    with shell.telling_steps():
        tme.analyse(
            adata,
            group_column,
            sample_key=sample_key,
            condition_key=condition_key,
            signatures=signatures,
            method=method,
            n_perms=n_perms,
            min_cells=min_cells,
            rng=seed,
        )
    with shell.step("Building the page"):
        page = tme.pl.atlas(
            adata,
            groupby=group_column,
            sample_key=sample_key,
            condition_key=condition_key,
            basis=basis,
            genes=gene or (),
            title=title,
            plotlyjs=plotlyjs,
        )
        page.write_html(path)
    _wrote_page(path)


@app.command()
def score(
    input: Input,
    output: Annotated[
        str, typer.Option("--output", "-o", help="A table (.csv, .tsv) or everything (.h5ad).")
    ],
    signatures: Signatures = "core",
    method: Method = DEFAULT_METHOD,
    layer: Annotated[
        str | None, typer.Option(help="Layer to score instead of the main matrix.")
    ] = None,
    min_coverage: Annotated[
        float, typer.Option(help="Smallest share of a signature's genes.", min=0, max=1)
    ] = 0.5,
) -> None:
    """Score gene signatures in every cell and write the scores."""
    import tmeatlas as tme
    from tmeatlas._files import check_output
    from tmeatlas.results import Scores

    path = check_output(shell.check_result_path(output))
    shell.check_scoring(signatures, method)
    adata = shell.read_adata(input)
    if layer is None:
        with shell.step("Preparing"):
            tme.pp.prepare(adata, embed=False)
    with shell.step("Scoring signatures"):
        tme.tl.score(adata, signatures, method=method, layer=layer, min_coverage=min_coverage)
    shell.write_result(adata, Scores.read(adata).table, path)


@app.command()
def crosstalk(
    input: Input,
    output: Annotated[
        str, typer.Option("--output", "-o", help="A table (.csv, .tsv) or everything (.h5ad).")
    ],
    groupby: GroupBy = None,
    sample_key: SampleKey = None,
    by_sample: Annotated[
        bool, typer.Option("--by-sample", help="Test every sample by itself as well.")
    ] = False,
    n_perms: NPerms = 10_000,
    min_cells: MinCells = 10,
    seed: Seed = 0,
) -> None:
    """Find which cell types talk to which, over which ligand and receptor."""
    import tmeatlas as tme
    from tmeatlas._files import check_output

    path = check_output(shell.check_result_path(output))
    adata = shell.read_adata(input)
    group_column = shell.choose_groupby(adata, groupby)
    with shell.step("Preparing"):
        tme.pp.prepare(adata, groupby=group_column, embed=False)
    with shell.step("Finding crosstalk"):
        tme.tl.crosstalk(
            adata,
            group_column,
            sample_key=sample_key,
            by_sample=by_sample,
            n_perms=n_perms,
            min_cells=min_cells,
            rng=seed,
        )
    shell.write_result(adata, tme.get.crosstalk(adata, sample=None).set_index("source"), path)


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


def _wrote_page(path: object) -> None:
    from pathlib import Path

    page = Path(str(path))
    size = page.stat().st_size / 1e6
    shell.stdout.print(f"Wrote {escape(str(page))} ({size:.1f} MB): open it in any browser.")


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line; exit status 0 when it went well, 1 on an error, 2 on wrong usage."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    words = [word for word in given if word != "--debug"]
    sys.exit(shell.run(lambda: app(args=words, prog_name="tmeatlas"), debug=debug))
