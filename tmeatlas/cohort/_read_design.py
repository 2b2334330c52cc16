"""The design read from the columns of cells or samples, and designs that are refused."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._asker import option, remedy
from tmeatlas._asker import remedy as by_asker
from tmeatlas._errors import InputError, listing, unknown
from tmeatlas._text import counted
from tmeatlas.cohort._covariates import read_covariates
from tmeatlas.cohort._design import FEWEST, Design


def read_design(
    rows: pd.DataFrame,
    *,
    sample_key: str | None,
    condition_key: str,
    reference: str,
    patient_key: str | None = None,
    paired_by: str | None = None,
    covariates: Sequence[str] = (),
) -> Design:
    """The design from rows of cells (or of samples, without `sample_key`).

    Raises
    ------
    InputError
        A sample in two conditions or of two patients; a patient in two conditions without
        `paired_by`; nobody to be paired; fewer than two patients in a condition; covariates
        that differ within a sample, are confounded or of an unknown type.
    MissingKeyError
        A reference that is no condition.
    """
    columns = list(dict.fromkeys(k for k in (condition_key, patient_key, paired_by) if k))
    frame = _one_row_per_sample(rows, sample_key, columns, condition_key)
    known = frame[condition_key].notna()
    without = tuple(frame.index[~known])
    frame = frame[known]
    conditions = _conditions(rows[condition_key], frame[condition_key], condition_key, reference)
    frame, unpaired = _with_partners(frame, condition_key, reference, paired_by)
    who = patient_key or paired_by
    people = pd.Series(frame.index, frame.index) if who is None else frame[who].astype(object)
    missing = [] if who is None else [str(name) for name in frame.index[frame[who].isna()]]
    if missing:
        raise InputError(
            f"Samples without a patient in obs[{who!r}]: {listing(missing)}. Name it, or leave "
            "their cells out."
        )
    if patient_key is not None and paired_by is None:
        _check_once(people, frame[condition_key], condition_key, patient_key)
    unit, units = pd.factorize(
        pd.MultiIndex.from_arrays([people.to_numpy(str), frame[condition_key].to_numpy(str)])
    )
    names = tuple(str(name) for name, _ in units)
    condition_of = np.array([conditions.index(condition) for _, condition in units], dtype=np.intp)
    pairs = ("",) * len(units)
    if paired_by is not None:
        pairs = _pair_of(frame[paired_by].astype(str), unit, condition_of, paired_by, patient_key)
    read = read_covariates(
        rows, frame.index, sample_key, covariates, unit, condition_of, conditions, pairs
    )
    design = Design(
        conditions=conditions,
        samples=tuple(str(name) for name in frame.index),
        unit_of=unit,
        names=names,
        condition_of=condition_of,
        pairs=pairs,
        covariates=read,
        unpaired=unpaired,
        without_condition=without,
        patients=who is not None,
    )
    _check_sizes(design, condition_key, paired_by)
    return design


def _one_row_per_sample(
    rows: pd.DataFrame, sample_key: str | None, columns: list[str], condition_key: str
) -> pd.DataFrame:
    """What is known of each sample, which must be one thing."""
    if sample_key is None:
        if not rows.index.is_unique:
            raise InputError(
                f"Without {option('sample_key')} each row is a sample, and obs_names has names "
                "twice. "
                + remedy(python="Call adata.obs_names_make_unique() first, or name", shell="Name")
                + " the column with the samples."
            )
        return rows[columns].set_axis(rows.index.astype(str))
    known = rows[rows[sample_key].notna()]
    if known.empty:
        raise InputError(
            f"No cell has a sample in obs[{sample_key!r}]. Fill it in, or pass another column as "
            f"{option('sample_key')}."
        )
    grouped = known.groupby(known[sample_key].astype(object), observed=True, sort=False)
    for column in columns:
        several = grouped[column].nunique()
        names = [str(name) for name in several.index[several > 1]]
        if names:
            of_first = known.loc[known[sample_key].astype(object) == names[0], column]
            held = sorted(of_first.dropna().astype(str).unique())
            what = "conditions" if column == condition_key else "patients"
            raise InputError(
                f"A sample has one value of obs[{column!r}], and {listing(names)} of "
                f"obs[{sample_key!r}] have more: {names[0]!r} has {listing(held)}. If one biopsy "
                f"was divided between {what}, name the parts in a column of their own"
                + remedy(
                    python=f": adata.obs['part'] = adata.obs[{sample_key!r}].astype(str) + ' ' + "
                    f"adata.obs[{column!r}].astype(str), and pass `sample_key='part'`.",
                    shell=f", and pass that as {option('sample_key')}.",
                )
            )
    order = known[sample_key]
    categorical = isinstance(order.dtype, pd.CategoricalDtype)
    names = [str(n) for n in (order.cat.categories if categorical else order.unique())]
    first = grouped[columns].first()
    return first.loc[[name for name in names if name in first.index]]


def _conditions(
    column: pd.Series, of_samples: pd.Series, condition_key: str, reference: str
) -> tuple[str, ...]:
    """The conditions that samples have, the reference first."""
    held = {str(value) for value in of_samples}
    categorical = isinstance(column.dtype, pd.CategoricalDtype)
    order = column.cat.categories if categorical else sorted(held)
    names = [str(name) for name in order if str(name) in held]
    if not names:
        raise InputError(
            f"No sample has a condition in obs[{condition_key!r}]. Fill it in, or pass another "
            f"column as {option('condition_key')}."
        )
    if str(reference) not in held:
        raise unknown(
            f"condition in obs[{condition_key!r}] called",
            str(reference),
            names,
            remedy=f"Pass the one that all others are compared with as {option('reference')}.",
        )
    others = [name for name in names if name != str(reference)]
    if not others:
        raise InputError(
            f"All samples are of one condition, {reference!r} in obs[{condition_key!r}], so there "
            f"is nothing to compare it with. Pass another column as {option('condition_key')}."
        )
    return (str(reference), *others)


def _with_partners(
    frame: pd.DataFrame, condition_key: str, reference: str, paired_by: str | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The samples of pairs that have the reference and something else; the other pairs' names."""
    if paired_by is None:
        return frame, ()
    pair = frame[paired_by].astype(object).where(frame[paired_by].notna(), "")
    is_reference = (frame[condition_key].astype(str) == str(reference)).groupby(pair)
    both = is_reference.any() & ~is_reference.all()
    both[both.index == ""] = False
    kept = pair.map(both).to_numpy(bool)
    alone = tuple(str(name) or "(without a name)" for name in both.index[~both])
    if not kept.any():
        raise InputError(
            f"No pair of obs[{paired_by!r}] has samples both in {reference!r} and in another "
            f"condition of obs[{condition_key!r}], so nothing can be paired: "
            f"{listing(alone)}. Leave out {option('paired_by')}, or pass the column that says "
            "which "
            "samples belong together."
        )
    return frame[kept], alone


