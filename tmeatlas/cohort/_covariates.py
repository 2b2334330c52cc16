"""What else differs between samples: numbers and categories that a linear model takes along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, listing
from tmeatlas._text import counted

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Covariates:
    """Covariates of each unit, as columns of a design matrix."""

    table: pd.DataFrame
    """Units × covariates: float64 or text."""
    columns: Floats
    """Units × columns: numbers as they are, categories as indicators without their first."""

    @property
    def names(self) -> list[str]:
        """Their columns of `obs`."""
        return [str(name) for name in self.table.columns]

    def __bool__(self) -> bool:
        """Whether there are any."""
        return self.columns.shape[1] > 0


def read_covariates(
    rows: pd.DataFrame,
    samples: pd.Index,
    sample_key: str | None,
    names: Sequence[str],
    unit: NDArray[np.intp],
    condition_of: NDArray[np.intp],
    conditions: Sequence[str],
    pairs: Sequence[str],
) -> Covariates:
    """The covariates of each unit, which the condition must not be told from."""
    held: dict[str, pd.Series] = {}
    for name in names:
        _check_type(rows[name], name)
        column = rows[name].set_axis(rows.index.astype(str))
        if sample_key is not None:
            column = _of_samples(rows, sample_key, name)
        held[name] = _of_units(column.loc[samples], unit, name)
    table = pd.DataFrame(held, index=range(len(condition_of)))
    parts = {name: _indicators(table[name]) for name in names}
    columns = np.hstack([np.empty((len(table), 0)), *parts.values()])
    _check_told_apart(parts, table, condition_of, conditions, pairs)
    return Covariates(table, columns)


def _of_samples(rows: pd.DataFrame, sample_key: str, name: str) -> pd.Series:
    """One value per sample."""
    known = rows[rows[sample_key].notna()]
    grouped = known[name].groupby(known[sample_key].astype(object), observed=True, sort=False)
    several = grouped.nunique()
    differing = [str(sample) for sample in several.index[several > 1]]
    if differing:
        raise InputError(
            f"A covariate describes samples, and obs[{name!r}] differs between the cells of "
            f"{listing(differing)}. Covariates of cells cannot be used here."
        )
    return grouped.first()


def _of_units(column: pd.Series, unit: NDArray[np.intp], name: str) -> pd.Series:
    """One value per unit: the mean of numbers; categories must be the same."""
    missing = [str(sample) for sample in column.index[column.isna()]]
    if missing:
        raise InputError(
            f"obs[{name!r}] has no value for the samples {listing(missing)}. Fill it in, leave "
            "these samples out, or leave out the covariate."
        )
    if _is_number(column):
        numbers = column.to_numpy(np.float64)
        endless = [str(sample) for sample in column.index[np.isinf(numbers)]]
        if endless:
            raise InputError(
                f"Expected finite numbers in the covariate obs[{name!r}], found an infinite one "
                f"for the samples {listing(endless)}. Put the number right, or leave out the "
                "covariate."
            )
        return pd.Series(numbers).groupby(unit).mean()
    text = pd.Series(column.astype(str).to_numpy(object)).groupby(unit)
    if text.nunique().max() > 1:
        raise InputError(
            f"Samples of one patient in one condition differ in the covariate obs[{name!r}], and "
            f"they are averaged before the test. Leave out {option('patient_key')} only if they "
            "are "
            "independent; else leave out the covariate."
        )
    return text.first()


def _check_type(column: pd.Series, name: str) -> None:
    if not (_is_number(column) or _is_category(column)):
        raise InputError(
            f"Expected numbers or categories in the covariate obs[{name!r}], found "
            f"{column.dtype}. Turn it into a number, such as days since a date, or into text"
            + remedy(python=f": adata.obs[{name!r}].astype(str)")
            + "."
        )


def _is_number(column: pd.Series) -> bool:
    kind = column.dtype
    if pd.api.types.is_bool_dtype(kind) or pd.api.types.is_complex_dtype(kind):
        return False
    return bool(pd.api.types.is_numeric_dtype(kind))


def _is_category(column: pd.Series) -> bool:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return not pd.api.types.is_datetime64_any_dtype(column.cat.categories)
    if pd.api.types.is_bool_dtype(column) or pd.api.types.is_string_dtype(column):
        return True
    known = column.dropna()
    return column.dtype == object and all(isinstance(v, (str, bool, int)) for v in known)


def _indicators(column: pd.Series) -> Floats:
    if pd.api.types.is_float_dtype(column):
        values = column.to_numpy(np.float64)
        spread = values.std()
        # Scaled, so that years and cell numbers do not spoil the rank.
        return ((values - values.mean()) / (spread or 1.0))[:, None]
    categories = sorted(column.unique())
    return (
        np.stack([column == c for c in categories[1:]], axis=1).astype(np.float64)
        if (len(categories) > 1)
        else np.zeros((len(column), 1))
    )


def block_columns(pairs: Sequence[str]) -> Floats:
    """Indicators of the pairs, without the first; no columns where nothing is paired."""
    codes, names = pd.factorize(np.asarray(pairs, dtype=object))
    return (codes[:, None] == np.arange(1, len(names))).astype(np.float64)


def independent(columns: Floats) -> NDArray[np.intp]:
    """Which columns are no sum of multiples of earlier ones.

    Where a feature lacks all units of the first batch or pair, the indicators of the others
    add up to the intercept.
    """
    kept: list[int] = []
    for number in range(columns.shape[1]):
        if np.linalg.matrix_rank(columns[:, [*kept, number]]) > len(kept):
            kept.append(number)
    return np.array(kept, dtype=np.intp)


def condition_columns(condition_of: NDArray[np.intp], n_conditions: int) -> Floats:
    """Indicators of the conditions other than the reference."""
    return (condition_of[:, None] == np.arange(1, n_conditions)).astype(np.float64)


def _check_told_apart(
    parts: dict[str, Floats],
    table: pd.DataFrame,
    condition_of: NDArray[np.intp],
    conditions: Sequence[str],
    pairs: Sequence[str],
) -> None:
    """Refuse covariates that say nothing, or of which the condition or another is a part."""
    if not parts:
        return
    same = [name for name in parts if table[name].nunique() < 2]
    if same:
        raise InputError(
            f"All samples have the same value of {listing(same)}, so it explains nothing. Leave it "
            f"out of {option('covariates')}."
        )
    base = np.hstack([np.ones((len(table), 1)), block_columns(pairs)])
    treated = condition_columns(condition_of, len(conditions))
    everything = np.hstack([base, treated, *parts.values()])
    if len(table) <= everything.shape[1]:
        raise InputError(
            f"{counted(len(table), 'sample')} or patients cannot tell {everything.shape[1]} "
            "effects apart "
            f"(conditions, {listing(list(parts))}{', pairs' if any(pairs) else ''}). Leave out "
            "covariates, or merge categories of them."
        )
    if np.linalg.matrix_rank(everything) == everything.shape[1]:
        return
    guilty = [n for n, part in parts.items() if _is_confounded(base, treated, [part])]
    if not guilty and _is_confounded(base, treated, list(parts.values())):
        guilty = [
            n
            for n in parts
            if not _is_confounded(base, treated, [p for m, p in parts.items() if m != n])
        ]
        guilty = guilty or list(parts)
    if guilty:
        shown = guilty[0]
        cross = pd.crosstab(
            table[shown].astype(str), pd.Series(condition_of).map(dict(enumerate(conditions)))
        )
        rows = "; ".join(
            f"{value}: " + ", ".join(f"{n} {c}" for c, n in row.items())
            for value, row in cross.head(6).iterrows()
        )
        raise InputError(
            f"The conditions are confounded with {listing(guilty)}: what is due to one cannot be "
            f"told from what is due to the other. Samples by {shown!r}: {rows}. No model mends "
            "that: it takes samples of several conditions that share a value. Leave it out of "
            f"{option('covariates')}, and say so wherever the result is shown."
        )
    alike = [
        n
        for n, part in parts.items()
        if _is_confounded(base, part, [p for m, p in parts.items() if m != n])
    ]
    raise InputError(
        f"The covariates {listing(alike or list(parts))} say the same in other words (or the same "
        f"as {option('paired_by')}). Leave out one of them."
    )


def _is_confounded(base: Floats, treated: Floats, others: Sequence[Floats]) -> bool:
    """Whether `treated` adds fewer dimensions than it has columns."""
    without = np.hstack([base, *others])
    rank = np.linalg.matrix_rank(without)
    return bool(np.linalg.matrix_rank(np.hstack([without, treated])) < rank + treated.shape[1])
