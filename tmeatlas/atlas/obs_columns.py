"""Columns of `obs` that a page can be coloured and filtered by, beside those with a role in it.

Those that the user names, or else those that look useful: not written by tmeatlas,
no ids and no coordinates, dividing the cells in a way that no other column of the
page does, and few. Text becomes categories; so do whole numbers of a few kinds,
such as a grade. Other numbers become features.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas._text import clean, slug, title_of
from tmeatlas.atlas.categories import Category, make_category
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.maker import FeatureMaker
from tmeatlas.cells import categories_of, check_obs_key
from tmeatlas.results import columns_of_others

MOST_CATEGORIES, MOST_NUMBERS = 8, 4
"""Columns of each kind that nobody asked for: a number takes about a byte of each cell."""
MOST_LABELS = 50
"""Labels up to which a column is taken to be of categories that somebody means."""
CELLS_PER_LABEL = 5
"""Fewer on average, and labels tell cells apart rather than kinds of cells."""
MOST_CODES = 12
"""Different whole numbers up to which they are codes, such as grades, and no measurements."""
NO_MEANING = re.compile(
    r"_.*|(.*[ ._-])?(id|ids|idx|index|barcodes?|cellid|cell_?names?)"
    r"|(umap|tsne|pca?|dim|x|y|imagerow|imagecol|array_row|array_col|pxl_.*)([ ._-]?[xy\d]*)",
    re.IGNORECASE,
)
"""Names of ids, of coordinates, and of what packages keep for themselves."""
ARGUMENT = "obs_keys"


@dataclass(frozen=True, eq=False)
class ObsColumns:
    """What further columns of `obs` give to a page."""

    categories: list[Category]
    numbers: list[str]


def read_obs_columns(
    adata: AnnData,
    rows: NDArray[np.intp],
    page: Sequence[Category],
    asked: Sequence[str] | None = None,
) -> ObsColumns:
    """The columns that were `asked` for, or those that look useful beside those of the `page`."""
    if asked is None:
        return _useful(adata, rows, page)
    if isinstance(asked, str):
        raise InputError(
            f"Expected a list of columns of obs as {option(ARGUMENT)}, found {asked!r}: "
            f"[{asked!r}]?"
        )
    found = ObsColumns([], [])
    of_page = {category.key for category in page}
    for key in dict.fromkeys(asked):
        column = check_obs_key(adata, key, argument=ARGUMENT).iloc[rows]
        if column.notna().sum() == 0:
            raise InputError(
                f"obs[{key!r}] is empty in every drawn cell. Leave it out of {option(ARGUMENT)}."
            )
        if _is_measured(column):
            found.numbers.append(key)
        elif key not in of_page:
            found.categories.append(_category(adata, key, column, [*page, *found.categories]))
    return found


def obs_features(
    adata: AnnData, numbers: Iterable[str], rows: NDArray[np.intp], maker: FeatureMaker
) -> Iterator[Feature]:
    """One feature per column of numbers; cells without a finite one have none."""
    for key in numbers:
        values = _numbers(adata.obs[key].iloc[rows])
        yield maker.make(
            values,
            id=f"o:{clean(key)}",
            kind="obs",
            name=title_of(key),
            unit=f"value; as it is in obs[{clean(key)!r}]",
        )


def _useful(adata: AnnData, rows: NDArray[np.intp], page: Sequence[Category]) -> ObsColumns:
    """The first of each kind, in the order of `obs`: who made it put first what matters."""
    found = ObsColumns([], [])
    ours = columns_of_others(adata, "") | {category.key for category in page}
    obs = adata.obs.loc[:, ~adata.obs.columns.duplicated(keep=False)]
    for key in (name for name in obs.columns if isinstance(name, str)):
        if key in ours or key.startswith(keys.OBS_PREFIX) or NO_MEANING.fullmatch(key):
            continue
        column = obs[key].iloc[rows]
        n = _n_different(column)
        if n < 2:
            continue
        if _is_measured(column):
            if len(found.numbers) < MOST_NUMBERS and not _counts_cells(column):
                found.numbers.append(key)
        elif n <= min(MOST_LABELS, len(rows) // CELLS_PER_LABEL):
            shown = [*page, *found.categories]
            category = _category(adata, key, column, shown)
            if len(found.categories) < MOST_CATEGORIES and not _is_known(category, shown):
                found.categories.append(category)
    return found


def _n_different(column: pd.Series) -> int:
    """How many different values there are; 0 where they cannot be told apart, such as lists."""
    try:
        return int(column.nunique(dropna=True))
    except TypeError:
        return 0


def _is_measured(column: pd.Series) -> bool:
    """Whether a column holds numbers to be shown as such, and no labels or codes."""
    is_number = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if not is_number or pd.api.types.is_complex_dtype(column):
        return False
    values = _numbers(column)
    values = values[np.isfinite(values)]
    return bool((values != np.floor(values)).any()) or len(np.unique(values)) > MOST_CODES


def _counts_cells(column: pd.Series) -> bool:
    """Whether the numbers are those of the cells themselves, one after the other."""
    values = _numbers(column)
    different = len(np.unique(values))
    return different == len(values) == np.ptp(values) + 1


def _numbers(column: pd.Series) -> NDArray[np.float64]:
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isfinite(values), values, np.nan)


def _category(adata: AnnData, key: str, column: pd.Series, others: Sequence[Category]) -> Category:
    """A column as a category of the page, with an id of its own that fits into a link."""
    found = categories_of(column)
    labels = [str(label) for label in found.categories]
    name = title_of(key)
    name = f"{name} ({clean(key)})" if name in {other.name for other in others} else name
    used = {other.id for other in others}
    wanted = f"obs-{slug(key)}"
    free = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(used) + 2))
    role = next(each for each in free if each not in used)
    made = make_category(adata, role, key, labels, np.asarray(found.codes))
    return replace(made, name=name, is_main=False)


def _is_known(category: Category, others: Sequence[Category]) -> bool:
    """Whether another column divides the cells in the same way, under whatever names."""
    return any(_is_same(category, other) for other in others)


def _is_same(one: Category, other: Category) -> bool:
    if len(one.labels) != len(other.labels):
        return False
    pairs = one.codes.astype(np.int32) * 256 + other.codes
    return len(np.unique(pairs)) == len(np.unique(one.codes))
