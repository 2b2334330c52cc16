"""Whatever holds the values, the numbers are those of a plain definition in numpy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from hypothesis import given
from hypothesis import strategies as st
from made_hostile import GENES, LISTS, cells
from made_hypothesis import answered, examples

import tmeatlas as tme

MISSING = ("", "nan", "na", "n/a", "#n/a", "<na>", "nat", "null")
ANY_STORAGE = frozenset({"storage", "form"})


def label(value: object) -> str:
    """What a value of `obs` is called; "" for none."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    if isinstance(value, pd.Timestamp):
        value = value.date() if value == value.normalize() else value
    text = value.decode() if isinstance(value, bytes) else str(value)
    return "" if text.strip().lower() in MISSING else text


def labels_of(adata: AnnData, name: str) -> np.ndarray:
    return np.array([label(value) for value in adata.obs[name].astype(object)], dtype=object)


def twin(made) -> AnnData:
    """The same values and labels in the plainest form."""
    names = ("group", "sample", "condition")
    obs = pd.DataFrame({name: labels_of(made.adata, name) for name in names})
    obs = obs.replace("", None).set_index(made.adata.obs_names.astype(str))
    var = pd.DataFrame(index=made.adata.var_names)
    return AnnData(sp.csr_matrix(made.numbers.astype(np.float32)), obs=obs, var=var)


@examples(25)
@given(made=cells(odd=ANY_STORAGE | {"type"}, kinds=("counts",)))
def test_sums_of_groups(made):
    found = answered(tme.get.pseudobulk, made.adata, "group")[0]
    if found is None:
        return
    groups = labels_of(made.adata, "group")
    assert sorted(found.index) == sorted(set(groups) - {""})
    sums = np.array([made.numbers[groups == name].sum(axis=0) for name in found.index])
    means = np.array([made.numbers[groups == name].mean(axis=0) for name in found.index])
    assert np.allclose(found, sums, rtol=1e-5) or np.allclose(found, means, rtol=1e-5)


@examples(25)
@given(made=cells(odd=frozenset({"labels", "form", "size"})))
def test_cells_of_groups_in_samples(made):
    adata = made.adata
    _, refused = answered(tme.tl.composition, adata, "group", sample_key="sample")
    if refused:
        assert "tme_composition" not in adata.uns
        return
    table = adata.uns["tme_composition"]
    groups, samples = labels_of(adata, "group"), labels_of(adata, "sample")
    known = (groups != "") & (samples != "")
    whole = table[table["parent"] == ""]
    assert whole["cells"].sum() == known.sum()
    assert sorted(whole["cells"][whole["cells"] > 0]) == sorted(
        pd.Series(list(zip(groups[known], samples[known], strict=True))).value_counts()
    )
    shares = whole["share"].dropna()
    assert ((shares >= 0) & (shares <= 1)).all()
    # A share is missing only where a sample has no cell of any group.
    assert (whole.loc[whole["share"].isna(), "total"] == 0).all()


@examples(8)
@given(made=cells(odd=ANY_STORAGE, kinds=("logs",)), turned=st.randoms(use_true_random=False))
def test_scores(made, turned):
    adata, plain = made.adata, twin(made)
    for method in ("mean", "ucell", "ucell_detected"):
        for each in (adata, plain):
            tme.tl.score(each, LISTS, method=method)
        found, right = adata.obsm["tme_scores"], plain.obsm["tme_scores"]
        assert np.isfinite(found.to_numpy()).all()
        np.testing.assert_allclose(found, right, rtol=1e-6, atol=1e-7)
        rows, columns = list(range(plain.n_obs)), list(range(plain.n_vars))
        turned.shuffle(rows)
        turned.shuffle(columns)
        moved = plain[rows][:, columns].copy()
        tme.tl.score(moved, LISTS, method=method)
        np.testing.assert_array_equal(moved.obsm["tme_scores"], right.iloc[rows])
        if method == "mean":
            means = {
                name: made.numbers[:, [GENES.index(g) for g in of]] for name, of in LISTS.items()
            }
            for name, values in means.items():
                np.testing.assert_allclose(found[name], values.mean(axis=1), rtol=1e-5, atol=1e-6)


@examples(8)
@given(made=cells(odd=ANY_STORAGE, kinds=("counts",)), times=st.sampled_from([2, 3, 7]))
def test_prepared_values(made, times):
    adata, larger = made.adata, twin(made)
    larger.X = larger.X * times
    totals = made.numbers.sum(axis=1, keepdims=True)
    right = np.log1p(made.numbers / np.maximum(totals, 1) * 1e4)
    for each in (adata, larger):
        if answered(tme.pp.prepare, each, embed=False)[1]:
            continue
        groups = labels_of(each, "group")
        found, refused = answered(tme.get.pseudobulk, each, "group")
        if not refused:
            means = np.array([right[groups == name].mean(axis=0) for name in found.index])
            np.testing.assert_allclose(found, means, rtol=2e-5, atol=1e-6)


@examples(4)
@given(made=cells(odd=ANY_STORAGE, kinds=("logs",)), turned=st.randoms(use_true_random=False))
def test_crosstalk(made, turned):
    adata, plain = made.adata, twin(made)
    tables = []
    columns, rows = list(range(plain.n_vars)), list(range(plain.n_obs))
    turned.shuffle(columns)
    turned.shuffle(rows)
    for each in (plain, adata, plain[:, columns].copy(), plain[rows].copy()):
        if answered(tme.tl.crosstalk, each, "group", min_cells=3)[1]:
            assert "tme_crosstalk" not in each.uns
            tables.append(None)
        else:
            tables.append(sorted_rows(each.uns["tme_crosstalk"]))
    right, stored, by_gene, by_row = tables
    assert [table is None for table in tables] in ([True] * 4, [False] * 4)
    if right is None:
        return
    assert by_gene.equals(right)
    for found in (stored, by_row):
        for name in right:
            if right[name].dtype.kind == "f":
                np.testing.assert_allclose(
                    found[name], right[name], rtol=1e-5, atol=1e-6, err_msg=name
                )
            elif name != "verdict":
                assert found[name].astype(str).tolist() == right[name].astype(str).tolist(), name


def sorted_rows(table: pd.DataFrame) -> pd.DataFrame:
    keys = ["source", "target", "ligand_complex", "receptor_complex", "axis", "interaction"]
    plain = table.astype(dict.fromkeys(keys, str))
    return plain.sort_values(keys).reset_index(drop=True)


@examples(20)
@given(made=cells(odd=frozenset({"values", "storage", "type"})))
def test_no_score_is_missing_in_silence(made):
    """Values that are no numbers are refused, and never become a score."""
    adata = made.adata
    _, refused = answered(tme.tl.score, adata, LISTS)
    if refused:
        assert not adata.obsm.keys() & {"tme_scores"}
        return
    assert np.isfinite(made.numbers).all()
    assert np.isfinite(adata.obsm["tme_scores"].to_numpy()).all()
