"""CellPhoneDB's methods, done here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tmeatlas._errors import InputError
from tmeatlas.cellphonedb._cellsign import (
    Activity,
    active_groups,
    factors_of_partners,
    find_activity,
)
from tmeatlas.cellphonedb._degs import differential_partners, with_differential_partner
from tmeatlas.cellphonedb._entities import Entities, find_entities
from tmeatlas.cellphonedb._genes import protein_values
from tmeatlas.cellphonedb._layout import partner_names
from tmeatlas.cellphonedb._means import (
    Pairs,
    expressed,
    interaction_means,
    partner_statistics,
)
from tmeatlas.cellphonedb._methods import DEGs, Statistical
from tmeatlas.cellphonedb._pairs import all_pairs, pairs_within
from tmeatlas.cellphonedb._permutations import p_values
from tmeatlas.cellphonedb._problem import Problem
from tmeatlas.cellphonedb._scores import interaction_scores
from tmeatlas.cellphonedb._stored import Stored, Values, store
from tmeatlas.lr import as_labels


def solve(problem: Problem) -> Stored:
    """Means, and what the method and the options add to them."""
    options, tables, mapped = problem.options, problem.tables, problem.mapped
    method = options.method
    labels, sizes = problem.labels, problem.sizes
    values, proteins = protein_values(problem.expression, mapped)
    entities = find_entities(tables, proteins)
    pairs = _pairs(problem)
    statistics = partner_statistics(values, as_labels(problem.codes, len(labels)), sizes, entities)
    means = interaction_means(statistics, entities, pairs)
    passed = expressed(statistics, entities, pairs, options.threshold)
    pval = relevant = kept = score = activity = None
    if isinstance(method, Statistical):
        tested = passed & (means > 0)
        pval = p_values(
            values, problem.codes, sizes, entities, pairs, means, tested, method.shuffles
        )
        kept = np.less_equal(pval, method.pvalue)
    if isinstance(method, DEGs):
        differential = differential_partners(method.degs, labels, mapped, entities)
        relevant = kept = passed & with_differential_partner(differential, entities, pairs)
    if options.score_interactions:
        score = interaction_scores(tables, mapped, entities, statistics, pairs, options.threshold)
    if method.active_tfs is not None and kept is not None:
        groups = active_groups(method.active_tfs, labels)
        activity = _activity(problem, entities, groups, kept, pairs)
    found = Values(means=means, pval=pval, relevant=relevant, score=score, activity=activity)
    return store(tables, mapped, entities, statistics, labels, pairs, found)


def _pairs(problem: Problem) -> Pairs:
    if problem.options.microenvironments is None:
        return all_pairs(len(problem.labels))
    return pairs_within(problem.options.microenvironments, problem.labels)


def _activity(
    problem: Problem,
    entities: Entities,
    groups: dict[str, set[int]],
    kept: NDArray[np.bool_],
    pairs: Pairs,
) -> Activity:
    factors = problem.tables.transcription_factors
    if factors is None:
        raise InputError(
            f"The database {problem.tables.name!r} has no transcription factors of receptors, "
            "which `active_tfs` needs. Use CellPhoneDB 5: database='cellphonedb'."
        )
    return find_activity(
        partner_names(problem.tables, problem.mapped, entities),
        factors_of_partners(factors),
        groups,
        kept,
        pairs,
    )
