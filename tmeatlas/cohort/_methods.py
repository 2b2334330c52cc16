"""The tests by name: which designs each takes, and what it makes of the values of all units."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from tmeatlas._asker import option
from tmeatlas._errors import InputError, listing, unknown
from tmeatlas.cohort._covariates import block_columns, condition_columns
from tmeatlas.cohort._design import Design
from tmeatlas.cohort._estimates import Floats, t_estimates
from tmeatlas.cohort._linear import Fit, f_pvalue, fit, moderate
from tmeatlas.cohort._permutation import permuted, sign_flipped
from tmeatlas.cohort._replicates import differences
from tmeatlas.cohort._tested import Tested
from tmeatlas.cohort._welch import hotelling, paired_t, welch, welch_anova

LEAST_FEATURES = 20
"""Fewer features cannot say how spread is distributed among them."""


Method = Callable[[Floats, Design, pd.DataFrame], Tested]


def _each_welch(values: Floats, design: Design, features: pd.DataFrame) -> Tested:
    others = range(1, len(design.conditions))
    if design.paired:
        found = [paired_t(differences(values, design, i)) for i in others]
        return Tested(found, *_overall(values, design, "paired t-test"))
    reference = values[design.units(0)]
    found = [welch(values[design.units(i)], reference) for i in others]
    return Tested(found, *_overall(values, design, "Welch's t-test"))


def _overall(values: Floats, design: Design, test: str) -> tuple[Floats, str, str]:
    """The p-value of all conditions together, the test and the overall test."""
    n = len(design.conditions)
    if n == 2:
        return np.full(values.shape[1], np.nan), test, ""
    if design.paired:
        return _hotellings(values, design), test, "Hotelling's T² of the differences"
    return welch_anova([values[design.units(i)] for i in range(n)]), test, "Welch's ANOVA"


def _hotellings(values: Floats, design: Design) -> Floats:
    """Over the pairs that have every condition."""
    names = sorted(set(design.pairs))
    row = {pair: number for number, pair in enumerate(names)}
    cube = np.full((len(names), len(design.conditions), values.shape[1]), np.nan)
    cube[[row[pair] for pair in design.pairs], design.condition_of] = values
    against = cube[:, 1:] - cube[:, :1]
    return np.array([hotelling(against[:, :, i]) for i in range(values.shape[1])])


def _permutation(values: Floats, design: Design, features: pd.DataFrame) -> Tested:
    found, notes = [], []
    for i in range(1, len(design.conditions)):
        if design.paired:
            estimates, floors = sign_flipped(differences(values, design, i))
        else:
            estimates, floors = permuted(values[design.units(i)], values[design.units(0)])
        found.append(estimates)
        notes.append([f"smallest reachable p {p:.2g}" if np.isfinite(p) else "" for p in floors])
    test = "sign flips of the differences" if design.paired else "permutation of Welch's t"
    return Tested(found, *_overall(values, design, test), notes)


def _linear(values: Floats, design: Design, features: pd.DataFrame) -> Tested:
    found = _fit(values, design)
    return _from_fit(found, found.variance, found.df, design, "linear")


def _moderated(values: Floats, design: Design, features: pd.DataFrame) -> Tested:
    """Spread is shared among features of one group and one unit."""
    found = _fit(values, design)
    variance, df = np.full(len(found.df), np.nan), np.full(len(found.df), np.nan)
    usable = np.isfinite(found.variance)
    alike = features["group"].astype(object) + "\0" + features["unit"].astype(object)
    sizes = {}
    for name in dict.fromkeys(alike):
        rows = np.flatnonzero((alike == name).to_numpy() & usable)
        sizes[name] = len(rows)
        if len(rows) >= LEAST_FEATURES:
            variance[rows], df[rows] = moderate(found.variance[rows], found.df[rows])
    if not np.isfinite(variance).any():
        raise InputError(
            f"{option('method', 'moderated')} learns the spread from {LEAST_FEATURES} features "
            "or more of one "
            f"group and unit, and found {max(sizes.values(), default=0)} at most that can be "
            f"tested. Leave out {option('method')} for Welch's test."
        )
    return _from_fit(found, variance, df, design, "moderated")


def _fit(values: Floats, design: Design) -> Fit:
    treated = condition_columns(design.condition_of, len(design.conditions))
    others = [np.ones((len(values), 1)), block_columns(design.pairs), design.covariates.columns]
    return fit(values, treated, np.hstack(others))


def _from_fit(found: Fit, variance: Floats, df: Floats, design: Design, method: str) -> Tested:
    test, overall_test = NAMES[method]
    contrasts = [
        t_estimates(effect, np.sqrt(found.unscaled[:, i, i] * variance), df)
        for i, effect in enumerate(found.effects)
    ]
    given = []
    if design.paired:
        given.append("pairs")
    given += design.covariates.names
    if given:
        test = f"{test} with {', '.join(given)}"
    overall = np.full(len(df), np.nan)
    if len(contrasts) > 1:
        overall = f_pvalue(found, variance, df)
    return Tested(
        contrasts, overall, test, overall_test if len(contrasts) > 1 else "", reason=UNFIT[method]
    )


NAMES = {
    "linear": ("linear model", "F-test"),
    "moderated": ("moderated t-test", "moderated F-test"),
}
UNFIT = {
    "linear": "no spread, or too few patients with a value to tell the condition from covariates",
    "moderated": f"no spread, or fewer than {LEAST_FEATURES} features of its group and unit",
}


METHODS: dict[str, Method] = {
    "welch": _each_welch,
    "paired": _each_welch,
    "linear": _linear,
    "moderated": _moderated,
    "permutation": _permutation,
}
COUNTS_METHOD = "pydeseq2"
"""The test of counts, which is in a file of its own."""


def choose(method: str | None, design: Design, *, counts: bool = False) -> str:
    """The test that a design gets by default, or the one asked for, if it takes the design."""
    names = [*METHODS, COUNTS_METHOD] if counts else list(METHODS)
    if method is None:
        return "linear" if design.covariates else "paired" if design.paired else "welch"
    if method not in names:
        raise unknown(
            "test called", str(method), names, remedy=f"Pass one of these as {option('method')}."
        )
    if design.covariates and method in ("welch", "paired", "permutation"):
        raise InputError(
            f"{option('method', method)} takes no covariates, and found "
            f"{listing(design.covariates.names)}. Use the method 'linear' or 'moderated', or leave "
            f"out {option('covariates')}."
        )
    if method == "paired" and not design.paired:
        raise InputError(
            f"{option('method', 'paired')} needs to know who belongs together: pass "
            f"{option('paired_by')}, the column with the patients that are in both conditions."
        )
    if method == "welch" and design.paired:
        raise InputError(
            f"{option('method', 'welch')} compares different patients, and {option('paired_by')} "
            f"says that the same ones are compared. Leave out {option('method')} for the paired "
            "t-test."
        )
    return method
