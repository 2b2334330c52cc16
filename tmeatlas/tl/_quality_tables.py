"""The tables that `tl.quality` writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

import numpy as np
import pandas as pd

from tmeatlas.quality import REMARKS, Judged, Measured, Remark
from tmeatlas.results import Column, Quality


def measure_table(samples: Sequence[str], judged: Sequence[Judged]) -> pd.DataFrame:
    """One row per sample and measure, and group where it is of one."""
    rows = [
        {"sample": sample, **asdict(each)}
        for sample, found in zip(samples, judged, strict=True)
        for each in _by_measure([found.measured for found in judged], found.measured)
    ]
    table = pd.DataFrame(rows, columns=[column.name for column in Quality.columns])
    orders = {
        "sample": list(samples),
        **{name: list(dict.fromkeys(table[name])) for name in ("measure", "name", "group")},
    }
    return typed(table, Quality.columns, orders)


def _by_measure(
    everything: Iterable[Iterable[Measured]], measured: Iterable[Measured]
) -> list[Measured]:
    """What was measured of one sample, in the order in which measures come up in all of them."""
    order = list(dict.fromkeys(each.measure for found in everything for each in found))
    return sorted(measured, key=lambda each: order.index(each.measure))


def remark_table(
    samples: Sequence[str], judged: Sequence[Judged], of_conditions: Iterable[Remark]
) -> pd.DataFrame:
    """One row per sample and remark, in the order of the words; those on conditions last."""
    rows = [
        (sample, each.word, each.reason, each.forbids)
        for sample, found in zip(samples, judged, strict=True)
        for each in sorted(found.remarks, key=lambda each: REMARKS.index(each.word))
    ]
    rows += [("", each.word, each.reason, each.forbids) for each in of_conditions]
    table = pd.DataFrame(rows, columns=[column.name for column in Quality.remark_columns])
    return typed(table, Quality.remark_columns, {"sample": [*samples, ""], "remark": REMARKS})


def ambient_table(
    samples: Sequence[str], rows: Iterable[tuple[str, str, float, str]]
) -> pd.DataFrame:
    """One row per sample and gene of its ambient set: sample, gene, pool and lineage."""
    table = pd.DataFrame(list(rows), columns=[column.name for column in Quality.ambient_columns])
    return typed(table, Quality.ambient_columns, {"sample": samples})


def typed(
    table: pd.DataFrame, columns: Iterable[Column], orders: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """The columns in their types; categories in `orders`, else sorted, and only those used."""
    for name, dtype, *_ in columns:
        if dtype == "category":
            texts = table[name].astype(str).to_numpy(dtype=object)
            used = set(texts)
            order = [each for each in orders.get(name, sorted(used)) if each in used]
            table[name] = pd.Categorical(texts, pd.Index(order, dtype=object))
        else:
            table[name] = table[name].to_numpy(dtype=np.dtype(dtype))
    return table
