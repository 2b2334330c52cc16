"""Counts of genes between conditions by pydeseq2: one negative binomial model per group."""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from tmeatlas._asker import option
from tmeatlas._errors import DependencyError
from tmeatlas._stats import Z95
from tmeatlas.cohort._covariates import block_columns, condition_columns, independent
from tmeatlas.cohort._design import FEWEST, Design
from tmeatlas.cohort._estimates import Estimates, Floats, never_zero
from tmeatlas.cohort._tested import Tested


def deseq(
    counts: Floats, known: NDArray[np.bool_], design: Design, features: pd.DataFrame
) -> Tested:
    """Log2 fold changes and Wald tests (Love, Huber and Anders, 2014), group by group.

    `counts` and `known` are of units × features: the counts, and whether there were enough cells.

    The model has the conditions, the covariates and, where patients are compared with
    themselves, the pairs. Genes are not filtered again: all that the table has are tested, but
    for those in which a single sample decides (Cook's distance).
    """
    if find_spec("pydeseq2") is None:
        raise DependencyError(
            f"{option('method', 'pydeseq2')} needs pydeseq2: python -m pip install "
            "'tmeatlas[de]'. Without "
            f"{option('method')} the logs of the counts are tested."
        )
    others, n_features = len(design.conditions) - 1, len(features)
    found = np.full((others, 3, n_features), np.nan)
    overall = np.full(n_features, np.nan)
    groups = features["group"].to_numpy(str)
    for group in dict.fromkeys(groups):
        columns = np.flatnonzero(groups == group)
        units = _usable_units(np.asarray(known[:, columns].any(axis=1)), design)
        model, tested = _model(units, design)
        if not tested or len(model) <= model.shape[1] or _rank(model) < model.shape[1]:
            continue
        whole = np.rint(counts[np.ix_(units, columns)])
        seen = np.flatnonzero(whole.any(axis=0))
        effects, p_all = _wald(whole[:, seen], model, len(tested))
        for place, number in enumerate(tested):
            found[number - 1][:, columns[seen]] = effects[place]
        if others > 1 and len(tested) == others:
            overall[columns[seen]] = p_all
    given = ["pairs"] if design.paired else []
    given += design.covariates.names
    return Tested(
        [_estimates(*each) for each in found],
        overall,
        f"pydeseq2 with {', '.join(given)}" if given else "pydeseq2",
        "Wald test of all conditions" if others > 1 else "",
        reason="one sample decides it (Cook's distance), or too few patients for the model",
    )


def _estimates(effect: Floats, error: Floats, pval: Floats) -> Estimates:
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = effect / error
    half = Z95 * error  # a Wald test: no degrees of freedom
    return Estimates(
        effect=effect,
        low=effect - half,
        high=effect + half,
        statistic=statistic,
        df=np.full(len(effect), np.nan),
        pval=never_zero(pval),
    )


def _usable_units(known: np.ndarray, design: Design) -> np.ndarray:
    """Units with cells, of conditions that have enough of them; of pairs only both partners."""
    if design.paired:
        pairs = np.array(design.pairs, dtype=object)
        reference = set(pairs[known & (design.condition_of == 0)])
        others = set(pairs[known & (design.condition_of > 0)])
        known = known & np.isin(pairs, list(reference & others))
    sizes = np.bincount(design.condition_of[known], minlength=len(design.conditions))
    if sizes[0] < FEWEST:
        return np.array([], dtype=np.intp)
    return np.flatnonzero(known & (sizes[design.condition_of] >= FEWEST))


def _model(units: np.ndarray, design: Design) -> tuple[Floats, list[int]]:
    """The design matrix of `units`, conditions first, and which conditions it has."""
    condition = design.condition_of[units]
    tested = sorted(set(condition.tolist()) - {0})
    treated = condition_columns(condition, len(design.conditions))[:, [c - 1 for c in tested]]
    others = np.hstack(
        [
            np.ones((len(units), 1)),
            block_columns([design.pairs[unit] for unit in units]),
            design.covariates.columns[units],
        ]
    )
    return np.hstack([treated, others[:, independent(others)]]), tested


def _rank(model: Floats) -> int:
    return int(np.linalg.matrix_rank(model))


def _wald(counts: Floats, model: Floats, n_tested: int) -> tuple[Floats, Floats]:
    """Conditions × (log2 fold change, its error, p-value) × genes, and p-values of all together."""
    from pydeseq2.dds import DeseqDataSet
    from pydeseq2.default_inference import DefaultInference
    from pydeseq2.ds import DeseqStats

    names = [f"unit{i}" for i in range(len(counts))]
    inference = DefaultInference(n_cpus=1)
    seen_everywhere = (counts > 0).all(axis=0).any()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its fits and of the types that it is handed
        fitted = DeseqDataSet(
            counts=pd.DataFrame(
                counts.astype(np.int64), names, [str(i) for i in range(counts.shape[1])]
            ),
            metadata=pd.DataFrame({"unit": names}, index=names),
            design=pd.DataFrame(model, names, [f"column{i}" for i in range(model.shape[1])]),
            size_factors_fit_type="ratio" if seen_everywhere else "poscounts",
            inference=inference,
            quiet=True,
        )
        fitted.deseq2()

        def test(contrast: Floats) -> Floats:
            stats = DeseqStats(
                fitted, contrast=contrast, independent_filter=False, inference=inference, quiet=True
            )
            stats.summary()
            columns = ["log2FoldChange", "lfcSE", "pvalue"]
            return stats.results_df[columns].to_numpy(np.float64).T

        unit_vectors = np.eye(model.shape[1])[:n_tested]
        found = np.array([test(vector) for vector in unit_vectors])
        covariance = np.zeros((counts.shape[1], n_tested, n_tested))
        for i in range(n_tested):
            covariance[:, i, i] = found[i, 1] ** 2
        for i, j in combinations(range(n_tested), 2):
            between = test(unit_vectors[i] - unit_vectors[j])[1] ** 2
            shared = (found[i, 1] ** 2 + found[j, 1] ** 2 - between) / 2
            covariance[:, i, j] = covariance[:, j, i] = shared
    known = np.isfinite(found).all(axis=(0, 1))
    overall = np.full(counts.shape[1], np.nan)
    effects = found[:, 0, known].T
    solved = np.linalg.solve(covariance[known], effects[:, :, None])[:, :, 0]
    overall[known] = never_zero(chdtrc(n_tested, (effects * solved).sum(axis=1)))
    return found, overall
