"""What `tl.phenotype` reads of an AnnData: cells with lineage and scores, or whole profiles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._errors import CoverageError, InputError, listing
from tmeatlas._text import counted
from tmeatlas._values import MatrixKind
from tmeatlas.cells import (
    CellLineages,
    has_tissue,
    read_categories,
    read_lineages,
    rows_are_spots,
)
from tmeatlas.matrix import ExpressionMatrix, find_counts
from tmeatlas.methods import ScoreMethod, score_cells
from tmeatlas.phenotypes import (
    LEAST_REFERENCE,
    LEAST_SHOWN,
    Measure,
    PhenotypeCells,
    Profiles,
    chance_to_show,
    measures_of_cells,
    measures_of_profiles,
    reference_lists,
)
from tmeatlas.sig import MatchedSignature, as_signatures, load, match_signatures
from tmeatlas.tl._score_coverage import is_covered

MIN_COVERAGE = 0.5
N_NULL = 99
"""Random signatures with which a score is compared, to tell high cells."""
SEED = 0


@dataclass(frozen=True)
class SampledCells:
    """The cells of all samples, and what had to be left out of them."""

    cells: PhenotypeCells
    lineages: CellLineages
    n_without_sample: int


def read_cells(
    adata: AnnData,
    matrix: ExpressionMatrix | None,
    groupby: str | None,
    sample_key: str,
    *,
    scorer: ScoreMethod,
    depth: int,
    may_be_raw: bool,
) -> SampledCells:
    """The cells that have a sample and a lineage, with all that the measures ask for."""
    _refuse_spots(adata, sample_key)
    samples = read_categories(adata, sample_key, argument="sample_key")
    if not len(samples.categories):
        raise InputError(f"No cell has a sample in obs[{sample_key!r}]. Fill it in.")
    lineages = read_lineages(
        adata, keys.LINEAGE if groupby is None else groupby, argument="groupby"
    )
    codes = np.asarray(samples.codes, dtype=np.int32)
    kept = (codes >= 0) & (lineages.codes >= 0)
    read = _nothing_read()
    if matrix is not None:
        read = _read_expression(adata, matrix, scorer, depth, may_be_raw=may_be_raw)
    n = len(samples.categories)
    cells = PhenotypeCells(
        samples=tuple(str(name) for name in samples.categories),
        codes=codes[kept],
        lineages=lineages.ids,
        lineage_codes=lineages.codes[kept],
        unknown=np.bincount(codes[(codes >= 0) & (lineages.codes < 0)], minlength=n),
        scores={name: values[kept] for name, values in read.scores.items()},
        high={name: values[kept] for name, values in read.high.items()},
        shown={gene: chance[kept] for gene, chance in read.shown.items()},
        seen={gene: shows[kept] for gene, shows in read.seen.items()},
        unread=read.unread,
        depth=depth,
        in_tissue=has_tissue(adata),
    )
    return SampledCells(cells, lineages, int((codes < 0).sum()))


def _refuse_spots(adata: AnnData, sample_key: str) -> None:
    """Refuse rows that are several cells each: a share of them is none of cells."""
    if rows_are_spots(adata):
        raise InputError(
            "Expected cells, found spots of several cells each: shares of lineages, ratios and "
            "calls would be of spots. "
            + remedy(
                python="Read each section as one profile: whole = anndata.AnnData("
                f"tme.get.pseudobulk(adata, {sample_key!r})); tme.tl.phenotype(whole)",
                shell="Add up the spots of each section, and give it the table of sections.",
            )
        )


@dataclass(frozen=True, eq=False)
class _OfGenes:
    """What expression says of each cell, and what cannot be read of it."""

    scores: dict[str, NDArray[np.float64]]
    high: dict[str, NDArray[np.bool_]]
    shown: dict[str, NDArray[np.float64]]
    seen: dict[str, NDArray[np.bool_]]
    unread: dict[str, str]


def _nothing_read() -> _OfGenes:
    """Of cells without genes."""
    asked = [name for m in measures_of_cells() for name in (*m.scores, *m.genes)]
    return _OfGenes({}, {}, {}, {}, dict.fromkeys(asked, "the data have no genes"))


def _read_expression(
    adata: AnnData, matrix: ExpressionMatrix, scorer: ScoreMethod, depth: int, *, may_be_raw: bool
) -> _OfGenes:
    scores, high, unread = _scores(matrix, scorer)
    shown, seen, unread_genes = _shown(adata, matrix, depth, may_be_raw=may_be_raw)
    return _OfGenes(scores, high, shown, seen, unread | unread_genes)


def _matched(
    measures: Iterable[Measure], genes: Iterable[str]
) -> tuple[dict[str, MatchedSignature], dict[str, str]]:
    """The lists that `measures` read and the data cover; of the others, how far they do."""
    library, wanted = load("all"), {}
    for measure in measures:
        for name in measure.scores:
            own = {name: list(measure.genes)}
            wanted[name] = library[name] if name in library else as_signatures(own)[name]
    found, unread = {}, {}
    for name, matched in zip(wanted, match_signatures(wanted.values(), genes), strict=True):
        if is_covered(matched, MIN_COVERAGE):
            found[name] = matched
        else:
            genes = counted(matched.n_genes, "gene")
            unread[name] = f"{matched.n_found} of {genes} of {name} are in the data"
    return found, unread


def _scores(
    matrix: ExpressionMatrix, scorer: ScoreMethod
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.bool_]], dict[str, str]]:
    """Scores of every cell, which of them exceed random signatures, and what cannot be read."""
    found, unread = _matched(measures_of_cells(), matrix.genes)
    asked_high = [m.signature for m in measures_of_cells() if m.kind == "high"]
    high = {}
    for name in [name for name in asked_high if name in found]:
        _, null = score_cells(scorer, matrix, [found.pop(name)], n_null=N_NULL, seed=SEED)
        if null is not None:
            high[name] = null.pvalues[:, 0] <= 0.05
    scores = {}
    if found:
        values, _ = score_cells(scorer, matrix, list(found.values()), n_null=0, seed=None)
        columns = np.asarray(values, dtype=np.float64).T
        scores = dict(zip(found, columns, strict=True))
    return scores, high, unread


def _shown(
    adata: AnnData, matrix: ExpressionMatrix, depth: int, *, may_be_raw: bool
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.bool_]], dict[str, str]]:
    """The chance that each cell shows a gene at a common depth, and whether it does as it is."""
    wanted = [gene for m in measures_of_cells() if m.kind == "gene" for gene in m.genes]
    genes = list(dict.fromkeys(wanted))
    counts = (
        matrix if matrix.kind is MatrixKind.COUNTS else find_counts(adata, may_be_raw=may_be_raw)
    )
    if counts is None:
        why = f"{matrix.name} holds no counts, and no layer or raw does: depth is not known"
        return {}, {}, dict.fromkeys(genes, why)
    matched = match_signatures(as_signatures({g: [g] for g in genes}).values(), counts.genes)
    found = {m.id: int(m.up[0]) for m in matched if len(m.up)}
    unread = {gene: f"{gene} is not in the data" for gene in genes if gene not in found}
    columns = list(found.values())
    totals, molecules = [], []
    for block in counts.blocks():
        totals.append(np.asarray(block.matrix.sum(axis=1)).ravel())
        molecules.append(block.matrix[:, columns].toarray())
    total = np.concatenate(totals).round().astype(np.int64)
    of_genes = np.concatenate(molecules).round().astype(np.int64)
    shown = {gene: chance_to_show(of_genes[:, k], total, depth) for k, gene in enumerate(found)}
    seen = {gene: of_genes[:, k] > 0 for k, gene in enumerate(found)}
    return shown, seen, unread


def refuse_cells(adata: AnnData, groupby: str | None) -> None:
    """Refuse rows that are said to be cells where rows are samples."""
    named = groupby or (keys.LINEAGE if keys.LINEAGE in adata.obs else "")
    if named:
        raise InputError(
            f"Expected {option('sample_key')} beside lineages of cells (obs[{named!r}]), found "
            "none: without it every row is a sample, such as a bulk profile. Name the column with "
            "the samples"
            + remedy(python="; of one sample, adata.obs['sample'] = 'sample1' makes one")
            + "."
        )
    if not adata.obs_names.is_unique:
        raise InputError(
            "Expected names of samples that are unique in obs_names, found some twice. "
            + remedy(python="Call adata.obs_names_make_unique() first.", shell="Rename them.")
        )


def read_profiles(matrix: ExpressionMatrix) -> Profiles:
    """The samples on the genes that are ranked."""
    library = load("all")
    lists = match_signatures([library[name] for name in reference_lists()], matrix.genes)
    wanted = {g for name in reference_lists() for g in (*library[name].genes, *library[name].down)}
    reference = np.unique(np.concatenate([np.concatenate([m.up, m.down]) for m in lists]))
    if len(reference) < LEAST_REFERENCE * len(wanted):
        missing = sorted({gene for m in lists for gene in m.missing})
        raise CoverageError(
            f"Expected at least {LEAST_REFERENCE:.0%} of the {counted(len(wanted), 'gene')} "
            f"among which those of a sample are ranked, found {len(reference)} in {matrix.name}. "
            f"Missing: {listing(missing)}. Read a matrix with all genes ({option('layer')}, "
            f"{option('use_raw', True)}); names are gene symbols or Ensembl ids."
        )
    found, unread = _matched(measures_of_profiles(), matrix.genes)
    needed = np.unique(np.concatenate([reference, *(m.up for m in found.values())]))
    profiles = Profiles(
        values=matrix.columns(needed).toarray().astype(np.float64),
        reference=np.searchsorted(needed, reference),
        columns={name: np.searchsorted(needed, m.up) for name, m in found.items()},
        unread=unread,
    )
    shown = float(np.median(profiles.shown()))
    if shown < LEAST_SHOWN:
        raise InputError(
            f"Expected samples, found rows of which the middle one shows {shown:.0%} of "
            f"{counted(len(reference), 'gene')} that bulk tumours show: they look like cells. "
            "Name the column "
            f"of obs with their samples, {option('sample_key')}, and that with their lineages, "
            f"{option('groupby')}."
        )
    return profiles
