"""How often a test between conditions finds what is not there: a table and its figure.

    python benchmarks/cohort_null.py [--repeats 1000] [--parts values counts cells real] [--out .]

Every row is a test, every column a design; a test that holds its level has 0.05. In brackets the
upper limit of the 95 % interval over the repetitions.

- ``values``: samples' values drawn directly, for each kind of value and each test, and what
  testing their cells gives
- ``counts``: pydeseq2 on drawn counts (a tenth of the repetitions)
- ``cells``: the whole way from simulated cells (a tenth of the repetitions)
- ``real``: vehicle-treated cells of five patients (zhao2021; the folder ``data`` of the environment
  variable TMEATLAS_SHARED), all ten splits into two and three

Everything is drawn with seeds: a table comes out the same again.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from cohort_null_cells import from_cells, real_cells
from cohort_null_tables import KINDS, pseudobulk
from scipy import stats

from tmeatlas.cohort import SampleTable, compare, joined, read_design
from tmeatlas.tl._compare_genes import log_cpm

ALPHA = 0.05
DESIGNS = {
    "3 v 3": (3, 3, 1.0),
    "4 v 4": (4, 4, 1.0),
    "8 v 8": (8, 8, 1.0),
    "3 v 8": (3, 8, 1.0),
    "4 v 4, x3": (4, 4, 3.0),
    "3 v 8, x3": (3, 8, 3.0),
    "8 v 3, x3": (8, 3, 3.0),
    "5 v 10, x2": (5, 10, 2.0),
}
"""Patients of the condition and of the reference, and how often its spread is that of these."""
METHODS = ("welch", "linear", "moderated", "permutation")
COUNTED = ("3 v 3", "4 v 4", "8 v 8", "3 v 8, x3")
N_GENES = 300


def design_of(name: str):
    """Conditions, and the spread of each sample."""
    n, n_reference, ratio = DESIGNS[name]
    condition = ["case"] * n + ["control"] * n_reference
    rows = pd.DataFrame({"condition": condition}, [f"s{i}" for i in range(len(condition))])
    design = read_design(rows, sample_key=None, condition_key="condition", reference="control")
    return design, np.where(np.array(condition) == "case", ratio, 1.0)


def table_of(values: np.ndarray, group: str, counts: np.ndarray | None = None) -> SampleTable:
    return SampleTable(
        features=pd.DataFrame(
            {"feature": [f"f{i}" for i in range(values.shape[1])], "group": group, "unit": "value"}
        ),
        values=values,
        cells=np.ones(values.shape, dtype=int),
        samples=tuple(f"s{i}" for i in range(len(values))),
        counts=counts,
    )


def shares(table: pd.DataFrame) -> pd.Series:
    """Share of p-values of at most 0.05 in each repetition, which is a group."""
    return (table["pval"] <= ALPHA).groupby(table["group"].astype(str)).mean()


def summary(per_repeat: pd.Series) -> dict[str, float]:
    """The mean over the repetitions, and the upper limit of its 95 % interval."""
    mean = float(per_repeat.mean())
    error = per_repeat.std(ddof=1) / np.sqrt(len(per_repeat))
    return {"share": mean, "upper": mean + 1.96 * float(error), "repeats": len(per_repeat)}


def of_values(repeats: int, kinds=KINDS, designs=DESIGNS, methods=METHODS) -> pd.DataFrame:
    """Each kind of value and each test; the repetitions are groups of one table."""
    rows = []
    for number, (kind, draw) in enumerate(kinds.items()):
        for name in designs:
            design, spread = design_of(name)
            rng = np.random.default_rng([number, *DESIGNS[name][:2], int(DESIGNS[name][2])])
            values = [draw(rng, spread) for _ in range(repeats)]
            for method in methods:
                if method == "moderated" and values[0].shape[1] < 20:
                    continue
                some = values if method != "permutation" else values[: max(repeats // 5, 20)]
                table = joined([table_of(v, f"r{i}") for i, v in enumerate(some)])
                found = shares(compare(table, design, method=method).table)
                rows.append({"what": kind, "test": method, "design": name, **summary(found)})
    return pd.DataFrame(rows)


def of_pooled_cells(repeats: int) -> pd.DataFrame:
    """Scores of cells, intraclass correlation 0.1: what comes out where patients are pooled."""
    rows = []
    for name in DESIGNS:
        design, spread = design_of(name)
        rng = np.random.default_rng(7)
        found = []
        for _ in range(repeats):
            level = np.sqrt(0.1) * spread[:, None] * rng.normal(size=(len(spread), 20))
            cells = np.maximum(rng.negative_binomial(2, 2 / 102, size=len(spread)), 10)
            patient = np.repeat(np.arange(len(spread)), cells)
            drawn = level[patient] + np.sqrt(0.9) * rng.normal(size=(len(patient), 20))
            case = design.condition_of[patient] == 1
            pval = stats.ttest_ind(drawn[case], drawn[~case], equal_var=False).pvalue
            found.append((pval <= ALPHA).mean())
        rows.append(
            {"what": "scores", "test": "cells pooled", "design": name, **summary(pd.Series(found))}
        )
    return pd.DataFrame(rows)


def of_counts(repeats: int, designs=COUNTED) -> pd.DataFrame:
    """Pydeseq2, a group at a time."""
    rows = []
    for name in designs:
        design, spread = design_of(name)
        rng = np.random.default_rng(11)
        found = []
        for i in range(repeats):
            counts = pseudobulk(rng, spread, N_GENES)[0]
            counts = counts[:, counts.sum(axis=0) >= 10]
            table = table_of(log_cpm(counts), f"r{i}", counts)
            tested = compare(table, design, method="pydeseq2").table
            found.append((tested["pval"] <= ALPHA).mean())
        rows.append(
            {"what": "genes", "test": "pydeseq2", "design": name, **summary(pd.Series(found))}
        )
    return pd.DataFrame(rows)


PARTS = {
    "values": lambda repeats: pd.concat(
        [of_values(repeats), of_pooled_cells(max(repeats // 10, 10))], ignore_index=True
    ),
    "counts": lambda repeats: of_counts(max(repeats // 10, 2)),
    "cells": lambda repeats: from_cells(max(repeats // 10, 2)),
    "real": lambda repeats: real_cells(),
}


def figure(table: pd.DataFrame, path: Path) -> None:
    """One line per kind of value and test: its share and upper limit in each design."""
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    whats = list(dict.fromkeys(table["what"]))
    drawn = make_subplots(
        len(whats), 1, shared_xaxes=True, subplot_titles=whats, vertical_spacing=0.03
    )
    for row, what in enumerate(whats, start=1):
        for test, rows in table[table["what"] == what].groupby("test", sort=False):
            spread = rows["upper"] - rows["share"]
            drawn.add_scatter(
                x=rows["design"],
                y=rows["share"],
                error_y={"type": "data", "array": spread},
                name=str(test),
                mode="markers",
                legendgroup=str(test),
                showlegend=not any(test == t.name for t in drawn.data),
                row=row,
                col=1,
            )
        drawn.add_hline(y=ALPHA, line_dash="dot", row=row, col=1)
    drawn.update_yaxes(type="log", range=[-2, 0])
    drawn.update_layout(
        height=190 * len(whats), title="Share of p of at most 0.05; nothing differs"
    )
    go.Figure(drawn).write_html(path, include_plotlyjs=True)


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """Tests by designs, each share with its upper limit in brackets."""
    texts: dict[tuple[str, str], dict[str, str]] = {}
    for what, test, design, share, upper, _ in table.itertuples(index=False):
        limit = f" ({upper:.3f})" if np.isfinite(upper) else ""
        texts.setdefault((what, test), {})[design] = f"{share:.3f}{limit}"
    designs = list(dict.fromkeys(table["design"]))
    return pd.DataFrame(texts.values(), pd.MultiIndex.from_tuples(texts), designs).fillna("")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=1000)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--out", type=Path, default=Path())
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    table = pd.concat([PARTS[part](given.repeats) for part in given.parts], ignore_index=True)
    print(printed(table).to_string())
    given.out.mkdir(parents=True, exist_ok=True)
    table.to_csv(given.out / "cohort_null.csv", index=False)
    figure(table, given.out / "cohort_null.html")


if __name__ == "__main__":
    main()
