"""The ligands and receptors of a crosstalk that are compared between conditions, and those not."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from tmeatlas._text import counted
from tmeatlas.cohort import LeftOut
from tmeatlas.lr import ENDS
from tmeatlas.tl._compare_inputs import GroupsInSamples

FEWEST_COUNTS = 2.0
"""Of a side, on average over the samples that have its group. Logs of fewer are lower where depth
is lower, so that depth that differs between conditions would look like a difference."""
FEWEST_SAMPLES = 2
"""In which a side has to be seen."""
AMBIENT = "mostly ambient RNA, which goes with what other cells make"


def sides_of(routes: pd.DataFrame, where: GroupsInSamples) -> pd.DataFrame:
    """Each gene or complex in each group that some route has it in, once."""
    ends = [
        pd.DataFrame(
            {
                "feature": routes[f"{side}_complex"].astype(object),
                "group": routes[group].astype(object),
                "ambient": routes["ambient"].isin([side, "both"]),
            }
        )
        for side, group in ENDS.items()
    ]
    sides = pd.concat(ends).drop_duplicates().sort_values(["group", "feature"], ignore_index=True)
    sides["group_number"] = pd.Index(where.labels).get_indexer(pd.Index(sides["group"]))
    return sides


def ambient_left_out(sides: pd.DataFrame) -> Iterator[LeftOut]:
    """Those that are mostly ambient RNA in their group, by group."""
    for group, n in sides.loc[sides["ambient"], "group"].value_counts(sort=False).items():
        yield LeftOut(_number_of(n), str(group), AMBIENT)


def rare_left_out(rare: pd.DataFrame, *, counted: bool) -> Iterator[LeftOut]:
    """Those that are seen in too few samples, or too rarely, by group."""
    few = f"fewer than {FEWEST_COUNTS:g} counts in a sample on average, or " if counted else ""
    for group, n in rare["group"].value_counts(sort=False).items():
        yield LeftOut(
            _number_of(n),
            str(group),
            f"{few}seen in fewer than {FEWEST_SAMPLES} samples",
        )


def _number_of(n: int) -> str:
    return counted(int(n), "ligand or receptor", "ligands and receptors")
