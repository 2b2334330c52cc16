"""Cells without genes, known by types and places only, go as far as these carry them."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas._errors import NoGenesError, TMEWarning
from tmeatlas.results import Composition, Lineages, Phenotype

pytest.importorskip("squidpy")

TYPES = {"Tumor": "Malignant cells", "CD8T": "T cells", "Macrophage": "Monocytes and macrophages"}
TYPES |= {"Mesenchymal": "Stromal cells", "Other": "unassigned"}


@pytest.fixture
def adata() -> ad.AnnData:
    """Six sections of four patients; in those of the second condition T cells are twice as many."""
    rng = np.random.default_rng(0)
    parts = []
    for number in range(6):
        weights = np.array([0.5, 0.1 + 0.1 * (number >= 3), 0.2, 0.15, 0.05])
        names = rng.choice(list(TYPES), 200, p=weights / weights.sum())
        obs = pd.DataFrame({"cell_type": names, "section": f"s{number}"})
        obs["condition"] = "mixed" if number >= 3 else "apart"
        obs["patient"] = f"P{number}"
        parts.append(obs)
    obs = pd.concat(parts).reset_index(drop=True)
    obs.index = [f"c{i}" for i in range(len(obs))]
    cells = ad.AnnData(obs=obs, obsm={"spatial": rng.random((len(obs), 2)) * 200})
    assert cells.shape == (1200, 0)
    return cells


def test_lineages_are_what_the_labels_say(adata):
    tme.tl.annotate(adata, "cell_type")
    said = adata.obs.groupby("cell_type", observed=True)["tme_lineage"].unique()
    assert {name: list(found) for name, found in said.items()} == {k: [v] for k, v in TYPES.items()}
    sure = adata.obs["tme_lineage_confidence"]
    assert sorted(sure.unique()) == [0, 1]
    assert ((sure == 0) == (adata.obs["cell_type"] == "Other")).all()
    assert set(adata.obs["tme_lineage_fine"]) >= {"CD8 T cells", "Macrophages"}
    assert Lineages.read(adata).groups["how"].tolist().count("markers") == 1


def test_cells_without_a_label_are_unassigned(adata):
    adata.obs.loc["c3", "cell_type"] = None
    tme.tl.annotate(adata, "cell_type", labels={"Other": "B cells"})
    assert adata.obs.loc["c3", "tme_lineage"] == "unassigned"
    assert adata.obs.loc["c3", "tme_lineage_confidence"] == 0
    assert (adata.obs["tme_lineage"] == "unassigned").sum() == 1


def test_without_labels_there_is_nothing_to_tell_lineages_from(adata):
    with pytest.raises(NoGenesError, match="nothing can be read of expression"):
        tme.tl.annotate(adata)
    assert "tme_lineage" not in adata.obs


def test_the_phenotype_is_what_lineages_say_of_it(adata):
    tme.tl.phenotype(adata, sample_key="section", groupby="cell_type")
    table = Phenotype.read(adata).table.set_index(["sample", "measure"])
    known = adata.obs[(adata.obs["section"] == "s0") & (adata.obs["cell_type"] != "Other")]
    share = (known["cell_type"] == "CD8T").mean()
    assert table.loc[("s0", "cd8_share"), "value"] == pytest.approx(share)
    genes = table[table["note"] == "the data have no genes"]
    assert genes["value"].isna().all()
    assert set(genes["unit"]) == {"mean score", "share"}
    assert len(genes) == 6 * 14


@pytest.mark.parametrize("step", ["score", "quality", "crosstalk", "pp.prepare"])
def test_what_reads_expression_says_that_there_is_none(adata, step):
    calls = {
        "score": lambda: tme.tl.score(adata),
        "quality": lambda: tme.tl.quality(adata, groupby="cell_type"),
        "crosstalk": lambda: tme.tl.crosstalk(adata, "cell_type"),
        "pp.prepare": lambda: tme.pp.prepare(adata),
    }
    with pytest.raises(NoGenesError, match=r"X has none|there are none"):
        calls[step]()
    assert list(adata.uns) == []


def test_the_whole_way_and_the_page(adata, tmp_path):
    with pytest.warns(TMEWarning) as told:
        tme.analyse(
            adata,
            "cell_type",
            sample_key="section",
            condition_key="condition",
            patient_key="patient",
        )
    left_out = [str(each.message) for each in told if "Left out" in str(each.message)]
    assert "so nothing can be read of expression" in left_out[0]
    names = [text.split("Left out: ")[1].split(".")[0] for text in left_out]
    assert {"preparing", "scoring signatures", "finding crosstalk"} <= set(names)
    done = {"telling the lineages", "counting what samples are made of"}
    assert not done & set(names)
    assert {"tme_composition", "tme_phenotype", "tme_compare_composition"} <= set(adata.uns)
    assert Composition.read(adata).table["cells"].sum() > 0
    atlas = tme.pl.atlas(
        adata, groupby="cell_type", sample_key="section", condition_key="condition"
    )
    page = atlas.write_html(tmp_path / "tissue.html").read_text()
    assert "1,200 cells" in page


def test_the_page_from_the_shell(adata, tmp_path, shell):
    adata.write_h5ad(tmp_path / "tissue.h5ad")
    page = tmp_path / "tissue.html"
    options = ("--groupby", "cell_type", "--sample-key", "section")
    status, _, said = shell("atlas", tmp_path / "tissue.h5ad", "-o", page, *options)
    assert not status, said
    assert "so nothing can be read of expression" in said
    assert "1,200 cells" in page.read_text()