def _check_once(
    people: pd.Series, condition: pd.Series, condition_key: str, patient_key: str
) -> None:
    """Refuse patients in two conditions who are not compared with themselves."""
    several = condition.astype(str).groupby(people).nunique()
    names = [str(name) for name in several.index[several > 1]]
    if names:
        raise InputError(
            f"{counted(len(names), 'patient')} of obs[{patient_key!r}] have samples in more than "
            f"one condition of obs[{condition_key!r}]: {listing(names)}. They are no independent "
            f"replicates; compare them with themselves: {option('paired_by', patient_key)}."
        )


def _pair_of(
    pair: pd.Series,
    unit: NDArray[np.intp],
    condition_of: NDArray[np.intp],
    paired_by: str,
    patient_key: str | None,
) -> tuple[str, ...]:
    """The pair of each unit; a pair has one patient in each condition."""
    table = pd.DataFrame({"unit": unit, "pair": pair.to_numpy(str)}).drop_duplicates()
    if table["unit"].duplicated().any():
        raise InputError(
            f"A patient of obs[{patient_key!r}] belongs to several pairs of obs[{paired_by!r}]. "
            f"Pass {option('paired_by', patient_key)}."
        )
    of_unit = table.set_index("unit")["pair"].sort_index()
    twice = (
        pd.Series(condition_of).groupby(of_unit.to_numpy()).apply(lambda c: c.duplicated().any())
    )
    if twice.any():
        raise InputError(
            f"A pair has one patient in each condition, and {listing(list(twice.index[twice]))} of "
            f"obs[{paired_by!r}] have several in one. Pass a column with one name for each pair."
        )
    return tuple(str(name) for name in of_unit)


def _check_sizes(design: Design, condition_key: str, paired_by: str | None) -> None:
    """Refuse conditions in which no spread between patients can be seen."""
    small = {name: n for name, n in design.sizes().items() if n < FEWEST}
    if not small:
        return
    found = ", ".join(f"{n} in {name!r}" for name, n in small.items())
    what = "pairs" if paired_by else "patients" if design.patients else "samples"
    remedy = "Add patients"
    if len(design.conditions) - len(small) > 1:
        remedy += ", leave the condition out" + by_asker(
            python=f" (adata[adata.obs[{condition_key!r}] != {next(iter(small))!r}].copy())"
        )
    raise InputError(
        f"Expected two or more {what} in every condition of obs[{condition_key!r}], found {found}. "
        "A difference between conditions is judged by how far patients of one condition differ "
        f"among themselves, and cells of one patient cannot show that. {remedy}, or describe the "
        "samples without a test."
    )
