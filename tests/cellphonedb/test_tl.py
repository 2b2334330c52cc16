from __future__ import annotations

import re

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas._errors import CoverageError, InputError, MissingKeyError, TMEWarning
from tmeatlas.cellphonedb import DEGs, Statistical

KEY = "tme_cellphonedb"
IN_PARITY = Statistical(20, parity=True)
TABLES = [KEY, *(f"{KEY}_{name}" for name in ("interactions", "genes", "subunits", "pairs"))]


@pytest.fixture
def run(database):
    """Our call, short, with the made-up database."""

    def call(adata: AnnData, groupby: str = "group", **options):
        options = {"database": database, "method": Statistical(20), **options}
        return tme.tl.cellphonedb(adata, groupby, **options)

    return call


def test_writes_long_tables(made_up, run):
    adata = made_up.cells()
    assert (
        run(adata, score_interactions=True, method=Statistical(20, active_tfs=made_up.active_tfs()))
        is None
    )
    assert set(adata.uns) == {*TABLES, "tmeatlas"}
    types = {name: str(dtype) for name, dtype in adata.uns[KEY].dtypes.items()}
    assert types == {
        "interaction": "category",
        "source": "category",
        "target": "category",
        "mean": "float32",
        "pval": "float64",
        "score": "float64",
        "active_tf": "category",
        "active_in": "category",
    }
    assert (adata.uns[KEY]["mean"] > 0).all()
    assert len(adata.uns[f"{KEY}_pairs"]) == 25
    params = adata.uns["tmeatlas"][KEY]["params"]
    assert (params["method"], params["n_perms"], params["seed"]) == ("statistical", 20, 0)
    assert adata.uns["tmeatlas"][KEY]["provenance"]["gene_identifier"] == "hgnc_symbol"


@pytest.mark.parametrize("suffix", ["h5ad", "zarr"])
def test_survives_files(made_up, run, tmp_path, suffix):
    adata = made_up.cells()
    run(adata, score_interactions=True, method=Statistical(20, active_tfs=made_up.active_tfs()))
    before = tme.get.cellphonedb(adata)
    path = tmp_path / f"cells.{suffix}"
    if suffix == "h5ad":
        adata.write_h5ad(path)
        again = ad.read_h5ad(path)
    else:
        adata.write_zarr(path)
        again = ad.read_zarr(path)
    after = tme.get.cellphonedb(again)
    assert list(after) == list(before)
    for name, table in before.items():
        pd.testing.assert_frame_equal(after[name], table, check_exact=True, obj=name)


def test_copy_leaves_the_original_alone(made_up, run):
    adata = made_up.cells()
    changed = run(adata, copy=True, method="simple")
    assert KEY in changed.uns
    assert not adata.uns


def test_other_keys(made_up, run):
    adata = made_up.cells()
    run(adata, key_added="mine", method="simple")
    assert "means_result" in tme.get.cellphonedb(adata, key="mine")
    with pytest.raises(MissingKeyError, match=r"tme\.tl\.cellphonedb\(adata, groupby\) first"):
        tme.get.cellphonedb(adata)


def test_storage_and_order_of_cells_and_genes_change_nothing(made_up, run, storage):
    adata = made_up.cells()
    other = adata[::-1, np.random.default_rng(0).permutation(adata.n_vars)].copy()
    other.X = storage(other.X.toarray())
    for each in (adata, other):
        run(each, method=Statistical(20, rng=1, parity=True))
    pd.testing.assert_frame_equal(adata.uns[KEY], other.uns[KEY], check_exact=True)


def test_backed_data_are_read(made_up, run, tmp_path):
    adata = made_up.cells()
    adata.write_h5ad(tmp_path / "cells.h5ad")
    backed = ad.read_h5ad(tmp_path / "cells.h5ad", backed="r")
    run(backed, method="simple")
    run(adata, method="simple")
    pd.testing.assert_frame_equal(adata.uns[KEY], backed.uns[KEY])
    backed.file.close()


def test_seed_decides_and_global_state_is_left_alone(made_up, run):
    np.random.seed(1)  # noqa: NPY002
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    results = []
    for options in ({"rng": 1}, {"rng": 1}, {"rng": 2}, {"rng": 1, "parity": True}):
        adata = made_up.cells()
        run(adata, method=Statistical(100, **options))
        results.append(adata.uns[KEY]["pval"].to_numpy())
    assert np.array_equal(results[0], results[1])
    assert not np.array_equal(results[0], results[2])
    assert not np.array_equal(results[0], results[3])
    assert np.array_equal(state, np.random.get_state()[1])  # noqa: NPY002


def test_seeds_agree_within_chance(made_up, run):
    """Two ways to shuffle: p-values differ by no more than binomial noise."""
    p = []
    for parity in (False, True):
        adata = made_up.cells()
        run(adata, method=Statistical(2000, rng=1, parity=parity))
        p.append(adata.uns[KEY]["pval"].to_numpy())
    middle = (p[0] + p[1]) / 2
    noise = np.sqrt(np.maximum(2 * middle * (1 - middle) / 2000, 1e-6))
    assert np.abs((p[0] - p[1]) / noise).max() < 4.5


def test_cells_without_group_are_left_out_with_a_warning(made_up, run):
    adata = made_up.cells()
    without = adata[adata.obs["group"] != "9"].copy()
    adata.obs["group"] = adata.obs["group"].cat.remove_categories("9")
    with pytest.warns(TMEWarning, match="12 of 73 cells have no group"):
        run(adata, method=IN_PARITY)
    run(without, method=IN_PARITY)
    pd.testing.assert_frame_equal(adata.uns[KEY], without.uns[KEY], check_exact=True)


