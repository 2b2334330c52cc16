"""The benchmark of regions: its random lists, and what it says stands out."""

from __future__ import annotations

import importlib
import sys

import anndata as ad
import numpy as np
import pandas as pd
import pytest

pytest.importorskip("squidpy")


@pytest.fixture(scope="module")
def regions(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("tissue_regions")
    for name in ("tissue_regions", "accuracy_pairs", "accuracy_data"):
        sys.modules.pop(name, None)


def test_random_lists_are_of_genes_of_like_expression(regions):
    rng = np.random.default_rng(0)
    mean = np.sort(rng.gamma(0.5, size=1000))
    names = [f"G{i}" for i in range(1000)]
    adata = ad.AnnData(np.tile(mean, (3, 1)), var=pd.DataFrame(index=names))
    own = ["G100", "G500", "G900"]
    lists = regions.with_random(adata, {"own": own})
    assert lists.pop("own") == own
    assert len(lists) == regions.N_RANDOM
    for genes in lists.values():
        ranks = sorted(int(gene[1:]) for gene in genes)
        assert np.abs(np.array(ranks) - [100, 500, 900]).max() <= regions.NEAR


def found(**auroc: tuple[float, float]) -> pd.DataFrame:
    """Two patients; random lists have 0.4 to 0.6 in one and 0.3 to 0.5 in the other."""
    rows = []
    for name, values in auroc.items():
        for at, value in enumerate(values):
            random = np.linspace(0.4, 0.6, 39) - 0.1 * at
            draws = {f"draw {draw}": each for draw, each in enumerate(random)}
            row = {"data": "breast", "way": "spot", "list": name, "region": "gland"}
            row |= {"patient": f"P{at}", "auroc": value, "random": random.mean()}
            rows.append(row | {"highest": random.max()} | draws)
    return pd.DataFrame(rows)


def test_what_stands_out_is_above_all_random_lists(regions):
    rows = found(both=(0.7, 0.7), one=(0.9, 0.45), none=(0.58, 0.45), low=(0.5, 0.45))
    (row,) = regions.standing_out(rows).query("`scores of` == 'spot'").to_dict("records")
    assert row["above chance by the mean"] == 2
    assert row["in every patient"] == 1
    assert row["highest (AUROC by patient; * in every patient)"] == (
        "both * 0.70 0.70; one 0.90 0.45"
    )
