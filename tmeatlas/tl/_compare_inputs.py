"""What `tl.compare` reads of an AnnData: samples with their conditions, and values of samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, listing
from tmeatlas.cells import check_obs_key, read_categories
from tmeatlas.cohort import Compared, Design, SampleTable
from tmeatlas.quality import LEAST_CELLS
from tmeatlas.results import Result


class Wanted(NamedTuple):
    """What a reader is asked for."""

    samples: tuple[str, ...]
    """Those that are compared."""
    sample_key: str | None
    """None where rows are samples."""
    groupby: str | None
    key: str | None
    """Under which the result is stored that is compared; None for the default."""
    layer: str | None
    min_cells: int
    """Cells that a group needs in a sample."""
    use_raw: bool | None = None


class What(NamedTuple):
    """Something that samples have values of."""

    read: Callable[[AnnData, Wanted], SampleTable]
    rows: Callable[[AnnData, Wanted, Design, Compared, SampleTable], pd.DataFrame] | None = None
    """The rows between groups that are made of the sides that were tested."""
    takes: tuple[str, ...] = ("groupby", "key")
    """Which of `groupby`, `key`, `layer` and `use_raw` it reads."""
    of: type[Result] | None = None
    """The result that says which groups are compared; None where the caller alone does."""

    def check_options(self, what: str, **given: str | bool | None) -> None:
        """Refuse what would be accepted and not used."""
        for name, value in given.items():
            if value is not None and name not in self.takes:
                raise InputError(
                    f"Comparing {what!r} takes no `{name}`, found {value!r}. Leave it out; "
                    f"it takes {listing(self.takes)}."
                )


def labels_compared(adata: AnnData, asked: What, wanted: Wanted) -> tuple[str | None, ...]:
    """The column with the groups that are compared, and those that a result keeps in `obs`."""
    if asked.of is None:
        return (wanted.groupby,)
    result = asked.of.read(adata, wanted.key)
    groupby = wanted.groupby or result.groupby or result.record.param("lineage_key") or None
    return groupby, *([result.key] if result.slot == "obs" else [])


def read_rows(
    adata: AnnData,
    sample_key: str | None,
    condition_key: str,
    patient_key: str | None,
    paired_by: str | None,
    covariates: Sequence[str],
) -> pd.DataFrame:
    """The columns of `obs` that make the design, those of names as categories of text."""
    named = {
        "sample_key": sample_key,
        "condition_key": condition_key,
        "patient_key": patient_key,
        "paired_by": paired_by,
    }
    columns = {
        key: pd.Series(read_categories(adata, key, argument=argument), adata.obs_names)
        for argument, key in named.items()
        if key is not None
    }
    if sample_key is not None and columns[sample_key].notna().sum() > 1:
        _check_cells(columns[sample_key], sample_key)
    if isinstance(covariates, str):
        raise InputError(
            f"Expected a list of columns as {option('covariates')}, found {covariates!r}. Write "
            f"{option('covariates', [covariates])}."
        )
    for key in covariates:
        if key in columns:
            raise InputError(
                f"obs[{key!r}] is a covariate and says who is compared with whom as well. Leave it "
                f"out of {option('covariates')}."
            )
        columns[key] = check_obs_key(adata, key, argument="covariates")
    return pd.DataFrame(columns)


def _check_cells(samples: pd.Series, sample_key: str) -> None:
    """Refuse samples of one row each, of which nothing but the whole row can be read."""
    if samples.dropna().is_unique:
        raise InputError(
            f"Expected cells of the samples in obs[{sample_key!r}], found one row for each: the "
            "rows are samples, as in bulk. "
            "" + remedy(python="Pass sample_key=None.", shell="Leave it out.")
        )


class GroupsInSamples(NamedTuple):
    """Which group and which sample each cell is of."""

    labels: tuple[str, ...]
    """The groups; one without a name where there are none."""
    codes: NDArray[np.int64]
    """Sample × number of groups + group of each cell; -1 where it has none of them."""
    sizes: NDArray[np.int64]
    """Samples × groups: cells."""

    def members(self) -> sp.csr_matrix:
        """(Sample, group) × cells: 1 where the cell is of the group in the sample."""
        cells = np.flatnonzero(self.codes >= 0)
        return sp.csr_matrix(
            (np.ones(len(cells)), (self.codes[cells], cells)),
            shape=(self.sizes.size, len(self.codes)),
        )

    def depths(self, totals: NDArray[np.floating]) -> dict[str, NDArray[np.float64]]:
        """Molecules of a cell of each sample, in each group and in all ("").

        From molecules of samples × groups; NaN where there are few cells of the group.
        """
        of_groups = totals / np.where(self.sizes >= LEAST_CELLS, self.sizes, np.nan)
        cells = self.sizes.sum(axis=1)
        of_all = totals.sum(axis=1) / np.where(cells > 0, cells, np.nan)
        return dict(zip(self.labels, of_groups.T, strict=True)) | {"": of_all}


def groups_in_samples(adata: AnnData, wanted: Wanted) -> GroupsInSamples:
    """The groups of the cells in the samples that are compared."""
    if wanted.groupby is None:
        return in_samples(adata, wanted, ("",), np.zeros(adata.n_obs, dtype=np.int64))
    groups = read_categories(adata, wanted.groupby, argument="groupby")
    labels = tuple(str(label) for label in groups.categories)
    return in_samples(adata, wanted, labels, np.asarray(groups.codes, dtype=np.int64))


def in_samples(
    adata: AnnData, wanted: Wanted, labels: tuple[str, ...], group: NDArray[np.integer]
) -> GroupsInSamples:
    """Cells of any groups (-1: none) in the samples that are compared."""
    if wanted.sample_key is None:
        of_cell = pd.Index(wanted.samples).get_indexer(adata.obs_names.astype(str))
    else:
        held = read_categories(adata, wanted.sample_key, argument="sample_key")
        names = pd.Index(wanted.samples).get_indexer(pd.Index(held.categories.astype(str)))
        of_cell = np.append(names, -1)[held.codes]
    codes = np.where((of_cell >= 0) & (group >= 0), of_cell * len(labels) + group, -1)
    sizes = np.bincount(codes[codes >= 0], minlength=len(wanted.samples) * len(labels))
    return GroupsInSamples(labels, codes, sizes.reshape(len(wanted.samples), len(labels)))


def mean_table(
    values: pd.DataFrame, unit: str, where: GroupsInSamples, wanted: Wanted
) -> SampleTable:
    """Means over the cells of each group in each sample: samples × (group, column of `values`)."""
    n_samples, n_groups = where.sizes.shape
    matrix = values.to_numpy(np.float64)
    members = where.members()
    known = np.isfinite(matrix)
    counts = members @ known
    with np.errstate(invalid="ignore"):
        means = members @ np.where(known, matrix, 0.0) / counts
    means[counts < wanted.min_cells] = np.nan
    shape = n_samples, n_groups * matrix.shape[1]
    return SampleTable(
        features=pd.DataFrame(
            {
                "feature": np.tile(values.columns.to_numpy(str), n_groups),
                "group": np.repeat(np.array(where.labels, dtype=object), matrix.shape[1]),
                "unit": unit,
            }
        ),
        values=means.reshape(shape),
        cells=counts.astype(np.int64).reshape(shape),
        samples=wanted.samples,
    )
