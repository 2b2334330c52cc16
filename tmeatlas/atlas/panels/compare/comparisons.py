"""The stored comparisons of conditions as a page shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tmeatlas._text import clean, clean_long, display_name, display_names
from tmeatlas.atlas.panels.compare.words import place_of, unit_name
from tmeatlas.lr import ENDS
from tmeatlas.results import Comparison, Differences

MAX_PLACES = 1_000
"""Features in groups of one comparison in a page, with the values of their replicates."""
MAX_INTERACTIONS = 5_000
NUMBERS = (
    *("effect", "low", "high", "pval", "padj", "mean", "mean_reference"),
    *("overall_pval", "overall_padj"),
)
SHARES = {"condition": "share", "reference": "share_reference"}
"""Mean shares behind a difference in composition, whose unit tells none."""
COUNTS = ("n", "n_reference", "cells", "cells_reference", "level")
OF_SIDES = ("effect", "padj")
OF_PRODUCT = ("product", "product_low", "product_high", "n_both", "n_both_reference")

Readable = Callable[[str], str]


@dataclass(frozen=True, eq=False)
class Compared:
    """One comparison: its rows, the values behind, and what was left out.

    Texts are numbers into `names`, by their kind; `place` is one into `places`.
    """

    key: str
    what: str
    reference: str
    replicate: str
    places: list[tuple[str, ...]]
    """Feature and group, the most evidence first; no group is empty; some have a name."""
    rows: pd.DataFrame
    samples: pd.DataFrame
    """Values of the replicates."""
    left_out: list[tuple[str, list[str]]]
    """Each reason, and what was left out for it."""
    interactions: pd.DataFrame
    """Of crosstalk and axes, those that a listed side takes part in; else empty."""
    names: dict[str, list[str]]
    n_places: int
    """Features in groups that were compared, listed or not."""
    n_interactions: int
    """Interactions with a side that was compared, listed or not."""


class Texts:
    """Texts of tables as numbers: each kind has a list of its own."""

    def __init__(self, condition: Readable) -> None:
        self._condition = condition
        self.names: dict[str, list[str]] = {}

    def coded(self, texts: pd.Series, kind: str, shown: Readable = clean) -> NDArray[np.int64]:
        """The place of each text among those of its kind; empty text stays empty."""
        codes, values = pd.factorize(texts.astype(object))
        known = self.names.setdefault(kind, [])
        for value in (shown(text) if text else "" for text in values):
            if value not in known:
                known.append(value)
        at = {name: i for i, name in enumerate(known)}
        of_value = [at[shown(text) if text else ""] for text in values]
        return np.array(of_value, dtype=np.int64)[codes]

    def conditions(self, texts: pd.Series) -> NDArray[np.int64]:
        """Conditions as they are read."""
        return self.coded(texts, "condition", self._condition)

    def labels(self, texts: pd.Series, kind: str) -> NDArray[np.int64]:
        """Labels of the data as they are read; those that would become the same stay apart."""
        return self.coded(texts, kind, _apart(texts))


def read_comparison(
    found: Comparison,
    readable: Readable,
    differences: Differences,
    shares: Mapping[tuple[str, str, str], float],
) -> Compared:
    """A comparison for the page; `readable` turns the id of a feature into its name.

    `shares` are mean shares by parent, group and condition, of a composition alone.
    """
    ranked = found.ranked()
    every = _places(ranked, "feature", "group").unique()
    listed = every[:MAX_PLACES]
    condition = _apart([*found.conditions, found.reference])
    texts = Texts(condition)
    texts.conditions(pd.Series([*found.conditions, found.reference]))
    rows = _rows(
        _with_shares(ranked, shares).assign(level=differences.levels(ranked)), listed, texts
    )
    samples = _samples(found.samples, listed, texts)
    interactions = found.rows if found.rows is not None else pd.DataFrame()
    return Compared(
        key=clean(found.key),
        what=clean_long(found.what),
        reference=condition(found.reference),
        replicate=found.replicate,
        places=[
            place_of(found.what, readable(feature), group and display_name(group))
            for feature, group in listed
        ],
        rows=rows,
        samples=samples,
        left_out=_left_out(found.left_out, readable),
        interactions=_interactions(interactions, listed, texts, readable),
        names=texts.names,
        n_places=len(every),
        n_interactions=_n_tested(interactions, every),
    )


def _places(table: pd.DataFrame, feature: str, group: str) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(table[[feature, group]].astype(object))


def _apart(labels: Iterable[object]) -> Readable:
    """Labels as they are shown; those that would become the same stay apart."""
    known = list(dict.fromkeys(map(str, labels)))
    shown = dict(zip(known, display_names(known), strict=True))
    return lambda label: shown.get(label, clean(label))


def _with_shares(
    ranked: pd.DataFrame, shares: Mapping[tuple[str, str, str], float]
) -> pd.DataFrame:
    keys = {name: ranked[name].astype(str) for name in ("group", "feature", *SHARES)}
    columns = {
        column: [
            shares.get(key, np.nan)
            for key in zip(keys["group"], keys["feature"], keys[name], strict=True)
        ]
        for name, column in SHARES.items()
    }
    return ranked.assign(**columns)


def _rows(ranked: pd.DataFrame, listed: pd.MultiIndex, texts: Texts) -> pd.DataFrame:
    place = listed.get_indexer(_places(ranked, "feature", "group"))
    rows = ranked[place >= 0]
    return pd.DataFrame(
        {
            "place": place[place >= 0],
            "condition": texts.conditions(rows["condition"]),
            "unit": texts.coded(rows["unit"], "unit", unit_name),
            "test": texts.coded(rows["test"], "test"),
            "note": texts.coded(rows["note"], "note", clean_long),
            **{name: rows[name].to_numpy() for name in (*NUMBERS, *SHARES.values(), *COUNTS)},
        }
    )


def _samples(samples: pd.DataFrame, listed: pd.MultiIndex, texts: Texts) -> pd.DataFrame:
    """Values of the listed features, those of one feature and group after each other."""
    if samples.empty:
        return pd.DataFrame()
    place = listed.get_indexer(_places(samples, "feature", "group"))
    rows = samples.assign(place=place)[place >= 0].sort_values("place", kind="stable")
    return pd.DataFrame(
        {
            "place": rows["place"].to_numpy(),
            "replicate": texts.labels(rows["replicate"], "replicate"),
            "condition": texts.conditions(rows["condition"]),
            "pair": texts.labels(rows["pair"], "pair"),
            "value": rows["value"].to_numpy(np.float64),
            "cells": rows["cells"].to_numpy(),
        }
    )


def _left_out(left_out: pd.DataFrame, readable: Readable) -> list[tuple[str, list[str]]]:
    """What was left out by its reason, the reasons in the order of the table."""
    found: dict[str, list[str]] = {}
    for row in left_out.astype(str).to_dict("records"):
        feature, group = row["feature"], row["group"]
        parts = [feature and readable(feature), group and display_name(group)]
        found.setdefault(clean_long(row["reason"]), []).append(" in ".join(filter(None, parts)))
    return list(found.items())


def _n_tested(table: pd.DataFrame, every: pd.MultiIndex) -> int:
    """Interactions with a side that was compared."""
    if table.empty:
        return 0
    sides = [_places(table, f"{side}_complex", group).isin(every) for side, group in ENDS.items()]
    return int(np.logical_or(*sides).sum())


def _interactions(
    table: pd.DataFrame, listed: pd.MultiIndex, texts: Texts, readable: Readable
) -> pd.DataFrame:
    """Interactions of listed sides: those with a changed side first, then by their product."""
    if table.empty:
        return table
    place = {
        side: listed.get_indexer(_places(table, f"{side}_complex", group))
        for side, group in ENDS.items()
    }
    changed = table["changed"].astype(str)
    order = np.lexsort([-table["product"].abs().to_numpy(), changed.to_numpy() == ""])
    is_listed = (place["ligand"] >= 0) | (place["receptor"] >= 0)
    kept = order[is_listed[order]][:MAX_INTERACTIONS]
    rows = table.iloc[kept]
    return pd.DataFrame(
        {
            **{f"{side}_place": place[side][kept] for side in ENDS},
            **{side: texts.coded(rows[f"{side}_complex"], "gene", readable) for side in ENDS},
            **{group: texts.coded(rows[group], "group", display_name) for group in ENDS.values()},
            "condition": texts.conditions(rows["condition"]),
            "changed": texts.coded(changed.iloc[kept], "changed"),
            **{
                f"{side}_{what}": rows[f"{side}_{what}"].to_numpy()
                for side in ENDS
                for what in OF_SIDES
            },
            **{name: rows[name].to_numpy() for name in OF_PRODUCT},
        }
    )
