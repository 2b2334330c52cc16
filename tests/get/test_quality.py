"""Samples, remarks and genes, out of tables that are known."""

from __future__ import annotations

import numpy as np
import pytest
from made_adata import make_adata
from made_cohort import QUALITIES, write_quality

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError


@pytest.fixture(scope="module")
def cells():
    adata = make_adata()
    write_quality(adata, sample_key="sample", groupby="cell_type")
    return adata


def test_samples_have_their_remarks_beside_their_measures(cells):
    table = tme.get.quality(cells)
    assert table.columns.tolist() == ["remarks", "reasons", "forbids", *QUALITIES]
    assert table.index.tolist() == ["P1", "P2", "P3", "P4"]
    assert table["remarks"].tolist() == ["", "", "", "shallow; ambient RNA; T cells only"]
    assert table.loc["P4", "forbids"] == "shares of all cells; CD8"
    assert table.loc["P4", "reasons"].startswith("numbers of shallow; numbers of ambient RNA")
    stored = cells.uns["tme_quality"].astype({"group": str}).set_index(["group", "sample"])
    of_samples = stored.loc[""].set_index("measure", append=True)["value"]
    for measure in QUALITIES:
        expected = [of_samples[sample, measure] for sample in table.index]
        np.testing.assert_array_equal(table[measure], expected)
    assert np.isnan(table.loc["P1", "ambient"])


def test_remarks_are_rows_those_on_conditions_too(cells):
    table = tme.get.quality(cells, rows="remarks")
    assert table.columns.tolist() == ["sample", "remark", "reason", "forbids"]
    assert table["sample"].tolist() == ["P4", "P4", "P4", ""]
    assert table["reason"].iloc[-1] == "condition: 3-fold"


def test_genes_are_those_that_ambient_rna_explains_the_pool_first(cells):
    table = tme.get.quality(cells, rows="genes")
    shares = cells.varm["tme_quality_ambient"]
    assert len(table) == int((shares >= 0.5).to_numpy().sum())
    for row in table.itertuples(index=False):
        assert row.share == shares.loc[row.gene, row.group]
    assert table["group"].unique().tolist() == list(shares.columns)
    for _, of_group in table.groupby("group", sort=False):
        pool = of_group["pool"].fillna(0).to_numpy()
        assert (np.diff(pool) <= 0).all()
        assert ((of_group["lineage"] == "B lineage") == (pool > 0)).all()
    assert (table["pool"] > 0).any()


def test_what_is_not_there(cells):
    with pytest.raises(InputError, match=r"`rows` to be one of 'samples', 'remarks', 'genes'"):
        tme.get.quality(cells, rows="groups")
    with pytest.raises(MissingKeyError, match=r"No quality in uns\['none'\]"):
        tme.get.quality(cells, key="none")


def test_a_clean_sample_has_no_words(cells):
    adata = cells.copy()
    write_quality(adata, sample_key="sample", groupby="cell_type", words=())
    table = tme.get.quality(adata)
    assert (table[["remarks", "reasons", "forbids"]] == "").all(axis=None)
