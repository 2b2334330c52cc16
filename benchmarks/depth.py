"""How crosstalk holds at low depth: planted axes found, and false ones, as counts are thinned.

    python benchmarks/depth.py [--cells 2000] [--perms 10000]

The counts of the simulated tumour are thinned to a share of their molecules.
"found" is the share of the planted axis × source × target that are called
active; "false" the number of active rows after the labels were shuffled among
all cells, mean of three shuffles. "mask" is the rule of a fixed share: only
interactions whose ligand and receptor are in 10 % of the cells of their groups.
"""

from __future__ import annotations

import argparse
import warnings

import anndata as ad
import numpy as np
import pandas as pd
import scanpy as sc

import tmeatlas as tme

SHARES = (1.0, 0.5, 0.25, 0.1, 0.05)
N_SHUFFLES = 3


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cells", type=int, default=2000)
    options.add_argument("--perms", type=int, default=10_000)
    given = options.parse_args()
    warnings.simplefilter("ignore", tme._errors.TMEWarning)
    adata = tme.datasets.simulated(given.cells)
    planted = adata.uns["truth"][["axis", "source", "target"]].drop_duplicates()
    print(f"{given.cells} cells, {len(planted)} planted rows, {given.perms} permutations")
    print(
        f"{'share':>6} {'genes/cell':>10} | {'found: axes':>11} {'single':>7} {'mask':>6}"
        f" | {'false: axes':>11} {'single':>7} {'mask':>6}"
    )
    for share in SHARES:
        thinned = at_depth(adata, share)
        genes = int(np.median(np.diff(thinned.layers["counts"].indptr)))
        active = active_rows(thinned, given.perms)
        found = [planted.merge(rows.drop_duplicates()).shape[0] / len(planted) for rows in active]
        false = [0.0] * len(active)
        for seed in range(N_SHUFFLES):
            shuffled = thinned.copy()
            labels = np.random.default_rng(seed).permutation(shuffled.obs["cell_type"].to_numpy())
            shuffled.obs["cell_type"] = pd.Categorical(labels)
            for i, rows in enumerate(active_rows(shuffled, given.perms)):
                false[i] += len(rows) / N_SHUFFLES
        print(
            f"{share:6.2f} {genes:10d} | {found[0]:11.2f} {found[1]:7.2f} {found[2]:6.2f}"
            f" | {false[0]:11.1f} {false[1]:7.1f} {false[2]:6.1f}",
            flush=True,
        )


def at_depth(adata: ad.AnnData, share: float) -> ad.AnnData:
    """The cells with this share of their molecules, normalised."""
    thinned = ad.AnnData(adata.X.copy(), obs=adata.obs.copy(), var=adata.var.copy())
    counts = thinned.X
    counts.data = (
        np.random.default_rng(0).binomial(counts.data.astype(int), share).astype("float32")
    )
    counts.eliminate_zeros()
    thinned.layers["counts"] = counts.copy()
    sc.pp.normalize_total(thinned, target_sum=1e4)
    sc.pp.log1p(thinned)
    return thinned


def active_rows(adata: ad.AnnData, n_perms: int) -> list[pd.DataFrame]:
    """Axis, source and target of the active rows: of axes, of interactions, under the mask."""
    columns = ["axis", "source", "target"]
    tme.tl.crosstalk(adata, "cell_type", n_perms=n_perms)
    tme.tl.axes(adata)
    axes, single = tme.get.axes(adata), tme.get.crosstalk(adata)
    tme.tl.crosstalk(adata, "cell_type", n_perms=n_perms, min_fraction=0.1, key_added="masked")
    masked = tme.get.crosstalk(adata, key="masked")
    return [rows[rows["verdict"] == "active"][columns] for rows in (axes, single, masked)]


if __name__ == "__main__":
    main()
