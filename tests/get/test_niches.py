"""Tables of niches, against what is stored."""

from __future__ import annotations

import made_tissue
import numpy as np
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError


@pytest.fixture(scope="module")
def bands():
    adata = made_tissue.banded(4)
    adata.obs["cell_type"] = adata.obs["cell_type"].replace({"Tumour": "border"})
    tme.tl.niches(adata, "cell_type", sample_key="section", n_niches=3, n_shifts=39)
    return adata


def test_measures_are_the_stored_table_as_text(bands):
    table = tme.get.niches(bands)
    stored = bands.uns["tme_niches"]
    assert len(table) == len(stored)
    assert not any(isinstance(dtype, pd.CategoricalDtype) for dtype in table.dtypes)
    np.testing.assert_array_equal(table["value"], stored["value"])
    assert table["name"].tolist() == stored["name"].astype(str).tolist()


def test_shares_are_sections_by_niches(bands):
    shares = tme.get.niches(bands, rows="shares")
    counted = pd.crosstab(bands.obs["section"], bands.obs["tme_niche"], normalize="index")
    np.testing.assert_allclose(shares, counted[shares.columns].loc[shares.index])


def test_profiles_are_one_row_for_each_niche_and_type(bands):
    profiles = tme.get.niches(bands, rows="profiles")
    niches = bands.obs["tme_niche"].cat.categories
    types = bands.obs["cell_type"].unique()
    assert len(profiles) == len(niches) * len(types)
    sizes = bands.obs["tme_niche"].value_counts()
    assert (profiles["cells"] == profiles["niche"].map(sizes).astype(int)).all()
    first = bands[bands.obs["tme_niche"] == niches[0]]
    of_sections = first.obsm["tme_niches"].groupby(first.obs["section"].astype(str)).mean()
    expected = of_sections.mean()
    mine = profiles[profiles["niche"] == niches[0]].set_index("feature")["mean"]
    np.testing.assert_allclose(mine, expected[mine.index], rtol=1e-5)


def test_stability_says_which_number_was_taken(bands):
    table = tme.get.niches(bands, rows="stability")
    assert table.loc[table["chosen"], "k"].tolist() == [3]


def test_cells_have_their_niche_and_what_is_around_them_even_of_a_type_called_border(bands):
    table = tme.get.niches(bands, rows="cells")
    assert table.index.equals(bands.obs_names)
    assert table["niche"].tolist() == bands.obs["tme_niche"].tolist()
    np.testing.assert_array_equal(table["border around"], bands.obsm["tme_niches"]["border"])


def test_what_is_not_there(bands):
    with pytest.raises(InputError, match=r"`rows` to be one of 'measures', 'shares'"):
        tme.get.niches(bands, rows="niches")
    with pytest.raises(MissingKeyError, match=r"No niches in uns\['none'\]"):
        tme.get.niches(bands, key="none")
