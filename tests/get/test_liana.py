from __future__ import annotations

import numpy as np
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError


@pytest.fixture(scope="module")
def adata():
    adata = tme.datasets.simulated(600)
    tme.pp.prepare(adata, embed=False)
    tme.tl.crosstalk(adata, "cell_type")
    return adata


def test_values_are_those_of_the_table(adata):
    ours, theirs = tme.get.crosstalk(adata), tme.get.liana(adata)
    assert len(theirs) == len(ours)
    for name, own in {
        "ligand_complex": "ligand_complex",
        "ligand_props": "ligand_fraction",
        "receptor_means": "receptor_mean",
        "lr_means": "mean",
        "cellphone_pvals": "pval",
    }.items():
        assert theirs[name].tolist() == ours[own].tolist()


def test_both_sides_must_be_frequent_enough(adata):
    everything, chosen = tme.get.liana(adata), tme.get.liana(adata, min_fraction=0.1)
    shares = everything[["ligand_props", "receptor_props"]].min(axis=1)
    assert 0 < len(chosen) == (shares >= 0.1).sum() < len(everything)
    with pytest.raises(InputError, match="a share, not per cent"):
        tme.get.liana(adata, min_fraction=10)


def test_liana_draws_it(adata):
    li = pytest.importorskip("liana", reason="liana is not installed")
    table = tme.get.liana(adata, min_fraction=0.1).head(40)
    figure = li.pl.dotplot(
        liana_res=table,
        colour="lr_means",
        size="cellphone_pvals",
        inverse_size=True,
        source_labels=table["source"].unique().tolist(),
        target_labels=table["target"].unique().tolist(),
        size_range=(1, 6),
    )
    drawn = figure.data
    assert set(drawn["interaction"]) == set(
        table["ligand_complex"] + " -> " + table["receptor_complex"]
    )
    assert np.isfinite(drawn["lr_means"]).all()
