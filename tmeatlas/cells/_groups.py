"""Categories of cells as users have them in `obs`, and the groups that an analysis compares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, listing, not_among
from tmeatlas._guard import warn
from tmeatlas._labels import as_label, coded, missing_texts
from tmeatlas._meanings import nearest_columns
from tmeatlas._text import counted

MAX_CATEGORIES = 1000
MAX_NUMBERS = 20
"""Different fractional numbers that can still be categories, such as doses."""


def category_candidates(adata: AnnData, *, fewest: int = 1) -> list[str]:
    """The `obs` columns that could divide the cells into at least `fewest` categories."""
    most = min(MAX_CATEGORIES, max(2, adata.n_obs // 2))
    return [
        str(name)
        for name, column in adata.obs.items()
        if not pd.api.types.is_float_dtype(column) and fewest <= _n_different(column) <= most
    ]


def _n_different(column: pd.Series) -> int:
    """How many different values there are; 0 where they are no labels, such as lists."""
    try:
        return int(column.nunique(dropna=True))
    except TypeError:
        return 0


FEWEST_SENSIBLE, MOST_SENSIBLE = 2, 50
"""How many categories a column mostly has that somebody means."""


def nearest_candidates(
    adata: AnnData, name: str, *, argument: str, fewest: int = 1, but: str = ""
) -> list[str]:
    """The columns that `argument` may have meant by `name`, the nearest first."""
    names = [each for each in category_candidates(adata, fewest=fewest) if each != but]
    sizes = {str(each): _n_different(column) for each, column in adata.obs.items() if each in names}
    sensible = [each for each, n in sizes.items() if FEWEST_SENSIBLE <= n <= MOST_SENSIBLE]
    return nearest_columns(name, names, argument=argument, sensible=sensible)


def missing_step(column: str) -> str:
    """What would write a column of `obs` that is ours by its name; empty for those of others."""
    steps = {
        keys.LINEAGE: remedy(python="tme.tl.annotate(adata)", shell="`tmeatlas annotate`"),
        keys.STATE: remedy(
            python="tme.tl.call_states(adata)",
            shell="`tmeatlas compare INPUT -o cells.h5ad --what states`",
        ),
        keys.CONSENSUS: remedy(
            python="tme.tl.consensus(adata)",
            shell="`tmeatlas compare INPUT -o cells.h5ad --what consensus`",
        ),
        keys.OBS_PREFIX: remedy(python="tme.tl.score(adata)", shell="`tmeatlas score`"),
    }
    return next((step for name, step in steps.items() if column.startswith(name)), "")


def check_obs_key(adata: AnnData, key: str, *, argument: str) -> pd.Series:
    """The `obs` column that `argument` names."""
    if not isinstance(key, str):
        raise InputError(
            f"Expected the name of one column of obs as {option(argument)}, found {key!r}."
        )
    if key not in adata.obs:
        step = missing_step(key)
        raise not_among(
            "column in obs called",
            key,
            nearest_candidates(adata, key, argument=argument),
            remedy=f"Pass one of these as {option(argument)}.",
            first=f"Run {step} first, which writes it." if step else "",
        )
    column = adata.obs[key]
    if isinstance(column, pd.DataFrame):
        raise InputError(
            f"obs has {counted(column.shape[1], 'column')} called {key!r}. Rename or remove all "
            "but one."
        )
    return column


def read_categories(adata: AnnData, key: str, *, argument: str) -> pd.Categorical[str]:
    """An `obs` column as unordered string categories, unused ones dropped.

    Categories keep the user's order; other labels are sorted. Cells without a
    label have none, those with a text for what is missing, such as "nan", are
    told of.
    """
    column = check_obs_key(adata, key, argument=argument)
    is_category = isinstance(column.dtype, pd.CategoricalDtype)
    if not is_category and _is_measured(column):
        raise InputError(
            f"obs[{key!r}] holds {column.nunique():,} different numbers, not categories. Choose "
            f"another column with {option(argument)}"
            + remedy(python=f", or divide it: pd.cut(adata.obs[{key!r}], 4)")
            + f". {_candidates(adata, key, argument)}"
        )
    codes, values = coded(column, key)
    labels = [as_label(value) for value in values]
    _tell_of_missing(key, codes, labels, values)
    return _categorical(codes, labels, in_order=not is_category)


def categories_of(column: pd.Series) -> pd.Categorical[str]:
    """Any column as :func:`read_categories` gives one that was named; says nothing."""
    codes, values = coded(column, str(column.name))
    is_category = isinstance(column.dtype, pd.CategoricalDtype)
    return _categorical(codes, [as_label(value) for value in values], in_order=not is_category)


def _categorical(
    codes: NDArray[np.int64], labels: list[str], *, in_order: bool
) -> pd.Categorical[str]:
    """Unordered categories of the labels; cells whose label is empty have none."""
    different = list(dict.fromkeys(filter(None, labels)))
    names = _in_order(different) if in_order else different
    place = {name: code for code, name in enumerate(names)}
    new_code = np.array([*(place.get(label, -1) for label in labels), -1], dtype=np.int32)
    return pd.Categorical.from_codes(new_code[codes], pd.Index(names, dtype=object))


def _tell_of_missing(
    key: str, codes: NDArray[np.int64], labels: list[str], values: list[object]
) -> None:
    """Warn where labels are texts that say that there is none."""
    texts = missing_texts(labels, values)
    if not texts:
        return
    is_text = np.array([label == "" for label in labels])
    n_cells = int(is_text[codes[codes >= 0]].sum())
    warn(
        f"{counted(n_cells, 'cell')} of obs[{key!r}] {'has' if n_cells == 1 else 'have'} "
        f"{listing(sorted(texts))} in place of a label, and {'counts' if n_cells == 1 else 'count'}"
        " as without one. If that is a name, rename it."
    )


def _candidates(adata: AnnData, key: str, argument: str) -> str:
    """The columns to choose from instead of `key`, as a sentence."""
    others = nearest_candidates(adata, key, argument=argument, fewest=2, but=key)
    return f"Candidates: {listing(others)}." if others else "No other has two categories or more."


def _is_measured(column: pd.Series) -> bool:
    """Whether a column holds measured values; cluster numbers and a few doses are none."""
    if not pd.api.types.is_float_dtype(column) or column.nunique() <= MAX_NUMBERS:
        return False
    values = column.dropna().to_numpy(dtype=np.float64)
    return bool((values != np.floor(values)).any())


def _in_order(labels: Iterable[str]) -> list[str]:
    """Sorted; by value where all labels are whole numbers, as cluster numbers are."""
    names = [str(label) for label in labels]
    if all(name.lstrip("-").isdecimal() for name in names):
        return sorted(names, key=int)
    return sorted(names)


@dataclass(frozen=True)
class Groups:
    """The groups of cells that an analysis compares."""

    key: str
    labels: tuple[str, ...]
    codes: NDArray[np.int32]
    """Group of each cell; -1 where the cell belongs to none that is kept."""
    sizes: NDArray[np.int64]
    too_small: dict[str, int]
    """Groups left out, with their number of cells."""


def read_groups(
    adata: AnnData, groupby: str, *, min_cells: int = 1, argument: str = "groupby"
) -> Groups:
    """Groups of at least `min_cells` cells; fewer than two of them is an error."""
    categories = read_categories(adata, groupby, argument=argument)
    labels = [str(label) for label in categories.categories]
    codes = np.asarray(categories.codes, dtype=np.int32)
    sizes = np.bincount(codes[codes >= 0], minlength=len(labels))
    kept = np.flatnonzero(sizes >= min_cells)
    too_small = {labels[i]: int(sizes[i]) for i in range(len(labels)) if sizes[i] < min_cells}
    if len(kept) < 2:
        raise InputError(
            f"Expected at least two groups of {min_cells} or more cells in obs[{groupby!r}], "
            f"found {len(kept)}"
            + (f" (too small: {listing(list(too_small))})" if too_small else "")
            + f". Choose another column with {option(argument)}"
            + (f", or lower {option('min_cells')}" if min_cells > 1 else "")
            + f". {_candidates(adata, groupby, argument)}"
        )
    new_code = np.full(len(labels) + 1, -1, dtype=np.int32)  # the last entry serves code -1
    new_code[kept] = np.arange(len(kept), dtype=np.int32)
    return Groups(
        key=groupby,
        labels=tuple(labels[i] for i in kept),
        codes=new_code[codes],
        sizes=sizes[kept].astype(np.int64),
        too_small=too_small,
    )
