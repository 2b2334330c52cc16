"""`tl.quality` of published tumours: as they are, and with ambient RNA or doublets added."""

from __future__ import annotations

import importlib
import sys
import warnings

import anndata as ad
import numpy as np
import pytest

import tmeatlas as tme
from tmeatlas._errors import TMEWarning
from tmeatlas.quality import AMBIENT, DOUBLETS, MOSTLY_AMBIENT

FILES = {"wu2021": "wu2021_tnbc_CID4465.h5ad", "kim2020": "kim2020_luad_T34.h5ad"}
KINDS = {"wu2021": "celltype_major", "kim2020": "cell_type"}


@pytest.fixture(scope="module")
def damages(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("damages")
    sys.modules.pop("damages", None)


def judged(adata: ad.AnnData) -> ad.AnnData:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TMEWarning)
        tme.tl.quality(adata, groupby="cell_type")
    return adata


def measured(adata: ad.AnnData, measure: str) -> float:
    table = adata.uns["tme_quality"]
    return float(table.loc[(table["measure"] == measure) & (table["group"] == ""), "value"].iloc[0])


def words(adata: ad.AnnData) -> set[str]:
    return set(adata.uns["tme_quality_remarks"]["remark"]) & {AMBIENT, DOUBLETS}


@pytest.fixture(scope="module", params=FILES)
def tumour(request, shared_data):
    """Name and counts of a published tumour."""
    adata = ad.read_h5ad(shared_data / "data" / FILES[request.param])
    if "counts" in adata.layers:
        adata.X = adata.layers.pop("counts")
    return request.param, adata


@pytest.fixture(scope="module")
def untouched(tumour):
    return judged(tumour[1].copy())


def test_a_tumour_as_published_is_neither(untouched):
    assert words(untouched) == set()
    assert 0.02 < measured(untouched, "ambient") < 0.15
    assert measured(untouched, "doublets") < 0.025


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2])
def test_as_much_is_told_as_was_added(tumour, untouched, damages, share):
    before = measured(untouched, "ambient")
    after = judged(damages.add_ambient(tumour[1], share))
    added = 1 - (1 - measured(after, "ambient")) / (1 - before)
    assert share / 1.5 < added < share * 1.5
    assert (AMBIENT in words(after)) == (share >= 0.1)


def test_genes_that_were_mostly_added_are_called_so(tumour, untouched, damages):
    _, adata = tumour
    after = judged(damages.add_ambient(adata, 0.1))
    share = after.varm["tme_quality_ambient"]
    for group in ("T_CD4", "T"):
        if group not in share:
            continue
        inside = (adata.obs["cell_type"] == group).to_numpy()
        old, new = (np.asarray(cells.X[inside].sum(axis=0)).ravel() for cells in (adata, after))
        mostly = (new >= 10) & (new >= 2 * old)
        own = (
            (new >= 10)
            & (new - old < new / 4)
            & ~(untouched.varm["tme_quality_ambient"][group] >= 0.25).to_numpy()
        )
        assert (share[group].to_numpy()[mostly] >= MOSTLY_AMBIENT).mean() >= 0.8
        assert (share[group].to_numpy()[own] >= MOSTLY_AMBIENT).mean() <= 0.01


def test_doublets_are_found_and_not_taken_for_ambient_rna(tumour, untouched, damages):
    name, adata = tumour
    after = judged(damages.add_doublets(adata, 0.1, KINDS[name]))
    true = after.obs[damages.DOUBLET].to_numpy(bool)
    called = after.obs["tme_quality_doublet"].to_numpy(bool)
    assert words(after) == {DOUBLETS}
    assert called[true].mean() > 10 * called[~true].mean()
    assert measured(after, "ambient") < 1.5 * measured(untouched, "ambient")
