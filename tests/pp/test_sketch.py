"""A map that is learnt from a part of the cells, on which the others are placed."""

from __future__ import annotations

import numpy as np
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas.pp._sketch import LEARNT, MANY_CELLS, PART, map_by_part, n_to_learn_from


@pytest.fixture(scope="module")
def islands():
    """Components of three kinds of cells, far from each other."""
    rng = np.random.default_rng(0)
    kind = rng.integers(3, size=900)
    middles = 20 * rng.normal(size=(3, 10))
    return kind, (middles[kind] + rng.normal(size=(900, 10))).astype(np.float32)


@pytest.fixture(scope="module")
def placed(islands):
    return map_by_part(islands[1], 300, n_neighbours=15, seed=0)


def test_cells_that_are_placed_lie_among_cells_of_their_kind(islands, placed):
    kind, _ = islands
    middles = np.array([np.median(placed[kind == k], axis=0) for k in range(3)])
    nearest = ((placed[:, None] - middles) ** 2).sum(axis=2).argmin(axis=1)
    assert np.isfinite(placed).all()
    assert (nearest == kind).mean() > 0.98


def test_the_same_cells_have_the_same_places(islands, placed):
    np.testing.assert_array_equal(map_by_part(islands[1], 300, n_neighbours=15, seed=0), placed)


def test_a_part_is_learnt_from_where_there_are_many_cells():
    assert n_to_learn_from(MANY_CELLS, None) == MANY_CELLS
    assert n_to_learn_from(MANY_CELLS + 1, None) == LEARNT
    assert n_to_learn_from(500, 200) == 200
    assert n_to_learn_from(100, 200) == 100
    assert LEARNT > PART  # cells are placed in parts that are alike


def test_the_record_and_the_page_say_from_how_many(islands):
    adata = tme.datasets.simulated(400)
    adata.obsm["X_pca"] = islands[1][:400]
    tme.pp.prepare(adata, map_cells=250)
    assert adata.obsm["X_umap"].shape == (400, 2)
    assert adata.uns["tmeatlas"]["prepare"]["provenance"]["map_learnt_from"] == 250
    tme.pp.prepare(adata)  # nothing is missing any more, and the map is what it was
    about = tme.pl.atlas(adata, groupby="cell_type").payload.about
    assert any("learnt from 250 cells drawn at random" in note for note in about.notes)
    facts = [fact for run in about.runs for fact in run.facts]
    assert ("Cells that the map was learnt from", "250") in facts


# Beside maps learnt from a part, as both have the same functions compiled.
@pytest.mark.thorough
def test_many_cells_are_embedded_by_approximate_neighbours():
    values = np.random.default_rng(0).random((8300, 12)).astype(np.float32)
    adata = AnnData(values, obsm={"X_pca": values})
    tme.pp.prepare(adata)
    assert np.isfinite(adata.obsm["X_umap"]).all()


def test_a_map_of_all_cells_says_nothing_of_parts(islands):
    adata = tme.datasets.simulated(300)
    adata.obsm["X_pca"] = islands[1][:300]
    tme.pp.prepare(adata)
    assert "map_learnt_from" not in adata.uns["tmeatlas"]["prepare"]["provenance"]


def test_too_few_cells_to_learn_from_are_refused():
    with pytest.raises(InputError, match="map_cells"):
        tme.pp.prepare(tme.datasets.simulated(300), map_cells=3)
