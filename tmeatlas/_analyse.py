"""The whole way of the data before the page, in one call."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from tmeatlas._analyse_compare import compare
from tmeatlas._analyse_left_out import LeftOutError
from tmeatlas._analyse_steps import Way
from tmeatlas._analyse_tissue import find_niches, has_tissue
from tmeatlas._conditions import first_condition
from tmeatlas._errors import DependencyError
from tmeatlas._going_on import GoingOn
from tmeatlas._guard import warn
from tmeatlas._method_names import DEFAULT_METHOD
from tmeatlas._progress import step
from tmeatlas.readers import read

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from anndata import AnnData

    from tmeatlas.methods import ScoreMethod
    from tmeatlas.sig import Interactions

COMPARED = ("consensus", "states", "composition", "phenotype", "axes")
"""What is compared between conditions, of what the steps before have made."""
COMPARED_OF_TISSUE = ("niches", "colocalisation")
"""What more is compared where it is known where cells lie."""
COMPARED_OF_SAMPLES = ("consensus", "phenotype")
"""The same where rows are samples and not cells."""


def analyse(
    adata: AnnData | str | os.PathLike[str],
    groupby: str | None = None,
    *,
    sample_key: str | None = None,
    condition_key: str | None = None,
    reference: str | None = None,
    patient_key: str | None = None,
    paired_by: str | None = None,
    signatures: object = "core",
    method: ScoreMethod | str = DEFAULT_METHOD,
    database: Interactions | pd.DataFrame | str | os.PathLike[str] = "tme",
    min_cells: int = 10,
    layer: str | None = None,
    use_raw: bool | None = None,
    rng: int | np.random.Generator = 0,
    again: bool = True,
) -> AnnData | None:
    """Take all steps from the cells to what differs between patients.

    Calls, with their defaults, :func:`tmeatlas.pp.prepare`,
    :func:`tmeatlas.tl.annotate`, :func:`tmeatlas.tl.quality`,
    :func:`tmeatlas.tl.score`, :func:`tmeatlas.tl.consensus`,
    :func:`tmeatlas.tl.call_states`, :func:`tmeatlas.tl.crosstalk`,
    :func:`tmeatlas.tl.axes`, :func:`tmeatlas.tl.drivers` and
    :func:`tmeatlas.tl.drug_targets`; where ``obsm["spatial"]`` has places of cells,
    :func:`tmeatlas.tl.niches`; with samples :func:`tmeatlas.tl.composition` and
    :func:`tmeatlas.tl.phenotype`; with conditions :func:`tmeatlas.tl.compare` of
    consensus, states, composition, phenotype, axes and niches. A step whose input is
    missing is left out, and a warning says which and why; where rows are whole
    samples (bulk), so are all steps that are about cells. What each step writes,
    under its default key, is in its own documentation; :func:`tmeatlas.pl.atlas` shows all of it.

    Parameters
    ----------
    adata
        Cells × genes: counts, log-normalised or linear values; or the path of a file,
        folder or table of samples that :func:`tmeatlas.read` reads.
    groupby
        The `obs` column with the groups, such as cell types. Without it the
        groups are the lineages that :func:`tmeatlas.tl.annotate` finds.
    sample_key
        The `obs` column with the samples: cells are compared within each, and
        with three samples or more the verdicts of the crosstalk come from them.
    condition_key
        The `obs` column with the conditions. With samples as well they are
        compared; the atlas filters by it.
    reference
        The condition that others are compared with; the first one by default.
    patient_key, paired_by
        As for :func:`tmeatlas.tl.compare`.
    signatures, method
        As for :func:`tmeatlas.tl.score`.
    database, min_cells
        As for :func:`tmeatlas.tl.crosstalk`.
    layer, use_raw
        The matrix to start from, as for :func:`tmeatlas.pp.prepare`; a log-normalised
        `adata.raw` with more genes than `X` is read by all steps.
    rng
        Seed of embedding and clusters, or a random generator from which one is drawn.
    again
        ``False`` keeps the results that are there already where the same step, with the
        same options and versions, on the same values, cells and earlier results, has made
        just them; a line says which. An analysis that was interrupted goes on so. ``True``
        makes all anew, but components and maps that are there. Either way, results
        of an earlier analysis that this one leaves out are taken away.

    Returns
    -------
    ``None``, or the cells with all results where a path was given.

    Raises
    ------
    MissingKeyError
        No such `obs` column, condition, signature, method or database.
    InputError
        Values or an option that a step cannot use.
    CoverageError
        No signature has enough of its genes in the data.

    Warns
    -----
    TMEWarning
        Names each step that was left out, and why; and what means nothing in which samples.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(600)
    >>> tme.analyse(adata, "cell_type", min_cells=3)
    >>> sorted(key for key in adata.uns if key in ("tme_axes", "tme_crosstalk"))
    ['tme_axes', 'tme_crosstalk']
    """
    from tmeatlas._checks import check_adata
    from tmeatlas._numbers import PEERS_SEEDS, read_seed
    from tmeatlas.cells import check_obs_key
    from tmeatlas.methods import resolve
    from tmeatlas.sig import as_signatures

    is_path = isinstance(adata, str | os.PathLike)
    if isinstance(adata, str | os.PathLike):
        with step("Reading"):
            adata = read(adata)
    check_adata(adata)
    keys_given = {
        "sample_key": sample_key,
        "condition_key": condition_key,
        "patient_key": patient_key,
        "paired_by": paired_by,
    }
    for name, key in keys_given.items():
        if key is not None:
            check_obs_key(adata, key, argument=name)
    scorer = resolve(method)
    going = GoingOn(adata, again=again, is_whole=True)
    way = Way(
        adata=adata,
        groupby=groupby,
        sample_key=sample_key,
        condition_key=condition_key,
        reference=first_condition(adata, condition_key, reference),
        patient_key=patient_key,
        paired_by=paired_by,
        signatures=as_signatures(signatures),
        database=database,
        min_cells=min_cells,
        layer=layer,
        use_raw=use_raw,
        seed=read_seed(rng, below=PEERS_SEEDS),
        take=going.take,
    )
    _go(way, scorer)
    going.end()
    return adata if is_path else None


def _go(way: Way, scorer: ScoreMethod) -> None:
    """Take the steps one after the other; warn of each that is left out."""
    reasons: set[str] = set()
    for label, run in _steps(way, scorer):
        try:
            with step(label):
                run()
        except (LeftOutError, DependencyError) as error:
            why = str(error)
            told = "The reason is the same." if why in reasons else why
            reasons.add(why)
            warn(f"Left out: {label.lower()}. {told}")


def _steps(way: Way, scorer: ScoreMethod) -> Iterator[tuple[str, Callable[[], object]]]:
    """The steps, each with what is told of it; later ones hang on what earlier ones found."""
    yield "Preparing", way.prepare
    yield "Telling the lineages", way.lineages
    yield "Judging the quality of samples", way.quality
    yield "Scoring signatures", partial(way.score, scorer)
    yield "Combining signatures that mark the same", way.consensus
    yield "Calling states within lineages", way.states
    if has_tissue(way):
        yield "Finding niches in the tissue", partial(find_niches, way)
    yield "Finding crosstalk", way.crosstalk
    yield "Putting the axes together", way.axes
    yield "Ranking groups by axes, looking for loops", way.drivers
    yield "Holding drugs against the axes", way.drug_targets
    if not way.has_samples:
        return
    if not way.whole_samples:
        yield "Counting what samples are made of", way.composition
    yield "Measuring the phenotype of samples", way.phenotype
    if way.condition_key is not None:
        for what in _compared(way):
            yield f"Comparing conditions: {what}", partial(compare, way, what)


def _compared(way: Way) -> tuple[str, ...]:
    """What there is to compare, by what the rows are."""
    if way.whole_samples:
        return COMPARED_OF_SAMPLES
    return (*COMPARED, *(COMPARED_OF_TISSUE if has_tissue(way) else ()))
