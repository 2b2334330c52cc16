"""Measures of sections between conditions."""

from __future__ import annotations

import made_tissue
import numpy as np
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError

ARMS = {"condition_key": "arm", "sample_key": "section", "reference": "poor"}


@pytest.fixture(scope="module")
def bands():
    adata = made_tissue.banded(8)
    tme.tl.niches(adata, "cell_type", sample_key="section", n_niches=3, n_shifts=39)
    return adata


def test_a_niche_that_grew_is_found(bands):
    adata = bands.copy()
    tme.tl.compare(adata, "niches", **ARMS)
    found = tme.get.compare(adata).astype({"feature": str, "group": str})
    shares = found[found["group"] == "share of niche"].set_index("feature")
    aggregate = next(name for name in shares.index if "B cell" in name)
    assert shares.loc[aggregate, "effect"] > 0.5
    assert shares.loc[aggregate, "padj"] < 0.05
    assert set(found["n"]) == {4}
    assert not set(found["group"]) & {"co-localisation", "programme near type"}


def test_what_lies_beside_what_is_a_comparison_by_itself(bands):
    adata = bands.copy()
    tme.tl.compare(adata, "colocalisation", **ARMS)
    found = tme.get.compare(adata, "colocalisation").astype({"feature": str, "group": str})
    assert set(found["group"]) == {"co-localisation"}
    row = found.set_index("feature").loc["CD4 T cell beside B cell"]
    stored = adata.uns["tme_niches"].astype(str)
    pair = stored[stored["name"] == "CD4 T cell beside B cell"].set_index("sample")
    values, arms = pair["value"].astype(float), {f"S{i}": i >= 4 for i in range(8)}
    rich = values[[arms[sample] for sample in values.index]]
    assert row["mean"] == pytest.approx(rich.mean())
    assert row["effect"] == pytest.approx(rich.mean() - values.drop(rich.index).mean())


def test_without_pairs_there_is_nothing_beside_another(bands):
    adata = bands.copy()
    table = adata.uns["tme_niches"]
    adata.uns["tme_niches"] = table[table["measure"] == "share of niche"].copy()
    with pytest.raises(InputError, match=r"two types or programmes with enough cells in uns\["):
        tme.tl.compare(adata, "colocalisation", **ARMS)


def test_values_are_the_log_ratios_of_the_cells(bands):
    adata = bands.copy()
    tme.tl.compare(adata, "niches", **ARMS)
    values = adata.uns["tme_compare_niches_samples"].astype({"feature": str, "replicate": str})
    sizes = adata.obs.groupby(["section", "tme_niche"], observed=False).size().unstack() + 0.5
    logs = np.log(sizes)
    expected = logs.sub(logs.mean(axis=1), axis=0)
    for niche in expected.columns:
        mine = values[values["feature"] == niche].set_index("replicate")["value"]
        np.testing.assert_allclose(mine, expected.loc[mine.index, niche])


def test_of_two_niches_one_is_tested(bands):
    adata = bands.copy()
    tme.tl.niches(adata, "cell_type", sample_key="section", n_niches=2, n_shifts=39)
    tme.tl.compare(adata, "niches", **ARMS)
    found = adata.uns["tme_compare_niches"].astype({"group": str})
    assert (found["group"] == "share of niche").sum() == 1
    left_out = adata.uns["tme_compare_niches_left_out"].astype(str)
    assert left_out["reason"].str.startswith("the mirror image of '1 ").sum() == 1


def test_of_other_samples_it_is_refused(bands):
    adata = bands.copy()
    adata.obs["other"] = adata.obs["section"].astype(str)
    with pytest.raises(InputError, match=r"niches under 'tme_niches' is of the samples in"):
        tme.tl.compare(adata, "niches", **ARMS | {"sample_key": "other"})
