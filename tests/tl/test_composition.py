"""Composition of samples, from the columns of `obs`."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from sameness import unchanged

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas.results import Composition

TYPES = {"a": ["T_CD8"] * 3 + ["T_CD4"] + ["CAF"] * 4, "b": ["T_CD4"] * 2 + ["Macrophage_TAM"]}


def cells(types=TYPES, **columns) -> ad.AnnData:
    rows = [(sample, each) for sample, listed in types.items() for each in listed]
    obs = pd.DataFrame(rows, columns=["sample", "cell_type"], dtype=object).assign(**columns)
    obs.index = [f"cell {i}" for i in range(len(obs))]
    return ad.AnnData(np.zeros((len(obs), 1), dtype=np.float32), obs=obs)


def shares(adata, parent="", *, column="share") -> pd.DataFrame:
    found = Composition.read(adata).within(parent)
    table = found.pivot_table(
        values=column, index="sample", columns="group", observed=True, dropna=False
    )
    return table.astype(float)


def test_shares_of_all_cells_and_zeros():
    adata = cells()
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    found = shares(adata)
    assert found.loc["a"].to_dict() == {
        "CAF": 0.5,
        "Macrophage_TAM": 0,
        "T_CD4": 0.125,
        "T_CD8": 0.375,
    }
    assert found.loc["b", "CAF"] == 0
    assert found.loc["b", "T_CD4"] == pytest.approx(2 / 3)
    table = Composition.read(adata).within()
    assert len(table) == 8
    assert (table["share_low"] <= table["share"]).all()
    assert (table["share"] <= table["share_high"]).all()
    sums = table.groupby("sample", observed=True)["clr"].sum()
    np.testing.assert_allclose(sums, 0, atol=1e-12)


def test_shares_within_lineages_by_the_names_of_the_groups():
    adata = cells()
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    # Immune cells hold T cells and macrophages; lymphoid cells hold the same groups as T cells.
    assert Composition.read(adata).parents == ["Immune cells", "T cells"]
    found = shares(adata, "T cells")
    assert found.loc["a"].to_dict() == {"T_CD4": 0.25, "T_CD8": 0.75}
    assert found.loc["b"].to_dict() == {"T_CD4": 1, "T_CD8": 0}
    assert shares(adata, "T cells", column="total").loc["a"].tolist() == [4, 4]


def test_a_sample_without_a_cell_of_a_lineage():
    adata = cells(TYPES | {"c": ["CAF", "CAF"]})
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    whole, within = shares(adata), shares(adata, "T cells")
    assert whole.loc["c", ["T_CD4", "T_CD8"]].tolist() == [0, 0]
    assert within.loc["c"].isna().all()
    assert shares(adata, "T cells", column="clr").loc["c"].isna().all()
    assert shares(adata, "T cells", column="total").loc["c"].tolist() == [0, 0]


def test_one_sample():
    adata = cells({"a": TYPES["a"]})
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    assert shares(adata).loc["a"].sum() == 1


def test_cells_without_a_group_or_a_sample_are_counted_and_left_out():
    adata = cells()
    adata.obs.loc[adata.obs_names[0], "cell_type"] = np.nan
    adata.obs.loc[adata.obs_names[1:3], "sample"] = None
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    facts = Composition.read(adata).record.facts
    assert (facts["cells_without_group"], facts["cells_without_sample"]) == (1, 2)
    assert facts["pseudocount"] == 0.5
    assert shares(adata, column="total").loc["a"].tolist() == [5] * 4


def test_a_sample_of_which_no_cell_has_a_group():
    adata = cells(TYPES | {"c": [None, None]})
    with pytest.warns(TMEWarning, match=r"No cell of the samples 'c' has a group in obs\['cell_t"):
        tme.tl.composition(adata, "cell_type", sample_key="sample")
    assert shares(adata).loc["c"].isna().all()


def test_a_column_of_parents():
    compartment = ["immune"] * 4 + ["stroma"] * 4 + ["immune"] * 3
    adata = cells(compartment=compartment)
    tme.tl.composition(adata, "cell_type", sample_key="sample", parent_key="compartment")
    # Stroma has cells of one group only.
    assert Composition.read(adata).parents == ["immune"]
    found = shares(adata, "immune")
    assert found.columns.tolist() == ["Macrophage_TAM", "T_CD4", "T_CD8"]
    assert found.loc["a"].tolist() == [0, 0.25, 0.75]


def test_a_group_in_two_parents_is_counted_in_each():
    adata = cells({"a": ["0", "0", "0", "1", "1"]}, part=["x", "x", "y", "x", "y"])
    tme.tl.composition(adata, "cell_type", sample_key="sample", parent_key="part")
    assert shares(adata, "x").loc["a"].tolist() == [2 / 3, 1 / 3]
    assert shares(adata, "y").loc["a"].tolist() == [1 / 2, 1 / 2]


def test_groups_that_name_no_lineage_have_no_parents():
    adata = cells({"a": ["0", "1", "1"]})
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    assert Composition.read(adata).parents == []


ODD = ["T/NK", "=1+1", "γδ T; 'quoted'", "<b>B</b>", "a\tb", " ", "T cells"]


def test_odd_names_survive_a_file(tmp_path):
    adata = cells({"p/1": ODD, "p 2": ODD[:2]})
    with pytest.warns(TMEWarning, match="1 cell of obs.* has '' in place of a label"):
        tme.tl.composition(adata, "cell_type", sample_key="sample")
    adata.write_h5ad(tmp_path / "cells.h5ad")
    back = Composition.read(ad.read_h5ad(tmp_path / "cells.h5ad"))
    assert set(back.within()["group"].astype(str)) == set(ODD) - {" "}
    assert back.within()["share"].tolist() == Composition.read(adata).within()["share"].tolist()


def test_unused_categories_have_no_rows():
    adata = cells()
    adata.obs["cell_type"] = adata.obs["cell_type"].astype("category").cat.add_categories("NK")
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    assert "NK" not in Composition.read(adata).table["group"].cat.categories


def test_the_order_of_the_cells_does_not_matter():
    adata = cells()
    other = adata[::-1].copy()
    for each in (adata, other):
        tme.tl.composition(each, "cell_type", sample_key="sample")
    pd.testing.assert_frame_equal(adata.uns["tme_composition"], other.uns["tme_composition"])


def test_copy():
    adata = cells()
    with unchanged(adata):
        changed = tme.tl.composition(adata, "cell_type", sample_key="sample", copy=True)
    assert Composition.find(changed) is not None


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"groupby": "cel_type"},
            MissingKeyError,
            "No column .*'cel_type'. Nearest first: 'cell_t",
        ),
        (
            {"sample_key": "smple"},
            MissingKeyError,
            "'smple'. Nearest first: 'sample'.*`sample_key=",
        ),
        ({"parent_key": "x"}, MissingKeyError, "Pass one of these as `parent_key=`"),
        ({"groupby": "one"}, InputError, "Expected at least two groups of 1 or more cells in obs"),
        ({"sample_key": "none"}, InputError, "No cell has both a group in obs.* `sample_key=?`"),
        ({"key_added": "a/b"}, InputError, "Expected a name without '/'"),
        ({"key_added": "tme_scores"}, InputError, "is the name of another result"),
    ],
)
def test_what_cannot_be_used_writes_nothing(options, error, message):
    n = len(cells())
    adata = cells(one="x", none=pd.Series([None] * n, dtype=object).to_numpy())
    call = {"groupby": "cell_type", "sample_key": "sample"} | options
    with unchanged(adata), pytest.raises(error, match=message):
        tme.tl.composition(adata, **call)


def test_wu2021_by_hand(shared_data):
    adata = ad.read_h5ad(shared_data / "data" / "wu2021_tnbc_CID4465.h5ad")
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    whole, t_cells = shares(adata).iloc[0], shares(adata, "T cells").iloc[0]
    assert whole["CAF"] == pytest.approx(379 / 1564)
    # 41 CD4, 35 CD8, 23 Treg and 10 cycling.
    assert t_cells.to_dict() == pytest.approx(
        {"T_CD4": 41 / 109, "T_CD8": 35 / 109, "T_cycling": 10 / 109, "Treg": 23 / 109}
    )
    assert shares(adata, "CD4 T cells").iloc[0]["Treg"] == pytest.approx(23 / 64)


SORTED = {
    "tumour": ["CAF"] * 30 + ["T_CD8"] * 40 + ["T_CD4"] * 20 + ["Malignant"] * 60,
    "sorted": ["T_CD8"] * 60 + ["T_CD4"] * 40,
}


def test_sorted_samples_are_told_and_keep_their_shares_within_the_gate(caplog):
    adata = cells(SORTED)
    with caplog.at_level("INFO"):
        tme.tl.composition(adata, "cell_type", sample_key="sample")
    table = Composition.read(adata).table.astype({"sample": str, "parent": str, "note": str})
    notes = table.groupby(["parent", "sample"])["note"].unique()
    expected = "of the gate, not of a tumour: T cells only (100 of 100 cells are T cells (100.0%))"
    assert notes["", "sorted"].tolist() == [expected]
    for other in [("", "tumour"), ("T cells", "sorted"), ("T cells", "tumour")]:
        assert notes[other].tolist() == [""]
    assert shares(adata).loc["sorted", "T_CD8"] == 0.6  # of the cells at hand
    assert Composition.read(adata).notes == {"sorted": expected}
    assert "not of a tumour, in 'sorted': T cells only" in caplog.text
    assert list(Composition.read(adata).record.facts["sorted_samples"]) == ["sorted"]


def test_lineages_of_an_annotation_tell_the_gate_of_groups_without_names():
    adata = cells(SORTED)
    names = {"CAF": "c1", "T_CD8": "c2", "T_CD4": "c3", "Malignant": "c4"}
    adata.obs["cluster"] = adata.obs["cell_type"].map(names)
    tme.tl.composition(adata, "cluster", sample_key="sample")
    assert Composition.read(adata).notes == {}
    adata.obs["tme_lineage"] = adata.obs["cell_type"].map(
        {"CAF": "Fibroblasts", "T_CD8": "T cells", "T_CD4": "T cells", "Malignant": "malignant"}
    )
    tme.tl.composition(adata, "cluster", sample_key="sample")
    assert list(Composition.read(adata).notes) == ["sorted"]


def test_whole_tumours_have_no_note():
    adata = tme.datasets.simulated(1200)
    tme.tl.composition(adata, "cell_type", sample_key="sample")
    assert Composition.read(adata).notes == {}
