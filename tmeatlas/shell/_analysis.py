"""The way of the data before the page, as the commands take it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from tmeatlas import _keys as keys
from tmeatlas._errors import CoverageError
from tmeatlas.shell import _console as shell

if TYPE_CHECKING:
    from anndata import AnnData


def analyse(
    adata: AnnData,
    groupby: str,
    sample_key: str | None,
    *,
    signatures: str,
    method: str,
    n_perms: int,
    min_cells: int,
    seed: int,
) -> None:
    """Prepare, score, combine the scores, find the crosstalk and its axes."""
    import tmeatlas as tme

    with shell.step("Preparing"):
        tme.pp.prepare(adata, groupby=groupby, rng=seed)
    with shell.step("Scoring signatures"):
        tme.tl.score(adata, signatures, method=method)
    # Signatures of the user's own may belong to no compartment: the page says what it lacks.
    if (adata.uns[keys.COVERAGE]["compartment"].astype(str) != "").any():
        with shell.step("Combining the signatures of each compartment"):
            tme.tl.consensus(adata)
    with shell.step("Finding crosstalk"):
        try:
            tme.tl.crosstalk(
                adata,
                groupby,
                sample_key=sample_key,
                n_perms=n_perms,
                min_cells=min_cells,
                rng=seed,
            )
        except CoverageError as error:
            shell.stderr.print(
                f"[yellow]Warning:[/] no crosstalk in this atlas: {escape(str(error))}"
            )
            return
    with shell.step("Putting the axes together"):
        tme.tl.axes(adata)
