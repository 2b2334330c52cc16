"""The command `compare`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import command
from tmeatlas.shell._choices import choose_signatures
from tmeatlas.shell._options import (
    DESIGN,
    Bulk,
    ConditionKey,
    Database,
    Input,
    Layer,
    MinCells,
    Output,
    Overwrite,
    PairedBy,
    PatientKey,
    Reference,
    SampleKey,
    Seed,
    Signatures,
    UseRaw,
)

if TYPE_CHECKING:
    from anndata import AnnData

    from tmeatlas.sig import Interactions, SignatureSet

WHAT = (
    *("consensus", "scores", "states", "composition", "phenotype", "crosstalk", "axes"),
    *("niches", "colocalisation", "genes"),
)
NEED_GROUPS = ("composition", "crosstalk", "axes")
"""What is of groups of cells, and nothing without; the others take all cells together."""
OF_TISSUE = ("niches", "colocalisation")
NEED_NO_GENES = ("composition", *OF_TISSUE)
"""What can be compared of cells whose types and places alone are known."""
READ_LINEAGES = ("states", "phenotype", *OF_TISSUE)
READ_MATRIX = ("crosstalk", "axes", "genes")
"""The comparisons that read expression themselves."""


@command(
    "tmeatlas compare cells.h5ad -o differs.csv --what axes --condition-key response "
    "--sample-key patient --reference no"
)
def compare(
    input: Input,
    output: Output,
    what: Annotated[
        str,
        typer.Option(help=f"{', '.join(WHAT)}. What it needs is computed first."),
    ] = "composition",
    condition_key: ConditionKey = None,
    reference: Reference = None,
    sample_key: SampleKey = None,
    bulk: Bulk = False,
    groupby: Annotated[
        str | None,
        typer.Option(
            metavar="COLUMN",
            help="Column with the cell types. Guessed for composition, crosstalk and axes; the "
            "others take all cells of a sample, and tell lineages by marker genes, without it.",
            rich_help_panel=DESIGN,
        ),
    ] = None,
    patient_key: PatientKey = None,
    paired_by: PairedBy = None,
    covariate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="COLUMN",
            help="A column to adjust for; may be given many times.",
            rich_help_panel=DESIGN,
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="welch, paired, moderated, permutation, linear or pydeseq2 (of genes).",
        ),
    ] = None,
    signatures: Signatures = ["core"],  # noqa: B006
    database: Database = "tme",
    min_cells: MinCells = 10,
    layer: Layer = None,
    use_raw: UseRaw = None,
    seed: Seed = 0,
    overwrite: Overwrite = False,
) -> None:
    """Test what differs between conditions, with patients as replicates.

    The table has one row per feature, group and condition: the difference from --reference with
    its 95 % interval, p-value and adjusted p-value.
    """
    import tmeatlas as tme
    from tmeatlas._conditions import first_condition

    path = writing.check_result_path(output, input, signatures, database, overwrite=overwrite)
    _check_what(what)
    chosen, interactions = choose_signatures(signatures), tme.sig.interactions(database)
    adata, described = reading.read_cells(input)
    sample_key = None if bulk else reading.choose_sample_key(adata, sample_key, described)
    _check_columns(adata, condition_key, sample_key, bulk=bulk)
    not_groups = {condition_key, sample_key, patient_key, paired_by, *described}
    if what in NEED_GROUPS:
        groupby = reading.choose_groupby(adata, groupby, but=not_groups)
    reference = first_condition(adata, condition_key, reference)
    embed: reading.Embed = (
        "pca" if what in READ_LINEAGES and groupby is None and not bulk else False
    )
    if what in NEED_NO_GENES and not adata.n_vars:
        ready = reading.Ready(adata)
    else:
        ready = reading.prepare(
            adata, layer=layer, use_raw=use_raw, groupby=groupby, embed=embed, seed=seed
        )
    adata = ready.adata
    way = Way(
        ready=ready,
        groupby=groupby,
        sample_key=sample_key,
        signatures=chosen,
        database=interactions,
        min_cells=min_cells,
        seed=seed,
    )
    with shell.step("Finding what is compared"):
        way.to(what)
    with shell.step("Comparing conditions"):
        tme.tl.compare(
            adata,
            what,
            condition_key=str(condition_key),
            sample_key=sample_key,
            reference=reference,
            groupby=None if what in READ_LINEAGES else groupby,
            patient_key=patient_key,
            paired_by=paired_by,
            covariates=covariate or (),
            method=method,
            min_cells=min_cells,
            **(ready.matrix if what in READ_MATRIX else reading.ANY),
        )
    writing.write_result(adata, tme.get.compare(adata), path)


def _check_what(what: str) -> None:
    """Refuse an unknown comparison before anything is read."""
    from tmeatlas._errors import unknown

    if what not in WHAT:
        raise unknown("comparison of", what, WHAT, remedy="Pass one of these with --what.")


def _check_columns(
    adata: AnnData, condition_key: str | None, sample_key: str | None, *, bulk: bool
) -> None:
    """Refuse to start without conditions and samples."""
    from tmeatlas._errors import InputError, listing
    from tmeatlas.cells import category_candidates, check_obs_key

    needed = [("condition_key", condition_key, "the column with the conditions")]
    if not bulk:
        of_samples = "the column with the samples (or --bulk where each row is one)"
        needed.append(("sample_key", sample_key, of_samples))
    for name, key, what in needed:
        if key is None:
            raise InputError(
                f"Expected --{name.replace('_', '-')}, {what}. Columns: "
                f"{listing(category_candidates(adata))}."
            )
        check_obs_key(adata, key, argument=name)


@dataclass
class Way:
    """The steps before `tl.compare`, and what they share."""

    ready: reading.Ready
    groupby: str | None
    sample_key: str | None
    signatures: SignatureSet
    database: Interactions
    min_cells: int
    seed: int

    def to(self, what: str) -> None:
        """Make what `tl.compare` reads."""
        from tmeatlas import tl

        adata, matrix = self.ready.adata, self.ready.matrix
        if adata.n_vars:
            self._read_genes(what)
        if what in OF_TISSUE:
            tl.niches(adata, self.groupby, sample_key=self.sample_key, **matrix, rng=self.seed)
        if what == "composition":
            tl.composition(adata, str(self.groupby), sample_key=str(self.sample_key))

    def _read_genes(self, what: str) -> None:
        """What is made of expression."""
        from tmeatlas import tl

        adata, matrix = self.ready.adata, self.ready.matrix
        if what in ("scores", "consensus", *OF_TISSUE):
            tl.score(adata, self.signatures, **matrix)
        if what in ("consensus", *OF_TISSUE):
            tl.consensus(adata)
        if what in READ_LINEAGES and self.sample_key is not None:
            tl.annotate(adata, self.groupby, rng=self.seed, **matrix)
        if what == "states":
            tl.call_states(adata, rng=self.seed, **matrix)
        if what == "phenotype":
            tl.phenotype(adata, sample_key=self.sample_key, **matrix)
        if what in ("crosstalk", "axes"):
            tl.crosstalk(
                adata,
                str(self.groupby),
                database=self.database,
                sample_key=self.sample_key,
                min_cells=self.min_cells,
                **matrix,
            )
        if what == "axes":
            tl.axes(adata, database=self.database)
