"""What `tl.cellphonedb` reads from an AnnData."""

from __future__ import annotations

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._errors import InputError, listing
from tmeatlas._guard import warn
from tmeatlas._values import MatrixKind
from tmeatlas.cellphonedb import IDENTIFIERS, Options, Problem, check_columns, map_proteins
from tmeatlas.cells import Groups, read_groups
from tmeatlas.interactions import CellPhoneDBTables
from tmeatlas.matrix import ExpressionMatrix, open_matrix

SEPARATOR = "|"
# The caller of the public function, seen from `_warn_of_cells_left_out`.


def read_problem(
    adata: AnnData,
    groupby: str,
    tables: CellPhoneDBTables,
    options: Options,
    *,
    layer: str | None,
    use_raw: bool | None,
) -> tuple[Problem, str]:
    """Expression and groups in CellPhoneDB's order, and the name of the matrix read."""
    check_columns(tables)
    groups = read_groups(adata, groupby)
    _check_names(groups)
    cells = _cells_by_name(adata, groups)
    matrix = open_matrix(
        adata,
        layer=layer,
        use_raw=use_raw,
        accepts=(MatrixKind.LOGNORM, MatrixKind.LINEAR),
        needed_by="tl.cellphonedb",
    )
    genes = _names_of_the_data(tables, matrix)
    mapped = map_proteins(tables, genes)
    expression = matrix.columns(mapped.columns)[cells]
    expression.sort_indices()
    labels, codes = _sorted_as_strings(groups)
    _warn_of_cells_left_out(adata, groups)
    problem = Problem(
        tables=tables,
        mapped=mapped,
        expression=expression,
        genes=[str(name) for name in genes[mapped.columns]],
        codes=codes[cells],
        labels=labels,
        options=options,
    )
    return problem, matrix.name


def _names_of_the_data(tables: CellPhoneDBTables, matrix: ExpressionMatrix) -> pd.Index:
    """The names as CellPhoneDB would read them, or as we do where that finds more of its genes."""
    known = set(tables.genes[list(IDENTIFIERS)].to_numpy().ravel())
    as_given = matrix.labels.is_unique and matrix.labels.isin(known).sum()
    return matrix.labels if as_given >= matrix.genes.isin(known).sum() else matrix.genes


def _check_names(groups: Groups) -> None:
    strange = [label for label in groups.labels if SEPARATOR in label]
    if strange:
        raise InputError(
            f"Group names must not hold {SEPARATOR!r}, with which CellPhoneDB joins two of them; "
            f"obs[{groups.key!r}] has {listing(strange)}. Rename them first: "
            f"adata.obs[{groups.key!r}] = adata.obs[{groups.key!r}].astype('category')"
            f".cat.rename_categories(lambda name: name.replace({SEPARATOR!r}, ' '))."
        )


def _cells_by_name(adata: AnnData, groups: Groups) -> NDArray[np.int64]:
    """The cells that have a group, in the order of their names."""
    names = adata.obs_names.astype(str)
    if not names.is_unique:
        twice = listing(list(names[names.duplicated()].unique()), limit=5)
        raise InputError(
            f"Names of cells must be unique, as their order counts; given more than once: {twice}. "
            "Call adata.obs_names_make_unique() first."
        )
    name_of = names.to_list()
    kept = np.flatnonzero(groups.codes >= 0).tolist()
    return np.asarray(sorted(kept, key=name_of.__getitem__), dtype=np.int64)


def _sorted_as_strings(groups: Groups) -> tuple[list[str], NDArray[np.int32]]:
    """Labels in CellPhoneDB's order, and each cell's code for it (-1 stays)."""
    order = sorted(range(len(groups.labels)), key=groups.labels.__getitem__)
    new_code = np.full(len(order) + 1, -1, dtype=np.int32)  # the last entry serves code -1
    new_code[order] = np.arange(len(order), dtype=np.int32)
    return [groups.labels[at] for at in order], new_code[groups.codes]


def _warn_of_cells_left_out(adata: AnnData, groups: Groups) -> None:
    n_left_out = int((groups.codes < 0).sum())
    if n_left_out:
        warn(
            f"{n_left_out} of {adata.n_obs} cells have no group in obs[{groups.key!r}] and were "
            "left out. Where missing groups are written out as 'nan', CellPhoneDB takes them for "
            "a group."
        )
