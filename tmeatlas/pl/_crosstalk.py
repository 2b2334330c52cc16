"""The crosstalk table, as figures read it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from anndata import AnnData

from tmeatlas._errors import unknown
from tmeatlas._text import counted, pair_name, title_of
from tmeatlas.cells import read_categories
from tmeatlas.pl._groups import shown_groups
from tmeatlas.results import Crosstalk, Verdict, is_verdict

TEXTS = {
    # As `str`, pandas makes each row of a category as wide as the longest label of a user.
    **dict.fromkeys(("source", "target"), object),
    **dict.fromkeys(("ligand_complex", "receptor_complex", "axis"), str),
    **dict.fromkeys(("role", "core", "disputed", "verdict"), str),
}
DISPUTED = "yes"
"""Of interactions that hardly any list holds."""


def read_rows(crosstalk: Crosstalk, axis: str | None = None) -> pd.DataFrame:
    """Rows over all samples, of one axis if it is named, with plain strings.

    Those that are mostly ambient RNA are among them, and those of roles that carry no
    signal, without a verdict.
    """
    table = crosstalk.overall().astype(TEXTS)
    if axis is None:
        return table
    known = sorted(set(table["axis"]))
    if axis not in known:
        raise unknown("axis in the crosstalk table called", axis, known)
    return table[table["axis"] == axis]


def apart_words(table: pd.DataFrame) -> list[str]:
    """Lines on what no figure counts of `table`: ambient RNA, and roles that carry no signal."""
    lines = []
    n_ambient = int(is_verdict(table, Verdict.AMBIENT).sum())
    if n_ambient:
        lines.append(f"not counted, as mostly ambient RNA: {counted(n_ambient, 'specific row')}")
    roles = table.loc[is_verdict(table, Verdict.NONE), "role"].value_counts().sort_index()
    if len(roles):
        named = ", ".join(f"{n:,} {role}" for role, n in roles.items())
        lines += ["not counted, as their role carries no signal:", f"rows of {named}"]
    return lines


def told_pair(row: pd.Series) -> str:
    """Ligand and receptor of a row of the crosstalk, and whether they are disputed."""
    pair = pair_name(row["ligand_complex"], row["receptor_complex"])
    return f"{pair} (disputed)" if row["disputed"] == DISPUTED else pair


def group_order(adata: AnnData, groupby: str, names: Sequence[str]) -> list[str]:
    """Those of the groups of cells that are among `names`, in the user's order."""
    order = [str(name) for name in read_categories(adata, groupby, argument="groupby").categories]
    return [name for name in order if name in set(names)]


def group_colours(adata: AnnData, groupby: str, names: Sequence[str]) -> list[str]:
    """The colour that each of `names` has as a group of cells in every other figure."""
    known = [str(name) for name in read_categories(adata, groupby, argument="groupby").categories]
    by_name = dict(zip(known, shown_groups(adata, groupby).colours, strict=True))
    return [by_name[name] for name in names]


def axis_name(axis: str) -> str:
    """The name of an axis for people."""
    from tmeatlas.interactions import load_axes

    names = {known.id: known.name for known in load_axes()}
    return names.get(axis) or title_of(axis or "other")
