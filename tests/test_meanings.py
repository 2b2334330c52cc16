"""Nearest names by what they mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from tmeatlas._asker import asked_from_shell
from tmeatlas._errors import MissingKeyError
from tmeatlas._meanings import meanings_of, nearest_columns
from tmeatlas.cells import check_obs_key, nearest_candidates


@pytest.mark.parametrize(
    ("column", "meaning"),
    [
        ("donor_id", "patient"),
        ("PatientNumber", "patient"),
        ("orig.ident", "sample"),
        ("library", "sample"),
        ("sampleID", "sample"),
        ("batches", "sample"),
        ("seurat_clusters", "cell type"),
        ("predicted.celltype.l2", "cell type"),
        ("CellType", "cell type"),
        ("Cell_Type", "cell type"),
        ("leiden_res_0.5", "cell type"),
        ("Response", "condition"),
        ("treatment", "condition"),
        ("disease_status", "condition"),
        ("timepoint", "condition"),
    ],
)
def test_what_a_column_means_by_its_name(column, meaning):
    assert meanings_of(column)[0] == meaning


@pytest.mark.parametrize("column", ["n_genes", "percent.mt", "score", "x"])
def test_most_columns_mean_none_of_it(column):
    assert meanings_of(column) == []


@pytest.mark.parametrize(
    ("asked", "columns", "first"),
    [
        ("donor", ["celltype_minor", "condition", "patient"], "patient"),
        ("sample", ["celltype_minor", "response", "orig.ident"], "orig.ident"),
        ("sample", ["simple_score", "library"], "library"),
        ("cell_type", ["cell_size", "sample", "leiden"], "leiden"),
        ("celltype", ["annotation", "cell_type"], "cell_type"),
        ("condition", ["confidence", "conditional", "treatment"], "conditional"),
        ("condition", ["confident", "sample", "treatment"], "treatment"),
        ("group", ["grade", "response"], "response"),
        ("donor", ["dose", "sample"], "sample"),
        ("pateint", ["library", "patient"], "patient"),
    ],
)
def test_meaning_comes_before_looks_and_a_slip_of_the_pen_before_both(asked, columns, first):
    assert nearest_columns(asked, columns)[0] == first
    assert sorted(nearest_columns(asked, columns)) == sorted(columns)


@pytest.mark.parametrize(
    ("argument", "first"),
    [
        ("sample_key", "library"),
        ("condition_key", "response"),
        ("groupby", "louvain"),
        ("patient_key", "individual"),
        ("paired_by", "individual"),
    ],
)
def test_a_name_without_meaning_is_read_by_the_option_that_it_was_given_to(argument, first):
    columns = ["n_counts", "library", "louvain", "response", "individual"]
    assert nearest_columns("xyz", columns, argument=argument)[0] == first


@pytest.fixture
def cells() -> AnnData:
    obs = pd.DataFrame(
        {
            "cluster": pd.Categorical(["one"] * 60),
            "barcode_group": np.arange(60).astype(str),
            "leiden": pd.Categorical(np.tile(["0", "1", "2"], 20)),
            "depth": np.linspace(0, 1, 60),
        },
        index=[f"c{i}" for i in range(60)],
    )
    return AnnData(np.ones((60, 2), dtype=np.float32), obs=obs)


def test_columns_with_a_sensible_number_of_categories_come_first(cells):
    found = nearest_candidates(cells, "annotation", argument="groupby")
    assert found == ["leiden", "cluster"]
    assert nearest_candidates(cells, "xyz", argument="groupby", but="leiden") == ["cluster"]


def test_the_message_says_so_in_the_words_of_the_asker(cells):
    with pytest.raises(MissingKeyError, match=r"'xyz'\. Nearest first: 'leiden'.*`groupby=`\.$"):
        check_obs_key(cells, "xyz", argument="groupby")
    with (
        asked_from_shell(),
        pytest.raises(MissingKeyError, match=r"'xyz'\. Nearest first: 'leiden'.*`--groupby`\.$"),
    ):
        check_obs_key(cells, "xyz", argument="groupby")


@pytest.mark.parametrize(
    ("column", "step"),
    [
        ("tme_lineage", r"tme\.tl\.annotate\(adata\)"),
        ("tme_lineage_fine", r"tme\.tl\.annotate\(adata\)"),
        ("tme_state", r"tme\.tl\.call_states\(adata\)"),
        ("tme_consensus_caf", r"tme\.tl\.consensus\(adata\)"),
        ("tme_caf_pan", r"tme\.tl\.score\(adata\)"),
    ],
)
def test_a_step_that_is_missing_comes_before_the_names_that_are_there(cells, column, step):
    with pytest.raises(MissingKeyError, match=rf"'{column}'\. Run {step} first.*Nearest first"):
        check_obs_key(cells, column, argument="groupby")
