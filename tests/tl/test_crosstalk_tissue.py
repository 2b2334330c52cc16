"""Crosstalk between groups that touch: who is tested, and the ligand beside a target."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from made_crosstalk import cells_with, check_verdicts

import tmeatlas as tme
from tmeatlas._asker import asked_from_shell
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.results import Axes, Crosstalk
from tmeatlas.tl import axes, crosstalk

pytest.importorskip("squidpy")

KEY = "tme_crosstalk"
NEARBY = [
    *("contacts", "source_cells_near", "target_cells_near"),
    *("ligand_mean_near", "ligand_mean_away"),
]


def section_of(rng: np.random.Generator, *, apart: tuple[str, ...] = ()) -> AnnData:
    """Fifty cells of each of a to d, on stripes in this order; those `apart` lie far away.

    L is high in all of a, and higher still beside b; R is high in b and in d.
    """
    group = np.repeat(list("abcd"), 50)
    stripe = np.repeat(np.arange(4), 50)
    at = np.column_stack(
        [stripe * 5 + np.tile(np.arange(5), 40), np.tile(np.repeat(np.arange(10), 5), 4)]
    )
    at = at + rng.uniform(-0.2, 0.2, at.shape)
    at[np.isin(group, apart), 1] += 1000
    genes = ["L", "R", *(f"N{i}" for i in range(60))]
    values = rng.lognormal(0, 0.5, (200, len(genes))) * (rng.random((200, len(genes))) < 0.5)
    values[group == "a", 0] += 3
    values[(group == "a") & (at[:, 0] > 3.5), 0] += 2
    values[np.isin(group, ["b", "d"]), 1] += 3
    cells = cells_with(values, genes, group=group)
    cells.obsm["spatial"] = at
    return cells


def cohort_of(*apart: tuple[str, ...]) -> AnnData:
    rng = np.random.default_rng(0)
    sections = {f"s{i}": section_of(rng, apart=each) for i, each in enumerate(apart)}
    return ad.concat(sections, label="sample", index_unique="-")


def database() -> pd.DataFrame:
    pairs = [("L", "R"), *((f"N{i}", f"N{i + 1}") for i in range(0, 20, 2))]
    frame = pd.DataFrame(pairs, columns=["ligand", "receptor"])
    return frame.assign(axis=["planted", *["other"] * 10], role="signalling")


def run(adata, **options) -> pd.DataFrame:
    crosstalk(adata, "group", **{"database": database(), "tissue": True} | options)
    table = adata.uns[KEY]
    check_verdicts(table, Crosstalk)
    return table


def row(table, source, target):
    found = table[
        (table["ligand_complex"] == "L")
        & (table["source"] == source)
        & (table["target"] == target)
        & (table["sample"] == "")
    ]
    return None if found.empty else found.iloc[0]


def pairs_of(table) -> set[str]:
    return set(table["source"].astype(str) + table["target"].astype(str))


NEIGHBOURS = {"aa", "ab", "ba", "bb", "bc", "cb", "cc", "cd", "dc", "dd"}


def test_only_groups_that_touch_are_tested():
    adata = section_of(np.random.default_rng(0))
    free = run(adata, tissue=False)
    assert not set(NEARBY) & set(free)
    assert row(free, "a", "b")["verdict"] == row(free, "a", "d")["verdict"] == "specific"
    n_free = adata.uns["tmeatlas"][KEY]["provenance"]["n_rows_tested"]
    table = run(adata)
    assert pairs_of(table) == NEIGHBOURS
    assert row(table, "a", "b")["verdict"] == "specific"
    assert row(table, "a", "d") is None
    facts = adata.uns["tmeatlas"][KEY]["provenance"]
    assert facts["n_rows_tested"] / n_free == len(NEIGHBOURS) / 16
    assert facts["neighbours"] == "10 nearest cells"
    assert list(facts["pairs_apart"]) == ["a and c", "a and d", "b and d"]
    assert "spots" not in facts


def test_the_sides_are_what_they_are_without_space():
    adata = section_of(np.random.default_rng(0))
    table = run(adata, tissue=False)
    free = {pair: row(table, *pair) for pair in ("ab", "dc")}
    table = run(adata)
    for pair, before in free.items():
        after = row(table, *pair)
        # How small a p-value has to be depends on how many pairs are tested.
        of_family = ("padj", "verdict", "source_cells_needed", "target_cells_needed")
        same = [name for name in before.index if name not in of_family]
        pd.testing.assert_series_equal(after[same], before[same], check_names=False)


def test_the_ligand_in_cells_beside_a_target_and_elsewhere():
    adata = section_of(np.random.default_rng(0))
    found = row(run(adata, radius=1.5), "a", "b")
    values = np.asarray(adata[:, "L"].X.todense()).ravel()
    at, group = adata.obsm["spatial"], adata.obs["group"].to_numpy()
    apart = np.linalg.norm(at[:, None] - at[None], axis=2)
    touching = (apart <= 1.5) & (group == "b")[None] & (group == "a")[:, None]
    near = touching.any(axis=1)
    assert found["contacts"] == touching.sum()
    assert found["source_cells_near"] == near.sum()
    assert found["target_cells_near"] == touching.any(axis=0).sum()
    assert found["ligand_mean_near"] == pytest.approx(values[near].mean(), rel=1e-5)
    away = (group == "a") & ~near
    assert found["ligand_mean_away"] == pytest.approx(values[away].mean(), rel=1e-5)
    assert found["ligand_mean_near"] > found["ligand_mean_away"] + 1


def test_the_mean_near_and_away_make_up_the_whole():
    table = run(section_of(np.random.default_rng(1)))
    n_near, n = table["source_cells_near"], table["source_cells"]
    whole = table["ligand_mean_near"].fillna(0) * n_near + table["ligand_mean_away"].fillna(0) * (
        n - n_near
    )
    np.testing.assert_allclose(whole / n, table["ligand_mean"], rtol=1e-4, atol=1e-6)


def test_without_any_cell_elsewhere_there_is_no_mean():
    table = run(section_of(np.random.default_rng(0)), n_neighbors=150)
    found = row(table, "a", "b")
    assert found["source_cells_near"] == 50
    assert np.isnan(found["ligand_mean_away"])


def test_a_pair_counts_in_the_samples_in_which_it_touches():
    """In s3 the cells of b lie far from the others, of which they have no need to be specific."""
    adata = cohort_of((), (), (), ("b",))
    table = run(adata, sample_key="sample", by_sample=True)
    free = row(table, "a", "b")
    assert (free["n_samples"], free["n_samples_specific"]) == (3, 3)
    assert free["verdict"] == "specific"
    own = table[table["sample"] == "s3"]
    assert pairs_of(own) == {"aa", "bb", "cc", "cd", "dc", "dd"}
    of_first = table[table["sample"] == "s0"]
    assert pairs_of(of_first) == NEIGHBOURS
    one = of_first[
        (of_first["ligand_complex"] == "L")
        & (of_first["source"] == "a")
        & (of_first["target"] == "b")
    ]
    alone = adata[adata.obs["sample"] == "s0"].copy()
    assert one["contacts"].item() == row(run(alone), "a", "b")["contacts"]
    assert one["ligand_mean_near"].item() == pytest.approx(
        row(run(alone), "a", "b")["ligand_mean_near"]
    )
    assert table["contacts"][table["sample"] == ""].gt(0).any()


def test_one_sample_in_which_a_pair_touches_does_not_speak_for_the_others():
    adata = cohort_of((), ("b",), ("b",), ("b",))
    found = row(run(adata, sample_key="sample"), "a", "b")
    assert (found["n_samples"], found["n_samples_specific"]) == (1, 1)
    assert found["verdict"] == "too few cells"


def test_axes_take_it_over():
    adata = cohort_of((), (), (), ("b",))
    run(adata, sample_key="sample", by_sample=True)
    axes(adata, database=database(), by_sample=True)
    table = adata.uns["tme_axes"]
    check_verdicts(table, Axes)
    planted = table[(table["axis"] == "planted") & (table["sample"] == "")]
    assert pairs_of(planted) == NEIGHBOURS
    found = planted[(planted["source"] == "a") & (planted["target"] == "b")].iloc[0]
    assert (found["n_samples"], found["n_samples_specific"]) == (3, 3)
    assert found["contacts"] == row(adata.uns[KEY], "a", "b")["contacts"]
    assert pairs_of(table[table["sample"] == "s3"]) == {"aa", "bb", "cc", "cd", "dc", "dd"}
    facts = adata.uns["tmeatlas"]["tme_axes"]["provenance"]
    assert list(facts["pairs_apart"]) == ["a and c", "a and d", "b and d"]


def test_microenvironments_hold_as_well():
    adata = section_of(np.random.default_rng(0))
    table = run(adata, microenvironments={"one": ["a", "c"], "two": ["b", "c"]})
    assert pairs_of(table) == {"aa", "bb", "bc", "cb", "cc"}


def test_spots_say_what_they_cannot_say_with_and_without_space():
    adata = section_of(np.random.default_rng(0))
    adata.obs[["array_row", "array_col"]] = adata.obsm["spatial"]
    for tissue in (False, True):
        run(adata, tissue=tissue)
        found = Crosstalk.read(adata)
        assert "several cells" in found.caveat
    axes(adata, database=database())
    assert Axes.read(adata).caveat == found.caveat


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"tissue": False, "radius": 3.0}, InputError, "`radius=3.0`.*`tissue=True`"),
        ({"tissue": False, "n_neighbors": 3}, InputError, "`n_neighbors=3`.*`tissue=True`"),
        ({"n_neighbors": 3, "radius": 3.0}, InputError, "found both"),
        ({"min_cells": 49}, InputError, "No two groups of obs.*49 cells each.*`min_cells=`"),
    ],
)
def test_what_is_refused(options, error, said):
    adata = section_of(np.random.default_rng(0))
    with pytest.raises(error, match=said):
        run(adata, **options)
    assert KEY not in adata.uns


def test_cells_that_lie_nowhere_are_told_what_lacks():
    adata = section_of(np.random.default_rng(0))
    del adata.obsm["spatial"]
    with pytest.raises(MissingKeyError, match=r"obsm\['spatial'\] is not there"):
        run(adata)
    with asked_from_shell(), pytest.raises(InputError, match=r"`--radius 3\.0`.*`--tissue`"):
        run(adata, tissue=False, radius=3.0)


def test_a_ligand_that_only_cells_beside_a_target_have_is_seen_and_others_are_alike():
    """TGFB1 of macrophages is planted within 30 µm of fibroblasts only."""
    adata = tme.datasets.simulated_cohort(
        2, n_cells=600, tissue="niches", near_axes=["tgfb"], rng=1
    )
    tme.pp.prepare(adata, embed=False)
    crosstalk(adata, "cell_type", sample_key="sample", tissue=True, min_cells=5)
    table = adata.uns[KEY]
    n_away = table["source_cells"] - table["source_cells_near"]
    read = table[(table["source_cells_near"] >= 20) & (n_away >= 20) & (table["ligand_mean"] > 0.2)]
    times = (read["ligand_mean_near"] + 0.1) / (read["ligand_mean_away"] + 0.1)
    planted = (read["ligand_complex"] == "TGFB1") & (read["source"] == "TAM SPP1")
    planted &= read["target"] == "CAF myCAF"
    assert planted.sum() > 0
    assert (times[planted] > 2.5).all()
    others = times[read["axis"] != "tgfb"]
    assert len(others) > 1000
    assert others.quantile([0.05, 0.95]).between(1 / 1.8, 1.8).all()
