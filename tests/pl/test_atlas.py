"""What `tmeatlas.pl.atlas` accepts, refuses and returns."""

from __future__ import annotations

import logging

import numpy as np
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError


@pytest.fixture
def adata(small_counts):
    small_counts.obsm["X_umap"] = np.random.default_rng(0).normal(size=(60, 2))
    return small_counts


def test_returns_an_atlas(adata, caplog):
    with caplog.at_level(logging.INFO, logger="tmeatlas"):
        made = tme.pl.atlas(adata, groupby="group", sample_key="sample", title="My tumour")
    assert isinstance(made, tme.atlas.Atlas)
    assert made.payload.title == "My tumour"
    assert made.payload.sample.labels == ["s1", "s2"]
    assert "60 cells, 3 groups by group, 2 samples" in caplog.text


def test_nothing_is_written(adata):
    before = adata.copy()
    tme.pl.atlas(adata, groupby="group")
    assert set(adata.uns) == set(before.uns)
    assert set(adata.obs) == set(before.obs)
    assert (adata.X != before.X).nnz == 0


@pytest.mark.parametrize("argument", ["groupby", "sample_key", "condition_key"])
def test_unknown_column_names_the_nearest_and_the_argument(adata, argument):
    options = {"groupby": "group", argument: "grop"}
    with pytest.raises(MissingKeyError, match=rf"'grop'.*'group'.*`{argument}=`"):
        tme.pl.atlas(adata, **options)


def test_one_group(adata):
    adata.obs["single"] = "all"
    with pytest.raises(InputError, match="at least two groups"):
        tme.pl.atlas(adata, groupby="single")


@pytest.mark.parametrize("role", ["sample", "condition"])
def test_empty_column(adata, role):
    adata.obs["empty"] = None
    with pytest.raises(InputError, match=rf"empty.*{role}_key="):
        tme.pl.atlas(adata, groupby="group", **{f"{role}_key": "empty"})


def test_not_an_anndata(adata):
    with pytest.raises(InputError, match="Expected an AnnData, found DataFrame"):
        tme.pl.atlas(adata.obs, groupby="group")


def test_no_embedding(small_counts):
    with pytest.raises(InputError, match=r"tme\.pp\.prepare\(adata\)"):
        tme.pl.atlas(small_counts, groupby="group")


def test_embedding_that_is_not_numbers(adata):
    import pandas as pd

    adata.obsm["X_text"] = pd.DataFrame({"a": ["x"] * 60, "b": ["y"] * 60}, index=adata.obs_names)
    with pytest.raises(InputError, match=r"obsm\['X_text'\] does not hold numbers"):
        tme.pl.atlas(adata, groupby="group", basis="text")


@pytest.mark.parametrize("values", [[1, 2] * 30, [True, False] * 30, [0.5, 1.5] * 30])
def test_groups_of_any_type(adata, values):
    adata.obs["kind"] = values
    labels = tme.pl.atlas(adata, groupby="kind").payload.groups.labels
    assert labels == sorted(str(value) for value in set(values))


def test_views_and_single_cells(adata):
    view = adata[[0, 20, 40]]
    made = tme.pl.atlas(view, groupby="group")
    assert made.payload.n_cells == 3
    assert "3 cells" in made.to_html()


def test_expression_with_nan_is_named(adata):
    dense = np.log1p(adata.X.toarray())
    dense[3, 3] = np.nan
    adata.X = dense
    adata.obsm["tme_scores"] = adata.obs[[]].assign(a=0.5)
    adata.uns["tme_coverage"] = _coverage(adata)
    with pytest.raises(InputError, match="NaN"):
        tme.pl.atlas(adata, groupby="group")


def _coverage(adata):
    import pandas as pd

    return pd.DataFrame(
        {"genes": [", ".join(adata.var_names[:5])], "tier": ["core"]},
        index=pd.Index(["a"], name="signature"),
    )