def test_microenvironments_as_dict(made_up, run):
    table, as_dict = made_up.cells(), made_up.cells()
    places = made_up.microenvironments()
    run(table, microenvironments=places, method="simple")
    grouped = places.groupby("microenvironment", sort=False)["cell_type"].apply(list)
    run(as_dict, microenvironments=grouped.to_dict(), method="simple")
    pd.testing.assert_frame_equal(table.uns[f"{KEY}_pairs"], as_dict.uns[f"{KEY}_pairs"])
    assert "10" not in set(table.uns[f"{KEY}_pairs"]["source"])


def renamed(adata: AnnData) -> None:
    adata.obs["group"] = adata.obs["group"].cat.rename_categories({"9": "a|b"})


def in_mouse_case(adata: AnnData) -> None:
    adata.var_names = [name.capitalize() for name in adata.var_names]


def of_nothing_known(adata: AnnData) -> None:
    adata.var_names = [f"X{i}" for i in range(adata.n_vars)]


def as_counts(adata: AnnData) -> None:
    adata.X = np.ceil(adata.X.toarray()) * 3


def with_cells_twice(adata: AnnData) -> None:
    adata.obs_names = ["cell"] * adata.n_obs


def of_one_gene(adata: AnnData) -> None:
    adata._inplace_subset_var(["GENE26"])


BAD_DATA = [
    (renamed, InputError, r"'a\|b'(.|\n)*rename_categories"),
    (in_mouse_case, InputError, "mouse"),
    (of_nothing_known, CoverageError, "Ensembl ids without version"),
    (as_counts, InputError, "tme.pp.prepare"),
    (with_cells_twice, InputError, "obs_names_make_unique"),
    (of_one_gene, CoverageError, "has both its partners"),
]


@pytest.mark.parametrize(("spoil", "error", "message"), BAD_DATA)
@pytest.mark.filterwarnings("ignore:Observation names are not unique")
def test_bad_data(spoil, error, message, made_up, run):
    adata = made_up.cells()
    spoil(adata)
    with pytest.raises(error, match=message):
        run(adata)
    assert not adata.uns


DEGS = pd.DataFrame({"cluster": ["9"], "gene": ["GENE1"]})
TFS = DEGS.assign(cluster="8")
BAD_OPTIONS = [
    ({"method": "statistic"}, MissingKeyError, "'statistical'"),
    ({"backend": "cellphone"}, MissingKeyError, "'cellphonedb'"),
    ({"threshold": 10}, InputError, "not per cent"),
    ({"method": "degs"}, InputError, "columns 'cluster' and 'gene'"),
    ({"method": Statistical}, InputError, "found Statistical"),
    ({"method": DEGs(DEGS.rename(columns=str.upper))}, InputError, "'CLUSTER'"),
    ({"method": DEGs(DEGS.assign(cluster="8"))}, MissingKeyError, "'9'"),
    ({"method": DEGs(DEGS.assign(gene="x"))}, InputError, "No gene of `degs`"),
    ({"microenvironments": {"a": ["T cell"]}}, MissingKeyError, "'T cells'"),
    ({"microenvironments": DEGS}, InputError, "'microenvironment'"),
    ({"microenvironments": {}}, InputError, "found 0 rows"),
    ({"method": Statistical(20, active_tfs=TFS)}, MissingKeyError, "`active_tfs`"),
    (
        {"method": Statistical(20, active_tfs={"9": "TF1"})},
        InputError,
        "`active_tfs` as a DataFrame",
    ),
    ({"database": "/nowhere.zip"}, InputError, "nowhere"),
    ({"key_added": "a/b"}, InputError, "without '/'"),
    ({"layer": "counts"}, MissingKeyError, "layer"),
    ({"groupby": "groups"}, MissingKeyError, "'group'"),
]


@pytest.mark.parametrize(
    ("options", "error", "message"), BAD_OPTIONS, ids=lambda value: str(value)[:40]
)
def test_bad_options(options, error, message, made_up, run):
    adata = made_up.cells()
    with pytest.raises(error) as raised:
        run(adata, **options)
    assert re.search(message, str(raised.value))
    assert not adata.uns


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_perms": 10, "pvalue": 0.01}, "`n_perms=` must be a whole number of 100 or more"),
        ({"n_perms": 0}, "`n_perms=` must be a whole number of 20"),
        ({"n_perms": 100.0}, "`n_perms=` must be a whole number"),
        ({"pvalue": 0.0}, "`pvalue=` must be above 0"),
        ({"pvalue": 5}, "`pvalue=` must be a number from 0 to 1"),
        ({"rng": -1}, "`rng=?`, found -1"),
        ({"rng": 2**32, "parity": True}, "from 0 to 4294967295 .* as `rng=?`"),
    ],
)
def test_options_of_the_statistical_method_that_cannot_be_used(options, message):
    with pytest.raises(InputError, match=message):
        Statistical(**options)


@pytest.mark.parametrize("precision", [-1, 2.5, 40, True])
def test_bad_precision(precision, made_up, run):
    adata = made_up.cells()
    run(adata, method="simple")
    with pytest.raises(InputError, match="result_precision"):
        tme.get.cellphonedb(adata, result_precision=precision)


def test_precision_rounds_means_and_percents(made_up, run):
    adata = made_up.cells()
    run(adata, method="simple")
    fine, coarse = (tme.get.cellphonedb(adata, result_precision=n) for n in (6, 1))
    for name in ("means_result", "deconvoluted_percents"):
        numbers = fine[name].select_dtypes("float").columns
        expected = fine[name][numbers].to_numpy(np.float64)
        assert np.abs(coarse[name][numbers].to_numpy(np.float64) - expected).max() < 0.0501
        assert not np.array_equal(coarse[name][numbers], fine[name][numbers])
