"""Signature scores that cells can be coloured by, with their means per group."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._errors import InputError
from tmeatlas._text import clean
from tmeatlas.atlas.cells import Category
from tmeatlas.atlas.encode import quantise_expression, quantise_u8, split_at
from tmeatlas.atlas.units import OF_CONSENSUS, unit_of_scores
from tmeatlas.cells import group_means, high_shares, high_threshold, mean_and_spread
from tmeatlas.sig import compartment_name, reading_rank


@dataclass(frozen=True, eq=False)
class Feature:
    """One number per cell, in 255 steps from `low` to `high`."""

    id: str
    kind: str
    """`signature`, `consensus` (of the signatures of a compartment) or `gene`."""
    name: str
    steps: NDArray[np.uint8]
    low: float
    high: float
    threshold: int
    """Step above which exactly those cells lie that are in the upper quarter of all cells."""
    mean: NDArray[np.float64]
    """Mean per group; NaN where no cell of a group has a value."""
    share: NDArray[np.float64]
    """Share of the cells of each group that are high."""
    mean_all: float
    spread_all: float
    """Mean and standard deviation over all cells: the scale of the dots' colours."""
    unit: str = ""
    """Name and meaning of the values, between them a semicolon; empty where not known."""
    compartment: str = ""
    genes: list[str] = field(default_factory=list)


def read_scores(adata: AnnData) -> pd.DataFrame | None:
    """`obsm["tme_scores"]`, where it is there."""
    if keys.SCORES not in adata.obsm:
        return None
    scores = adata.obsm[keys.SCORES]
    if not isinstance(scores, pd.DataFrame):
        raise InputError(
            f"Expected obsm[{keys.SCORES!r}] to be a DataFrame with one column per signature, "
            f"found {type(scores).__name__}. Call tme.tl.score(adata) again."
        )
    return scores


def read_coverage(adata: AnnData) -> pd.DataFrame:
    """`uns["tme_coverage"]`; an empty table where it is not there."""
    stored = adata.uns.get(keys.COVERAGE)
    return stored if isinstance(stored, pd.DataFrame) else pd.DataFrame()


def coverage_text(coverage: pd.DataFrame, signature: str, column: str) -> str:
    """One entry of the coverage table as text, empty where there is none."""
    if column not in coverage.columns or signature not in coverage.index:
        return ""
    value: Any = coverage.loc[signature, column]
    return "" if pd.isna(value) else str(value)


def signature_name(coverage: pd.DataFrame, signature: str) -> str:
    """The name for people of a signature: as it was scored, or else the id."""
    return coverage_text(coverage, signature, "name") or signature


def split_genes(text: str) -> list[str]:
    """A comma separated list of genes."""
    return [gene.strip() for gene in text.split(",") if gene.strip()]


def signature_features(
    adata: AnnData,
    coverage: pd.DataFrame,
    rows: NDArray[np.intp],
    groups: Category,
) -> Iterator[Feature]:
    """One feature per signature that has a score in any cell, compartment by compartment."""
    scores = read_scores(adata)
    if scores is None:
        return
    unit = unit_of_scores(adata)
    ids = [str(column) for column in scores.columns]
    compartments = [coverage_text(coverage, name, "compartment") for name in ids]
    first_seen = list(dict.fromkeys(compartments))
    by_compartment = sorted(
        range(len(ids)),
        key=lambda i: (reading_rank(compartments[i]), first_seen.index(compartments[i])),
    )
    for i in by_compartment:
        values = scores.iloc[:, i].to_numpy()[rows].astype(np.float64)
        if not np.isfinite(values).any():
            continue
        yield make_feature(
            values,
            groups,
            is_gene=False,
            id=f"s:{ids[i]}",
            kind="signature",
            unit=unit,
            name=clean(signature_name(coverage, ids[i])),
            compartment=compartment_name(compartments[i]),
            genes=[clean(g) for g in split_genes(coverage_text(coverage, ids[i], "genes"))],
        )


def consensus_features(
    adata: AnnData, rows: NDArray[np.intp], groups: Category
) -> Iterator[Feature]:
    """One feature per compartment, from `obsm["tme_consensus"]` where it is there."""
    stored = adata.obsm.get(keys.CONSENSUS)
    if not isinstance(stored, pd.DataFrame):
        return
    for name in sorted((str(column) for column in stored.columns), key=reading_rank):
        values = stored[name].to_numpy(dtype=np.float64)[rows]
        if np.isfinite(values).any():
            yield make_feature(
                values,
                groups,
                is_gene=False,
                id=f"c:{name}",
                kind="consensus",
                unit=OF_CONSENSUS,
                name=f"{clean(compartment_name(name))}, consensus",
                compartment=compartment_name(name),
            )


def make_feature(
    values: NDArray[Any], groups: Category, *, is_gene: bool, **described: Any
) -> Feature:
    """Values of the cells in steps, with exact means and shares per group.

    Mean, spread and upper quarter of all cells are those of the cells that have a
    group, as in the single figures. Genes count as high where they are seen.
    """
    exact = values.astype(np.float64, copy=False)
    labelled, n_groups = groups.labelled_codes, len(groups.labels)
    quantised = quantise_expression(exact) if is_gene else quantise_u8(exact)
    border = 0.0 if is_gene else high_threshold(exact, labelled)
    threshold = 0
    if not is_gene:
        quantised, threshold = split_at(quantised, exact, border)
    mean_all, spread_all = mean_and_spread(exact, labelled)
    return Feature(
        steps=quantised.codes.astype(np.uint8, copy=False),
        low=quantised.low,
        high=quantised.high,
        threshold=threshold,
        mean=group_means(exact, groups.codes, n_groups),
        share=high_shares(exact, groups.codes, n_groups, border),
        mean_all=mean_all,
        spread_all=spread_all,
        **described,
    )
