"""The steps of the whole way that are more than one call, and when each is left out."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from tmeatlas import _keys as keys
from tmeatlas._analyse_left_out import LeftOutError, left_out
from tmeatlas._asker import option
from tmeatlas._errors import (
    CoverageError,
    NoGenesError,
    TooFewToEmbedError,
    WholeSamplesError,
)
from tmeatlas._guard import warn

if TYPE_CHECKING:
    import pandas as pd
    from anndata import AnnData

    from tmeatlas.methods import ScoreMethod
    from tmeatlas.sig import Interactions, SignatureSet


@dataclass
class Way:
    """What the steps share, and a method for each that is more than one call."""

    adata: AnnData
    groupby: str | None
    sample_key: str | None
    condition_key: str | None
    reference: str
    patient_key: str | None
    paired_by: str | None
    signatures: SignatureSet
    database: Interactions | pd.DataFrame | str | os.PathLike[str]
    min_cells: int
    layer: str | None
    use_raw: bool | None
    seed: int
    take: Callable[..., None]
    """Calls a verb for the cells, or leaves what it would make as it is."""
    tested: Interactions | None = None
    """The interactions of the crosstalk that was found in this run."""
    has_axes: bool = False
    """Whether axes were put together in this run."""
    no_genes: str = ""
    """Why there is no expression to be read, where there is none."""
    whole_samples: str = ""
    """Why the rows are samples and not cells, where they are."""
    warned: set[str] = field(default_factory=set)
    """What the comparisons have warned of."""

    def prepare(self) -> None:
        """From the matrix that was asked for; what of it is X afterwards is read from there."""
        from tmeatlas import pp
        from tmeatlas.results import Record

        prepare = partial(
            self.take,
            pp.prepare,
            groupby=self.groupby,
            layer=self.layer,
            use_raw=self.use_raw,
            rng=self.seed,
        )
        try:
            prepare()
        except NoGenesError as error:
            self.no_genes = str(error)
            self.needs_genes()
        except TooFewToEmbedError as error:
            prepare(embed=False)
            warn(f"Left out: the embedding. {error}")
        done = Record.find(self.adata, keys.PREPARE)
        if done is None or done.facts["x_is_new"]:
            self.use_raw = None

    def lineages(self) -> None:
        """Where users give groups, their names and else the markers tell the lineage."""
        from tmeatlas import tl

        try:
            self.take(tl.annotate, self.groupby, use_raw=self.use_raw, rng=self.seed)
        except WholeSamplesError as error:
            self.whole_samples = str(error)
            self.needs_cells()
        except (CoverageError, NoGenesError) as error:
            raise LeftOutError(str(error)) from error
        if self.groupby is None:
            self.groupby = keys.LINEAGE

    def quality(self) -> None:
        """Of the samples, before anything is read into them."""
        from tmeatlas import tl

        self.needs_cells()
        self.needs_genes()
        with left_out():
            self.take(
                tl.quality,
                groupby=self.groupby,
                sample_key=self.sample_key,
                condition_key=self.condition_key if self.sample_key else None,
                use_raw=self.use_raw,
                rng=self.seed,
            )

    def needs_groups(self) -> str:
        """The column of the groups, for steps that are nothing without."""
        if self.groupby is None:
            raise LeftOutError(f"It needs groups of cells: name {option('groupby')}.")
        return self.groupby

    def needs_genes(self) -> None:
        """Leave out a step that is about expression where cells have places and labels only."""
        if self.no_genes:
            raise LeftOutError(self.no_genes)

    def needs_cells(self) -> None:
        """Leave out a step that is about cells where rows are samples."""
        if self.whole_samples:
            raise LeftOutError(self.whole_samples)

    @property
    def has_samples(self) -> bool:
        """Whether samples are told apart."""
        return self.sample_key is not None or bool(self.whole_samples)

    @property
    def samples(self) -> str | None:
        """The column of the samples; None where rows are samples themselves."""
        return None if self.whole_samples else self.sample_key

    def score(self, scorer: ScoreMethod) -> None:
        """All signatures in every cell."""
        from tmeatlas import tl

        self.needs_genes()
        self.take(tl.score, self.signatures, method=scorer, use_raw=self.use_raw)

    def consensus(self) -> None:
        """One score for signatures that mark the same."""
        from tmeatlas import tl

        self.needs_genes()
        combined = [s for s in self.signatures.values() if s.purpose != "quality"]
        if not any(signature.consensus for signature in combined):
            raise LeftOutError("None of the signatures says what it marks, or its compartment.")
        self.take(tl.consensus)

    def states(self) -> None:
        """Of cells whose lineage is known."""
        from tmeatlas import tl

        self.needs_cells()
        self.needs_genes()
        with left_out():
            self.take(tl.call_states, use_raw=self.use_raw, rng=self.seed)

    def crosstalk(self) -> None:
        """Between the groups."""
        from tmeatlas import tl
        from tmeatlas.interactions import as_interactions

        self.needs_cells()
        self.needs_genes()
        groupby = self.needs_groups()
        interactions = as_interactions(self.database)
        try:
            self.take(
                tl.crosstalk,
                groupby,
                database=interactions,
                sample_key=self.sample_key,
                min_cells=self.min_cells,
                use_raw=self.use_raw,
            )
        except CoverageError as error:
            raise LeftOutError(str(error)) from error
        self.tested = interactions

    def axes(self) -> None:
        """Of the crosstalk of this run."""
        if self.tested is None:
            raise LeftOutError("There is no crosstalk to put together.")
        put_axes_together(self.adata, self.tested, self.take)
        self.has_axes = True

    def drivers(self) -> None:
        """Of the axes of this run."""
        from tmeatlas import tl

        if not self.has_axes:
            raise LeftOutError("There are no axes to rank groups by.")
        with left_out():
            self.take(tl.drivers, use_raw=self.use_raw)

    def drug_targets(self) -> None:
        """For the axes of this run."""
        from tmeatlas import tl

        if not self.has_axes:
            raise LeftOutError("There are no axes to hold drugs against.")
        try:
            self.take(tl.drug_targets, use_raw=self.use_raw)
        except CoverageError as error:
            raise LeftOutError(str(error)) from error

    def composition(self) -> None:
        """Of the samples, by groups."""
        from tmeatlas import tl

        self.take(tl.composition, self.needs_groups(), sample_key=str(self.sample_key))

    def phenotype(self) -> None:
        """Of the samples, by lineages."""
        from tmeatlas import tl

        with left_out():
            self.take(tl.phenotype, sample_key=self.samples, use_raw=self.use_raw)


def put_axes_together(
    adata: AnnData,
    tested: Interactions,
    take: Callable[..., None] | None = None,
    *,
    by_sample: bool = False,
) -> None:
    """`tl.axes` after a crosstalk of these interactions; left out where these have no axis."""
    from tmeatlas import tl

    if not any(interaction.axis for interaction in tested):
        raise LeftOutError(f"No interaction of {tested.name!r} belongs to an axis.")
    put = partial(tl.axes, adata) if take is None else partial(take, tl.axes)
    with left_out():  # the crosstalk is of this run, so the interactions are at fault
        put(database=tested, by_sample=by_sample)
