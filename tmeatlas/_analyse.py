"""The whole way of the data before the page, in one call."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tmeatlas._errors import CoverageError, DependencyError, InputError, TMEWarning
from tmeatlas._progress import step

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from anndata import AnnData

    from tmeatlas.methods import ScoreMethod
    from tmeatlas.sig import Interactions, SignatureSet

DEFAULT_METHOD = "ucell_detected"


class LeftOutError(Exception):
    """A step has nothing to work on; says what is missing."""


def analyse(
    adata: AnnData,
    groupby: str | None = None,
    *,
    sample_key: str | None = None,
    condition_key: str | None = None,
    signatures: object = "core",
    method: ScoreMethod | str = DEFAULT_METHOD,
    database: Interactions | pd.DataFrame | str | os.PathLike[str] = "tme",
    min_cells: int = 10,
    rng: int | np.random.Generator = 0,
) -> None:
    """Prepare, score, combine the scores, find the crosstalk and its axes.

    Calls :func:`tmeatlas.pp.prepare`, :func:`tmeatlas.tl.score`,
    :func:`tmeatlas.tl.consensus`, :func:`tmeatlas.tl.crosstalk` and
    :func:`tmeatlas.tl.axes` with their defaults. A step whose input is missing
    is left out, and a warning says which and why. What each step writes, under
    its default key, is in its own documentation; :func:`tmeatlas.pl.atlas` shows
    all of it.

    Parameters
    ----------
    adata
        Cells × genes: counts, log-normalised or linear values.
    groupby
        The `obs` column with the groups, such as cell types. Without it there
        is no crosstalk.
    sample_key
        The `obs` column with the samples: cells are compared within each, and
        with three samples or more the verdicts of the crosstalk come from them.
    condition_key
        The `obs` column with the conditions; it must be there, and the atlas
        filters by it.
    signatures, method
        As for :func:`tmeatlas.tl.score`.
    database, min_cells
        As for :func:`tmeatlas.tl.crosstalk`.
    rng
        Seed of the embedding, or a random generator from which one is drawn.

    Raises
    ------
    MissingKeyError
        No such `obs` column, signature, method or database.
    InputError
        Values or an option that a step cannot use.
    CoverageError
        No signature has enough of its genes in the data.

    Warns
    -----
    TMEWarning
        Names each step that was left out, and why.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.analyse(adata, "cell_type", sample_key="sample")
    >>> sorted(key for key in adata.uns if key in ("tme_axes", "tme_crosstalk"))
    ['tme_axes', 'tme_crosstalk']
    """
    from tmeatlas import pp, tl
    from tmeatlas._checks import check_adata
    from tmeatlas._numbers import PEERS_SEEDS, read_seed
    from tmeatlas.cells import check_obs_key
    from tmeatlas.methods import resolve
    from tmeatlas.sig import as_signatures

    check_adata(adata)
    for name, key in (("sample_key", sample_key), ("condition_key", condition_key)):
        if key is not None:
            check_obs_key(adata, key, argument=name)
    scorer = resolve(method)
    way = _Way(
        adata=adata,
        groupby=groupby,
        sample_key=sample_key,
        signatures=as_signatures(signatures),
        database=database,
        min_cells=min_cells,
    )
    seed = read_seed(rng, below=PEERS_SEEDS)
    steps: dict[str, Callable[[], object]] = {
        "Preparing": lambda: pp.prepare(adata, groupby=groupby, rng=seed),
        "Scoring signatures": lambda: tl.score(adata, way.signatures, method=scorer),
        "Combining signatures that mark the same": way.consensus,
        "Finding crosstalk": way.crosstalk,
        "Putting the axes together": way.axes,
    }
    for label, run in steps.items():
        try:
            with step(label):
                run()
        except (LeftOutError, DependencyError) as error:
            warnings.warn(f"Left out: {label.lower()}. {error}", TMEWarning, stacklevel=2)


@dataclass
class _Way:
    """What the steps share, and a method for each that is more than one call."""

    adata: AnnData
    groupby: str | None
    sample_key: str | None
    signatures: SignatureSet
    database: Interactions | pd.DataFrame | str | os.PathLike[str]
    min_cells: int
    tested: Interactions | None = None
    """The interactions of the crosstalk that was found in this run."""

    def needs_groups(self) -> str:
        """The column of the groups, for steps that are nothing without."""
        if self.groupby is None:
            raise LeftOutError("It needs groups of cells: name their column with `groupby`.")
        return self.groupby

    def consensus(self) -> None:
        from tmeatlas import tl

        if not any(signature.consensus for signature in self.signatures.values()):
            raise LeftOutError("None of the signatures says what it marks, or its compartment.")
        tl.consensus(self.adata)

    def crosstalk(self) -> None:
        from tmeatlas import tl
        from tmeatlas.interactions import as_interactions

        groupby = self.needs_groups()
        interactions = as_interactions(self.database)
        try:
            tl.crosstalk(
                self.adata,
                groupby,
                database=interactions,
                sample_key=self.sample_key,
                min_cells=self.min_cells,
            )
        except CoverageError as error:
            raise LeftOutError(str(error)) from error
        self.tested = interactions

    def axes(self) -> None:
        if self.tested is None:
            raise LeftOutError("There is no crosstalk to put together.")
        put_axes_together(self.adata, self.tested)


def put_axes_together(adata: AnnData, tested: Interactions, *, by_sample: bool = False) -> None:
    """`tl.axes` after a crosstalk of these interactions; left out where these have no axis."""
    from tmeatlas import tl

    if not any(interaction.axis for interaction in tested):
        raise LeftOutError(f"No interaction of {tested.name!r} belongs to an axis.")
    try:
        tl.axes(adata, database=tested, by_sample=by_sample)
    except InputError as error:  # the crosstalk is of this run, so the interactions are at fault
        raise LeftOutError(str(error)) from error
