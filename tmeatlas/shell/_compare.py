"""The command `compare`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tmeatlas.shell import _console as shell
from tmeatlas.shell import _reading as reading
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._app import (
    ConditionKey,
    GroupBy,
    Input,
    MinCells,
    PairedBy,
    PatientKey,
    Reference,
    SampleKey,
    Seed,
    app,
)

if TYPE_CHECKING:
    from anndata import AnnData


@app.command()
def compare(
    input: Input,
    output: Annotated[
        str, typer.Option("--output", "-o", help="A table (.csv, .tsv) or everything (.h5ad).")
    ],
    what: Annotated[
        str,
        typer.Option(
            help="consensus, scores, states, composition, phenotype, crosstalk, axes or genes."
        ),
    ] = "composition",
    condition_key: ConditionKey = None,
    sample_key: SampleKey = None,
    reference: Reference = None,
    groupby: GroupBy = None,
    patient_key: PatientKey = None,
    paired_by: PairedBy = None,
    covariate: Annotated[
        list[str] | None, typer.Option(help="A column to adjust for; may be given many times.")
    ] = None,
    method: Annotated[
        str | None, typer.Option(help="welch, paired, moderated, permutation or linear.")
    ] = None,
    min_cells: MinCells = 10,
    seed: Seed = 0,
    overwrite: writing.Overwrite = False,
) -> None:
    """Test what differs between conditions, with patients as replicates."""
    import tmeatlas as tme
    from tmeatlas._analyse_steps import first_condition

    path = writing.check_result_path(output, reads=(input,), overwrite=overwrite)
    adata = reading.read_adata(input)
    _check_columns(adata, condition_key, sample_key)
    group_column = reading.choose_groupby(adata, groupby)
    reference = first_condition(adata, condition_key, reference)
    with shell.step("Preparing"):
        tme.pp.prepare(adata, groupby=group_column, embed=False)
    with shell.step("Finding what is compared"):
        _steps_before(adata, what, group_column, str(sample_key), min_cells, seed)
    with shell.step("Comparing conditions"):
        tme.tl.compare(
            adata,
            what,
            condition_key=str(condition_key),
            sample_key=sample_key,
            reference=reference,
            groupby=None if what in ("phenotype", "states") else group_column,
            patient_key=patient_key,
            paired_by=paired_by,
            covariates=covariate or (),
            method=method,
            min_cells=min_cells,
        )
    writing.write_result(adata, tme.get.compare(adata), path)


def _check_columns(adata: AnnData, condition_key: str | None, sample_key: str | None) -> None:
    """Refuse to start without conditions and samples."""
    from tmeatlas._errors import InputError, listing
    from tmeatlas.cells import category_candidates, check_obs_key

    for option, key in (("--condition-key", condition_key), ("--sample-key", sample_key)):
        if key is None:
            raise InputError(
                f"Expected {option}, the column with the conditions or the samples. Columns: "
                f"{listing(category_candidates(adata))}."
            )
        check_obs_key(adata, key, argument=option)


def _steps_before(
    adata: AnnData, what: str, groupby: str, sample_key: str, min_cells: int, seed: int
) -> None:
    """What `tl.compare` reads."""
    from tmeatlas import tl

    if what in ("scores", "consensus"):
        tl.score(adata)
    if what == "consensus":
        tl.consensus(adata)
    if what in ("states", "phenotype"):
        tl.annotate(adata, groupby, rng=seed)
    if what == "states":
        tl.call_states(adata, rng=seed)
    if what == "phenotype":
        tl.phenotype(adata, sample_key=sample_key)
    if what == "composition":
        tl.composition(adata, groupby, sample_key=sample_key)
    if what in ("crosstalk", "axes"):
        tl.crosstalk(adata, groupby, sample_key=sample_key, min_cells=min_cells)
    if what == "axes":
        tl.axes(adata)
