"""The options that commands share: one name, one meaning and one help for each."""

from __future__ import annotations

from typing import Annotated

import typer

from tmeatlas._method_names import METHOD_NAMES

READING = "What is read"
TISSUE = "Tissue"
DESIGN = "Cells and samples"

Input = Annotated[
    str,
    typer.Argument(
        metavar="INPUT",
        help="Your cells: .h5ad, .zarr, .h5 of Cell Ranger, a folder with matrix.mtx, or a table "
        "(.csv, .tsv) with the columns sample and path.",
    ),
]
Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="What to write: a table (.csv, .tsv) or all (.h5ad, .zarr).",
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option("--overwrite", help="The output may be the file that is read, and replaces it."),
]
Again = Annotated[
    bool,
    typer.Option(
        "--again",
        help="Make all results anew. By default those stay that are in INPUT as they would be "
        "made, and a line says which.",
    ),
]
Keep = Annotated[
    str | None,
    typer.Option(
        "--keep",
        metavar="FILE",
        help="Keep the cells with their results in this .h5ad, from time to time and before the "
        "page is built: as INPUT after an interruption, the steps before are not taken again.",
    ),
]
Layer = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Layer to read instead of the main matrix.", rich_help_panel=READING
    ),
]
UseRaw = Annotated[
    bool | None,
    typer.Option(
        "--use-raw/--no-use-raw",
        help="Read the matrix that scanpy calls raw, which has all genes where the main one was "
        "cut to variable genes; or never read it.",
        rich_help_panel=READING,
    ),
]
GroupBy = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Column with the cell types, such as cell_type. Guessed if not given.",
        rich_help_panel=DESIGN,
    ),
]
LineageGroupBy = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Column with cell types or clusters, to be read as lineages; without it each cell "
        "is told by marker genes.",
        rich_help_panel=DESIGN,
    ),
]
LineageKey = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Column with the lineages of the cells, where that of --groupby does not tell them.",
        rich_help_panel=DESIGN,
    ),
]
SampleKey = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Column that says which sample a cell is from. With a table of samples as INPUT, "
        "sample if not given.",
        rich_help_panel=DESIGN,
    ),
]
ConditionKey = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Column with the condition, such as treated/untreated.",
        rich_help_panel=DESIGN,
    ),
]
Reference = Annotated[
    str | None,
    typer.Option(
        metavar="CONDITION",
        help="Condition to compare others with; the first if not given.",
        rich_help_panel=DESIGN,
    ),
]
PatientKey = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Column with the patient, where one gave several samples.",
        rich_help_panel=DESIGN,
    ),
]
PairedBy = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN",
        help="Column that pairs samples of two conditions, such as the patient.",
        rich_help_panel=DESIGN,
    ),
]
Bulk = Annotated[
    bool,
    typer.Option(
        "--bulk",
        help="Each row is a whole sample, as in bulk RNA-seq; no --sample-key then.",
        rich_help_panel=DESIGN,
    ),
]
NNeighbors = Annotated[
    int | None,
    typer.Option(
        metavar="NUMBER",
        help="How many nearest neighbours are looked at; 10 of cells if not given, of spots those "
        "that touch.",
        min=1,
        rich_help_panel=TISSUE,
    ),
]
Radius = Annotated[
    float | None,
    typer.Option(
        metavar="DISTANCE",
        help="Take all within this distance instead, in units of the coordinates.",
        rich_help_panel=TISSUE,
    ),
]
MinCells = Annotated[
    int,
    typer.Option(
        metavar="NUMBER",
        help="Groups with fewer cells are left out.",
        min=1,
        rich_help_panel=DESIGN,
    ),
]
Signatures = Annotated[
    list[str],
    typer.Option(
        metavar="LIST",
        help="Gene signatures: core, all, ids (caf_pan), compartments (caf) or files (.gmt, .grp, "
        ".yaml, .json, .csv, .tsv). Several with commas, or the option many times. 'tmeatlas "
        "signatures' lists those that are built in.",
    ),
]
Method = Annotated[
    str, typer.Option(metavar="NAME", help=f"Scoring method: {', '.join(METHOD_NAMES)}.")
]
MinCoverage = Annotated[
    float,
    typer.Option(
        metavar="0-1",
        help="Smallest share of a signature's genes that the data must have.",
        min=0,
        max=1,
    ),
]
Database = Annotated[
    str,
    typer.Option(
        metavar="NAME",
        help="Interactions to test: tme (the built-in axes), cellphonedb, the name of a resource "
        "of LIANA, or a file of your own.",
    ),
]
Label = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=LINEAGE",
        help="The lineage of a label of --groupby, such as 'Tum=Malignant cells'; may be given "
        "many times.",
    ),
]
Seed = Annotated[
    int,
    typer.Option(
        metavar="NUMBER", help="Seed of the random numbers: same seed, same result.", min=0
    ),
]
