"""The fingerprint: which cells and labels a result was computed from."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from tmeatlas.results import Fingerprint

LABELS = ["a", "a", "b", "b", "b", "c"]
SAMPLES = ["p", "q", "p", "q", "p", "q"]


def cells(labels=LABELS, samples=SAMPLES, names="stuvwx") -> AnnData:
    obs = pd.DataFrame({"group": pd.Categorical(labels)}, index=list(names))
    obs["sample"] = pd.Categorical(samples)
    obs["other"] = obs["group"]
    return AnnData(np.ones((len(obs), 1), np.float32), obs=obs, var=pd.DataFrame(index=["G"]))


def fingerprint(adata: AnnData) -> Fingerprint:
    return Fingerprint.of(adata, "group", "sample")


@pytest.mark.parametrize(
    "same",
    [
        lambda a: a,
        lambda a: a[::-1],
        lambda a: a[[3, 1, 5, 0, 2, 4]].copy(),
        lambda a: with_group(a, a.obs["group"].astype(object)),
        lambda a: with_group(a, a.obs["group"].astype("string")),
        lambda a: with_group(a, a.obs["group"].cat.add_categories("unused")),
        lambda a: with_group(a, a.obs["group"].cat.reorder_categories(["c", "a", "b"])),
        lambda a: AnnData(obs=a.obs.drop(columns="other")),
    ],
)
def test_order_storage_and_all_else_do_not_matter(same):
    found = fingerprint(cells())
    assert found.n_cells == 6
    assert found.difference(same(cells())) == ""
    assert fingerprint(same(cells())) == found


def with_group(adata: AnnData, column: pd.Series) -> AnnData:
    adata.obs["group"] = column
    return adata


RELABELLED = "the labels in obs['group'] have changed since"


@pytest.mark.parametrize(
    ("now", "difference"),
    [
        (cells(["A", "A", "b", "b", "b", "c"]), RELABELLED),
        (cells(["b", "b", "a", "a", "a", "c"]), RELABELLED),
        (cells(["a", "b", "a", "b", "b", "c"]), RELABELLED),
        (cells(["a", "a", "b", "b", "b", None]), RELABELLED),
        (cells(["a", "a", "b", "b", "b", "nan"]), RELABELLED),
        (cells(samples=["q", "p", "p", "q", "p", "q"]), "the labels in obs['sample'] have changed"),
        (cells(SAMPLES, LABELS), RELABELLED),
        (cells(names="stuvwy"), "it is of 6 cells of other names"),
        (cells()[:5], "it is of 6 cells, and there are 5"),
        (ad.concat([cells(), cells(names="123456")]), "it is of 6 cells, and there are 12"),
        (AnnData(obs=cells().obs[["sample"]]), "the labels in obs['group'] are gone since"),
        (AnnData(obs=cells().obs[["group"]]), "the labels in obs['sample'] are gone since"),
    ],
)
def test_other_cells_and_labels_are_seen(now, difference):
    assert fingerprint(cells()).difference(now).startswith(difference)


def test_a_cell_without_a_label_is_none_that_is_called_so():
    without = cells(["a", "a", None, "b", "b", "c"])
    found = fingerprint(without)
    assert found.difference(without[::-1]) == ""
    for label in ("None", "a"):
        assert found.difference(cells(["a", "a", label, "b", "b", "c"])) == RELABELLED
    for label in ("nan", ""):  # what others write where there is no label
        assert found.difference(cells(["a", "a", label, "b", "b", "c"])) == ""
    assert found.difference(cells(["a", "a", "b", None, "b", "c"])) == RELABELLED


def test_text_that_is_no_unicode_is_told_apart_like_any_other():
    half = fingerprint(cells(["a", "a", "b", "b", "b", "\ud800"]))
    assert half.difference(cells(["a", "a", "b", "b", "b", "\ud800"])) == ""
    assert half.difference(cells(["a", "a", "b", "b", "b", "\ud801"])) == RELABELLED
    assert half.names == fingerprint(cells()).names
    assert fingerprint(cells(names="stuvw\ud800")).names != half.names


def test_a_result_without_groups_asks_for_the_cells_alone():
    found = Fingerprint.of(cells())
    assert (found.groupby, found.labels, found.sample_key, found.samples) == ("", "", "", "")
    assert found.difference(cells(["z"] * 6, ["z"] * 6)) == ""
    assert found.difference(cells(names="stuvwy")) == "it is of 6 cells of other names"


def test_every_order_of_the_labels_is_told_apart():
    rng = np.random.default_rng(0)
    names = [f"cell{i}" for i in range(40)]
    labels = np.array(["a", "b"] * 20)
    orders = {tuple(rng.permutation(labels)) for _ in range(500)}
    seen = {fingerprint(cells(list(order), ["p"] * 40, names)).labels for order in orders}
    assert len(seen) == len(orders)


@pytest.mark.filterwarnings("ignore:Observation names are not unique")
def test_names_that_are_given_twice_count_twice():
    twice = fingerprint(cells(names="ssuvwx"))
    assert twice.difference(cells(names="ssuvwx")[::-1]) == ""
    assert twice.difference(cells(names="suuvwx")) == "it is of 6 cells of other names"


COLUMNS = {
    "words": pd.Categorical(LABELS),
    "text": np.array(LABELS, dtype=object),
    "text with gaps": np.array(["a", np.nan, "b", None, "b", "c"], dtype=object),
    "words with gaps": pd.Categorical(["a", None, "b", None, "b", "c"]),
    "whole numbers": np.array([1, 1, 2, 2, 10, 3]),
    "numbers as words": pd.Categorical([1, 1, 2, 2, 10, 3]),
    "fractions": np.array([0.1, 0.5, 0.5, 1.0, 2.0, np.nan]),
    "fractions as words": pd.Categorical([0.1, 0.5, 0.5, 1.0, 2.0, 0.1]),
    "truths": np.array([True, False, True, True, False, False]),
    "whole numbers with gaps": pd.array([1, None, 2, 2, 10, 3], dtype="Int64"),
}


@pytest.mark.parametrize("file_format", ["h5ad", "zarr"])
@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_files_keep_it(tmp_path, file_format, column):
    adata = cells()
    adata.obs["group"] = column
    found = fingerprint(adata)
    adata.uns["cells"] = found.stored()
    path = tmp_path / f"cells.{file_format}"
    getattr(adata, f"write_{file_format}")(path)
    back = getattr(ad, f"read_{file_format}")(path)
    assert Fingerprint.read(back.uns["cells"]) == found
    assert found.difference(back) == ""
    back.obs["group"] = back.obs["group"].array[::-1]
    assert found.difference(back) == RELABELLED


@pytest.mark.parametrize("as_words", [False, True])
def test_numbers_are_told_apart_as_labels(as_words):
    def of(numbers):
        labels = pd.Categorical(numbers) if as_words else np.array(numbers)
        return fingerprint(with_group(cells(), labels))

    assert of([1, 1, 2, 2, 2, 3]) == fingerprint(cells(list("112223")))
    assert of([1, 1, 2, 2, 3, 3]) != of([1, 1, 2, 2, 2, 3])
    assert of([1.5, 1, 2, 2, 2, 3]) != of([1.0, 1, 2, 2, 2, 3])
