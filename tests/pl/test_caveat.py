"""Figures of crosstalk between spots say that spots mix cells; those of cells do not."""

from __future__ import annotations

import numpy as np
import pytest

import tmeatlas as tme

FIGURES = ("chord", "sankey", "crosstalk_matrix", "crosstalk_dotplot", "axis_detail")
SAID = "each row is a spot of several cells"


@pytest.fixture(scope="module")
def pages():
    """The same values, once said to be of cells and once of spots."""
    adata = tme.datasets.simulated(600)
    tme.pp.prepare(adata, embed=False)
    found = {}
    for rows in ("cells", "spots"):
        own = adata.copy()
        if rows == "spots":
            own.obs[["array_row", "array_col"]] = np.arange(1200).reshape(600, 2)
        tme.tl.crosstalk(own, "cell_type", min_cells=3)
        tme.tl.axes(own)
        found[rows] = own
    return found


@pytest.mark.parametrize("name", FIGURES)
def test_at_the_foot_of_a_figure(pages, name):
    def foot(adata):
        figure = getattr(tme.pl, name)(adata)
        return [a.text for a in figure.layout.annotations if SAID in (a.text or "")]

    assert len(foot(pages["spots"])) == 1
    assert foot(pages["cells"]) == []


def test_on_the_page(pages, tmp_path):
    for rows, adata in pages.items():
        path = tmp_path / f"{rows}.html"
        adata.obsm["X_umap"] = np.arange(1200.0).reshape(600, 2)
        tme.pl.atlas(adata, groupby="cell_type").write_html(path)
        # Once with the crosstalk, once with the axes, and on the record of each.
        assert path.read_text().count(SAID[1:]) == (4 if rows == "spots" else 0)
