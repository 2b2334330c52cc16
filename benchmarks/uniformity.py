"""Whether p-values of crosstalk are uniform where there is nothing to find.

    python benchmarks/uniformity.py [tumour.h5ad] [--groupby cell_type] [--sample-key sample]

The cell types are shuffled within samples, so that they say nothing about
ligands and receptors, and tested; ten times over. Without a file, on 3,000
simulated cells. Prints, once by permutation, once by moments, and for what the
samples say together,

- of all tests, the share of p-values up to 0.05 and 0.001: rows that are not listed,
  because no cell of a group shows the ligand or the receptor, have p = 1;
- of the rows that do not depend on such luck, because at least five cells are expected to
  show each side whatever the labels are, the Kolmogorov-Smirnov distance to uniform
  p-values;
- how many rows are active after correction.
"""

from __future__ import annotations

import argparse
import warnings
from pathlib import Path

import anndata as ad
import numpy as np
import pandas as pd
from scipy import stats

import tmeatlas as tme

warnings.simplefilter("ignore")
FEWEST_EXPECTED = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--groupby", default="cell_type")
    parser.add_argument("--sample-key", default="sample")
    parser.add_argument("--layer")
    parser.add_argument("--shuffles", type=int, default=10)
    parser.add_argument("--perms", type=int, default=2000)
    parser.add_argument("--figure", type=Path, help="write the quantiles as an HTML page")
    given = parser.parse_args()

    adata = ad.read_h5ad(given.file) if given.file else simulated()
    names = ("permutation", "analytic", "samples, combined")
    listed, frequent = ({name: [] for name in names} for _ in range(2))
    active, tests = dict.fromkeys(names, 0), 0
    for seed in range(given.shuffles):
        shuffle_labels(adata, given.groupby, given.sample_key, seed)
        for null in ("permutation", "analytic"):
            by_sample = null == "permutation"
            options = {"null": null, "n_perms": given.perms, "layer": given.layer}
            tme.tl.crosstalk(
                adata, "shuffled", sample_key=given.sample_key, by_sample=by_sample, **options
            )
            table = tme.get.crosstalk(adata)
            tests += (
                by_sample * adata.uns["tmeatlas"]["tme_crosstalk"]["provenance"]["n_rows_tested"]
            )
            enough = table[expected_cells(adata, table, given.layer) >= FEWEST_EXPECTED]
            columns = {null: "pval", **({"samples, combined": "pval_samples"} if by_sample else {})}
            for name, column in columns.items():
                listed[name].append(table[column])
                frequent[name].append(enough[column])
                active[name] += int((table[column.replace("pval", "padj")] <= 0.05).sum())

    print(
        f"{'p-values of':20} {'tests':>9} {'<= 0.05':>8} {'<= 0.001':>9} {'frequent':>9} {'KS':>7} "
        f"{'active':>7}"
    )
    pvalues = {name: pd.concat(parts).dropna().to_numpy() for name, parts in frequent.items()}
    for name, parts in listed.items():
        shares = [(pd.concat(parts) <= alpha).sum() / tests for alpha in (0.05, 0.001)]
        distance = stats.kstest(pvalues[name], "uniform").statistic
        print(
            f"{name:20} {tests:9,} {shares[0]:8.4f} {shares[1]:9.5f} {len(pvalues[name]):9,} "
            f"{distance:7.4f} {active[name]:7}"
        )
    if given.figure:
        quantiles(pvalues).write_html(given.figure, config={"displayModeBar": False})


def expected_cells(adata: ad.AnnData, table: pd.DataFrame, layer: str | None) -> pd.Series:
    """Cells of the group that would show the rarest gene of a row if all groups were alike."""
    values = adata.X if layer is None else adata.layers[layer]
    share = pd.Series(np.asarray((values > 0).mean(axis=0)).ravel(), index=adata.var_names)
    sides = {}
    for side, group in (("ligand", "source"), ("receptor", "target")):
        rarest = {
            name: share.reindex(name.split("_")).min() for name in table[f"{side}_complex"].unique()
        }
        sides[side] = table[f"{side}_complex"].map(rarest) * table[f"{group}_cells"]
    return pd.DataFrame(sides).min(axis=1)


def simulated() -> ad.AnnData:
    adata = tme.datasets.simulated(3000)
    tme.pp.prepare(adata, embed=False)
    return adata


def shuffle_labels(adata: ad.AnnData, groupby: str, sample_key: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = adata.obs[groupby].astype(str).to_numpy(dtype=object).copy()
    for sample in adata.obs[sample_key].unique():
        cells = np.flatnonzero(adata.obs[sample_key] == sample)
        labels[cells] = labels[rng.permutation(cells)]
    adata.obs["shuffled"] = pd.Categorical(labels)


def quantiles(pvalues: dict[str, np.ndarray]):
    """Observed against expected p-values, both as -log10."""
    import plotly.graph_objects as go

    from tmeatlas.pl._theme import template

    figure = go.Figure(layout={"template": template(), "width": 640, "height": 520})
    expected = (np.arange(400) + 0.5) / 400
    log_expected = -np.log10(np.concatenate([np.geomspace(1e-4, 1 / 400, 60), expected[1:]]))
    for name, values in pvalues.items():
        observed = -np.log10(np.quantile(values, 10.0**-log_expected))
        figure.add_scatter(x=log_expected, y=observed, name=name, mode="lines")
    figure.add_scatter(
        x=[0, 4], y=[0, 4], name="uniform", mode="lines", line={"dash": "dot", "color": "#888"}
    )
    figure.update_xaxes(title="expected −log10 p")
    figure.update_yaxes(title="observed −log10 p")
    return figure


if __name__ == "__main__":
    main()
