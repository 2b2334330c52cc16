from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scanpy as sc

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.get._pseudobulk import pseudobulk


def expected(adata, by, how):
    dense = pd.DataFrame(adata.X.toarray().astype(float), columns=adata.var_names)
    return getattr(dense.groupby([adata.obs[key].to_numpy() for key in by]), how)()


def test_counts_are_summed(small_counts):
    table = pseudobulk(small_counts, "group")
    assert table.index.name == "group"
    assert list(table.index) == ["alpha", "beta", "gamma"]
    np.testing.assert_array_equal(table, expected(small_counts, ["group"], "sum"))


def test_log_values_are_averaged(small_counts):
    sc.pp.normalize_total(small_counts, target_sum=1e4)
    sc.pp.log1p(small_counts)
    table = pseudobulk(small_counts, "group")
    np.testing.assert_allclose(table, expected(small_counts, ["group"], "mean"), rtol=1e-6)


def test_per_sample(small_counts):
    table = pseudobulk(small_counts, "group", sample_key="sample")
    assert table.index.names == ["group", "sample"]
    truth = expected(small_counts, ["group", "sample"], "sum")
    np.testing.assert_array_equal(table, truth)
    assert list(table.index) == list(truth.index)


def test_any_storage_gives_the_same(small_counts, storage):
    truth = pseudobulk(small_counts, "group", sample_key="sample")
    small_counts.X = storage(small_counts.X.toarray())
    pd.testing.assert_frame_equal(pseudobulk(small_counts, "group", sample_key="sample"), truth)


def test_cells_without_a_group_and_pairs_without_cells(small_counts):
    group = small_counts.obs["group"].astype(object)
    group[:5] = np.nan
    sample = small_counts.obs["sample"].astype(str)
    sample[group == "gamma"] = "s2"
    small_counts.obs["group"], small_counts.obs["sample"] = group, sample
    table = pseudobulk(small_counts, "group", sample_key="sample")
    assert ("gamma", "s1") not in table.index
    assert table.to_numpy().sum() == small_counts.X[5:].sum()


def test_small_groups_are_left_out(small_counts):
    small_counts.obs["group"] = ["one"] + ["rest"] * 59
    assert list(pseudobulk(small_counts, "group", min_cells=2).index) == ["rest"]
    with pytest.raises(InputError, match=r"60 or more.*min_cells"):
        pseudobulk(small_counts, "group", min_cells=60)


def test_what_cannot_be_read(small_counts):
    with pytest.raises(MissingKeyError, match="'group'"):
        pseudobulk(small_counts, "groups")
    with pytest.raises(MissingKeyError, match="'sample'"):
        pseudobulk(small_counts, "group", sample_key="samples")
    with pytest.raises(InputError, match="min_cells"):
        pseudobulk(small_counts, "group", min_cells=0)
