"""Lineages as columns of `obs`, and the table of groups."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tmeatlas import _keys as keys
from tmeatlas.lineages import UNASSIGNED, tree
from tmeatlas.tl._annotate_labels import GIVEN, MARKERS, NAME
from tmeatlas.tl._annotate_told import Ids, Told


def cell_columns(told: Told, names: pd.Index, key: str) -> pd.DataFrame:
    """The columns of `obs`."""
    confidence, fine, fine_confidence = keys.lineage_columns(key)
    return pd.DataFrame(
        {
            key: _categories(told.lineage),
            confidence: told.confidence,
            fine: _categories(told.finest),
            fine_confidence: told.fine_confidence,
        },
        index=names,
    )


def group_table(told: Told) -> pd.DataFrame:
    """One row per group, in their order."""
    groups = told.groups
    n = len(groups.labels)
    labelled = groups.codes >= 0
    cells = np.bincount(groups.codes[labelled], minlength=n)
    confidence = np.bincount(
        groups.codes[labelled], weights=told.confidence[labelled], minlength=n
    ) / np.maximum(cells, 1)
    fine = np.full(n, "", dtype=object)
    for k in range(n):
        names, counts = np.unique(told.finest[groups.codes == k].astype(str), return_counts=True)
        if len(names):
            fine[k] = str(names[counts.argmax()])
    return pd.DataFrame(
        {
            "group": pd.Categorical(groups.labels, categories=list(groups.labels)),
            "lineage": _categories(groups.lineage),
            "fine": _categories(fine),
            "how": pd.Categorical(groups.how, categories=[GIVEN, NAME, MARKERS]),
            "by_markers": _categories(groups.by_markers),
            "cells": cells.astype(np.int32),
            "confidence": confidence.astype(np.float32),
            "runner_up": _categories(groups.runner_up),
            "runner_up_share": groups.runner_up_share.astype(np.float32),
            "mixed": groups.mixed,
        }
    )


def readable(lineage: str) -> str:
    """The name of a lineage for people."""
    return tree()[lineage].name if lineage else UNASSIGNED


def _categories(ids: Ids) -> pd.Categorical[str]:
    """Readable names as categories, in the order of the tree."""
    used = set(ids)
    order = [each for each in ("", *tree()) if each in used]
    order = [*order[1:], ""] if order[:1] == [""] else order
    places = {each: k for k, each in enumerate(order)}
    codes = np.array([places[each] for each in ids], dtype=np.int32)
    categories: pd.Categorical[str] = pd.Categorical.from_codes(
        codes, pd.Index([readable(each) for each in order])
    )
    return categories
