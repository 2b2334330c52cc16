"""The states that cells of a lineage are in."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from tmeatlas._text import clean, in_sentence, percent
from tmeatlas.findings._finding import About, Candidate, Confidence, Finding
from tmeatlas.findings._material import Material
from tmeatlas.findings._words import of, place
from tmeatlas.results import States

FEWEST_READABLE, FEWEST_CALLED = 20, 10
"""Cells of a lineage in which its states are told, and cells in a state (conventions)."""
ENOUGH_SAMPLES, CELLS_OF_SAMPLE = 3, 10
OF_INTEREST = ("Malignant cells", "T cells", "Monocytes and macrophages", "Fibroblasts")
"""Lineages whose states readers look for first (a convention)."""
MANY = 100
"""Cells of a lineage from which on their number does not count."""


def states_of_lineages(material: Material) -> Iterator[Candidate]:
    """The first state of each lineage with its share and interval, beside the next one."""
    states = material.get(States)
    if states is None or states.calls.empty or material.row == "spot":
        return
    if not material.labels_hold:
        return
    shares = states.shares().astype({"lineage": str, "state": str})
    of_samples = _of_samples(material, states)
    for lineage, rows in shares.groupby("lineage", sort=False):
        called = rows[(rows["state"] != states.unassigned) & (rows["note"].astype(str) == "")]
        called = called.sort_values("called", ascending=False, kind="stable")
        if called.empty:
            continue
        first = called.iloc[0]
        if first["cells"] < FEWEST_READABLE or first["called"] < FEWEST_CALLED:
            continue
        seen, n_samples = _samples_with(of_samples, str(lineage), str(first["state"]))
        whole = bool(first["cells"] == rows["cells"].max())
        none = rows.loc[rows["state"] == states.unassigned, "share"]
        yield _candidate(states, called.assign(whole=whole), float(none.sum()), seen, n_samples)


def _of_samples(material: Material, states: States) -> pd.DataFrame:
    """The shares by sample; empty where samples are not known."""
    if material.samples is None:
        return pd.DataFrame(columns=["lineage", "state", "cells", "called"])
    samples = pd.Series(material.samples, index=states.state.index)
    return states.shares(samples).astype({"lineage": str, "state": str})


def _samples_with(rows: pd.DataFrame, lineage: str, state: str) -> tuple[int, int]:
    """Samples with cells in a state, and those with enough cells of the lineage to show it."""
    rows = rows[(rows["lineage"] == lineage) & (rows["state"] == state)]
    enough = rows[rows["cells"] >= CELLS_OF_SAMPLE]
    return int((enough["called"] > 0).sum()), len(enough)


def _candidate(
    states: States, called: pd.DataFrame, unassigned: float, seen: int, n: int
) -> Candidate:
    """The sentence on the first state; beside it the next that is read in the same cells."""
    first = called.iloc[0]
    lineage, name = str(first["lineage"]), in_sentence(str(first["state"]))
    several = n >= ENOUGH_SAMPLES and 2 * seen >= n
    alike = called.iloc[1:][called["cells"].iloc[1:] == first["cells"]]
    beside = "".join(
        f"; next {in_sentence(row['state'])}, {percent(row['share'])}"
        for row in alike.head(1).to_dict("records")
        if row["called"]
    )
    counts = of(int(first["called"]), int(first["cells"]))
    share = f"{percent(first['share'])} {name}" if first["whole"] else f"{name} in {counts}"
    cells = "cells" if first["whole"] else "cells in which it can be read"
    where = f", in {of(seen, n, 'sample')}" if several else ""
    rest = f"; unassigned {percent(unassigned)}" if first["whole"] and unassigned else ""
    return Candidate(
        Finding(
            rule="states_of_lineages",
            about=About.PROGRAMME,
            headline=f"{lineage}: {share}",
            text=f"{counts} {cells} ({percent(first['low'])} to {percent(first['high'])}) show it "
            f"above chance{where}{beside}{rest}.",
            confidence=Confidence.CLEAR if several else Confidence.FAIR,
            n=n if several else int(first["cells"]),
            unit="samples" if several else "cells",
            result=states.key,
            rows=place(lineage=lineage, state=first["state"]),
            view={
                "tab": "cells",
                "card": "states",
                "colour": "state",
                "region": f"lineage:{lineage}",
                "row": f"{clean(lineage)}: {clean(first['state'])}",
            },
        ),
        strength=_strength(lineage, float(first["low"]), float(first["cells"])),
    )


def _strength(lineage: str, low: float, cells: float) -> float:
    """Larger shares of more cells say more, and states of the lineages of interest most."""
    base = 0.5 if lineage in OF_INTEREST else 0.0
    return (base + 0.5 * low) * min(1.0, cells / MANY)
