"""How often a group stands out in a programme, with the labels as they are and shuffled.

    python benchmarks/programmes_shuffled.py FILE.h5ad [...] [--groupby cell_type] [--draws 20]

The page folds programmes in which no group stands out (docs/atlas.md); this measures the rule by
which it does, on the consensus of each file, which is made where there is none. The rule itself is
in `tmeatlas/atlas/panels/dots/programmes.js`.
"""

from __future__ import annotations

import argparse
import warnings

import anndata as ad
import numpy as np
from numpy.typing import NDArray

import tmeatlas as tme

LEAST_AWAY, LEAST_ERRORS, LEAST_CELLS = 0.5, 4.0, 10
SEED = 0


def stands_out(values: NDArray[np.float64], codes: NDArray[np.int64]) -> bool:
    """Whether the mean of any group lies further above that of all cells than the rule asks."""
    known = np.isfinite(values) & (codes >= 0)
    if not known.any() or values[known].std() == 0:
        return False
    values, codes = (values[known] - values[known].mean()) / values[known].std(), codes[known]
    sizes = np.bincount(codes)
    means = np.bincount(codes, values) / np.maximum(sizes, 1)
    least = np.maximum(LEAST_AWAY, LEAST_ERRORS / np.sqrt(np.maximum(sizes, 1)))
    return bool(((means >= least) & (sizes >= LEAST_CELLS)).any())


def measured(file: str, groupby: str, draws: int) -> tuple[int, int, list[int]]:
    """Programmes; those in which a group stands out; the same in each draw of shuffled labels."""
    adata = ad.read_h5ad(file)
    if "tme_consensus" not in adata.obsm:
        tme.pp.prepare(adata)
        tme.tl.score(adata)
        tme.tl.consensus(adata)
    table = adata.obsm["tme_consensus"].to_numpy(dtype=np.float64)
    codes = adata.obs[groupby].astype("category").cat.codes.to_numpy(dtype=np.int64)
    rng = np.random.default_rng(SEED)

    def count(of: NDArray[np.int64]) -> int:
        return sum(stands_out(column, of) for column in table.T)

    return table.shape[1], count(codes), [count(rng.permutation(codes)) for _ in range(draws)]


def main() -> None:
    """Print one line per file."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+")
    parser.add_argument("--groupby", default="cell_type")
    parser.add_argument("--draws", type=int, default=20)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    for file in given.files:
        n, real, shuffled = measured(file, given.groupby, given.draws)
        print(
            f"{file}: {real} of {n} programmes; shuffled {np.mean(shuffled):.2f} on average, "
            f"{max(shuffled)} at most"
        )


if __name__ == "__main__":
    main()
