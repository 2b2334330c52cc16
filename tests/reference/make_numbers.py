"""Freeze a few of our own numbers, which every supported version of every library must give.

    PYTHONPATH=. python tests/reference/make_numbers.py

Simulated cells are scored, and the crosstalk between their types is tested. The mean and the
standard deviation of each score, and the crosstalk that stands out most, go to `numbers.json`.
"""

from __future__ import annotations

import json
from pathlib import Path

import tmeatlas as tme

OUTPUT = Path(__file__).with_name("numbers.json")
ROWS = 40
PLACE = ["source", "target", "interaction", "verdict"]
VALUES = ["score", "pval", "padj", "ligand_mean", "receptor_fraction_low"]


def numbers() -> dict[str, object]:
    """What is frozen, computed now."""
    adata = tme.datasets.simulated(400, rng=7)
    tme.pp.prepare(adata, embed=False)
    tme.tl.score(adata)
    tme.tl.crosstalk(adata, "cell_type")
    scores = adata.obsm["tme_scores"].astype("float64").dropna(axis="columns")
    best = tme.get.crosstalk(adata).head(ROWS)
    return {
        "scores": {name: [scores[name].mean(), scores[name].std()] for name in scores},
        "rows": best[PLACE].astype(str).to_numpy().tolist(),
        "values": best[VALUES].astype("float64").to_numpy().tolist(),
    }


if __name__ == "__main__":
    OUTPUT.write_text(json.dumps(numbers(), indent=1) + "\n")
