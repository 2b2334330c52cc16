"""The benchmark of the responses of axes: its measure, and the rows on the real data."""

from __future__ import annotations

import importlib
import sys

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from tmeatlas.interactions import load_axes
from tmeatlas.sig import load


@pytest.fixture(scope="module")
def responses(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("responses")
    for name in ("responses", "accuracy_pairs", "accuracy_data"):
        sys.modules.pop(name, None)


def test_a_list_that_rises_most_has_1_and_genes_without_a_value_do_not_count(responses):
    listed = load("ifng_ayers6")["ifng_ayers6"].genes
    genes = pd.Index([*listed, "other1", "other2", "other3"])
    change = np.array([3.0] * (len(listed) - 1) + [np.nan, 1, 2, -9])
    assert responses.gene_auroc(change, genes, "ifng_ayers6") == 1
    assert responses.gene_auroc(-change, genes, "ifng_ayers6") == 0
    assert responses.gene_auroc(np.ones(len(genes)), genes, "ifng_ayers6") == 0.5


def test_the_evidence_is_that_of_the_page(responses, shared_data, repository):
    """Every row of the treatments stands in the page as it is computed."""
    treatments = ad.read_h5ad(shared_data / "data" / "nichenet_ligand_treatments.h5ad")
    of_axis = {axis.id: axis.response for axis in load_axes() if axis.response}
    table = responses.under_treatments(treatments, of_axis)
    page = (repository / "docs" / "evidence.md").read_text(encoding="utf-8")
    assert len(table) == 10
    for row in table.to_numpy(str).tolist():
        row[1] = f"`{row[1]}`"
        assert f"| {' | '.join(row)} |" in page


def test_the_row_without_signs_has_none(responses, shared_data):
    treatments = ad.read_h5ad(shared_data / "data" / "nichenet_ligand_treatments.h5ad")
    falling = responses.orientation(treatments).set_index("treatment")["genes that fall"]
    assert falling["TGFB1+IL6"] == "0"
    assert (falling.drop("TGFB1+IL6") != "0").all()
