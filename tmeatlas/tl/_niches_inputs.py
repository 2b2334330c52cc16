"""What `tl.niches` reads of an AnnData: types, lineages and programmes of cells or spots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, listing
from tmeatlas._numbers import check_number
from tmeatlas.cells import CellLineages, read_categories, read_lineages
from tmeatlas.results import Consensus, Record, Scores
from tmeatlas.sig import mark_name

FEWEST_SHIFTS = 39
"""With fewer no p-value of both sides can be 0.05."""


@dataclass(frozen=True, eq=False)
class Marks:
    """What is known of each cell or spot, by which its neighbours are described."""

    groupby: str | None
    """The column with the types; None where none were read."""
    types: tuple[str, ...]
    codes: NDArray[np.int32]
    """Type of each cell; -1 where it has none."""
    scores_key: str
    """Where the programmes are stored; "" where none were read."""
    programmes: Mapping[str, str]
    """Name for people of each, by id."""
    scores: NDArray[np.float32] | None
    """Cells × programmes."""
    lineages: CellLineages | None
    """None where no lineage is known."""
    no_lineages: str
    """Why none is; "" where they are."""

    @property
    def table(self) -> pd.DataFrame | None:
        """Cells × programmes by name; None where there are none."""
        if self.scores is None:
            return None
        return pd.DataFrame(self.scores, columns=list(self.programmes))


def check_shifts(n_shifts: int) -> None:
    """Refuse a number with which nothing can be found."""
    fewer = f"Take {FEWEST_SHIFTS} or more: fewer cannot give a p-value of 0.05."
    check_number("n_shifts", n_shifts, low=FEWEST_SHIFTS, whole=True, remedy=fewer)


def read_marks(
    adata: AnnData,
    groupby: str | None,
    scores: str | bool | None,
    lineage_key: str | None,
    *,
    spots: bool,
) -> Marks:
    """The types and programmes that were named, or those that are there."""
    if groupby is None and not spots and keys.LINEAGE in adata.obs:
        groupby = keys.LINEAGE
    types, codes = _types(adata, groupby)
    scores_key, programmes, values = _programmes(adata, scores)
    if not types and not programmes:
        raise InputError(_nothing(spots=spots))
    lineages, no_lineages = _lineages(adata, groupby, lineage_key)
    return Marks(groupby, types, codes, scores_key, programmes, values, lineages, no_lineages)


def _nothing(*, spots: bool) -> str:
    """What to do where there is neither a type nor a score."""
    row = "spot" if spots else "cell"
    labels = "regions or types" if spots else "types"
    return (
        f"Expected {labels} or scores of programmes, by which the surroundings of a {row} are "
        f"described, found neither. Name the column of obs with the {labels}, "
        f"{option('groupby')}"
        + remedy(
            python=", or score the programmes first: tme.tl.score(adata), then "
            "tme.tl.consensus(adata)"
        )
        + "."
    )


def _types(adata: AnnData, groupby: str | None) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    if groupby is None:
        return (), np.full(adata.n_obs, -1, dtype=np.int32)
    found = read_categories(adata, groupby, argument="groupby")
    if not len(found.categories):
        raise InputError(
            f"No cell has a type in obs[{groupby!r}]. Name another column as {option('groupby')}."
        )
    return tuple(map(str, found.categories)), np.asarray(found.codes, dtype=np.int32)


def _programmes(
    adata: AnnData, scores: str | bool | None
) -> tuple[str, Mapping[str, str], NDArray[np.float32] | None]:
    """Key, names and values of the programmes: those under `scores`, else the consensus."""
    if scores is False:
        return "", {}, None
    if scores is None and Consensus.find(adata) is None:
        return "", {}, None
    if scores is not None and not isinstance(scores, str):
        raise InputError(
            f"Expected the key of stored scores as {option('scores')}, or False for none, found "
            f"{scores!r}. The keys are those of tl.score and tl.consensus: "
            f"{listing(_score_keys(adata))}."
        )
    key = keys.CONSENSUS if scores is None else scores
    record = Record.find(adata, key)
    kind = Consensus if record is not None and record.kind == Consensus.kind else Scores
    found = kind.read(adata, key)
    table = found.table.loc[:, found.table.notna().any()]
    name_of = found.coverage.name if isinstance(found, Scores) else mark_name
    names = {str(each): name_of(str(each)) or str(each) for each in table}
    return key, names, table.to_numpy(np.float32)


def _score_keys(adata: AnnData) -> list[str]:
    """Keys of `obsm` under which scores or a consensus are stored."""
    of = {key: Record.find(adata, str(key)) for key in adata.obsm}
    kinds = (Scores.kind, Consensus.kind)
    found = [str(key) for key, record in of.items() if record is not None and record.kind in kinds]
    return found or [keys.CONSENSUS]


def _lineages(
    adata: AnnData, groupby: str | None, lineage_key: str | None
) -> tuple[CellLineages | None, str]:
    """Those in the column that was named, of `tl.annotate`, or in the names of the types."""
    if lineage_key is not None:
        return read_lineages(adata, lineage_key), ""
    key = keys.LINEAGE if keys.LINEAGE in adata.obs else groupby
    if key is None:
        return None, "no lineage is known"
    try:
        return read_lineages(adata, key, argument="groupby"), ""
    except InputError:
        return None, f"obs[{key!r}] names no lineage of cells"
