"""Parity with the installed package, and the package as a backend."""

from __future__ import annotations

import subprocess

import anndata as ad
import pandas as pd
import pytest
import scanpy as sc
from thorough import some_of

import tmeatlas as tme
from tmeatlas._errors import DependencyError, InputError, TMEError
from tmeatlas.cellphonedb import Statistical
from tmeatlas.cellphonedb import _package as package

pytest.importorskip("cellphonedb")


@pytest.fixture(
    params=some_of(["wu2021_tnbc_CID4465", "example", "kim2020_luad_T34", "pbmc68k"], 2)
)
def real(request, shared_data) -> ad.AnnData:
    """Real cells with `cell_type`, log-normalised."""
    if request.param == "pbmc68k":
        adata = sc.datasets.pbmc68k_reduced()
        adata.obs["cell_type"] = adata.obs["bulk_labels"]
        return adata
    if request.param == "example":
        folder = shared_data / "crosstalk" / "cellphonedb_example"
        adata = ad.read_h5ad(folder / "test.h5ad")
        meta = pd.read_csv(folder / "test_meta.txt", sep="\t", index_col="Cell")
        adata.obs["cell_type"] = meta["cell_type"]
        return adata
    adata = ad.read_h5ad(shared_data / "data" / f"{request.param}.h5ad")
    if adata.X.max() > 25:
        sc.pp.normalize_total(adata, target_sum=1e4)
        sc.pp.log1p(adata)
    return adata


def test_statistical_method_of_real_data_is_the_packages(real, shared_database):
    # With 50 or fewer, the package divides by zero.
    options = {"database": shared_database, "method": Statistical(60, rng=4, parity=True)}
    tme.tl.cellphonedb(real, "cell_type", **options)
    ours = tme.get.cellphonedb(real)
    tme.tl.cellphonedb(real, "cell_type", **options, backend="cellphonedb")
    theirs = tme.get.cellphonedb(real)
    assert list(ours) == list(theirs)
    assert (theirs["pvalues"].filter(like="|").to_numpy() < 1).any()
    for name, expected in theirs.items():
        pd.testing.assert_frame_equal(ours[name], expected, check_exact=True, obj=name)


@pytest.mark.parametrize("run", ["simple", "degs_ensembl", "statistical_places"])
def test_backend_gives_the_frozen_tables(run, made_up, database, frozen, our_options):
    identifier, options = made_up.runs()[run]
    # With recent scikit-learn or pandas, the package cannot score.
    options = {**our_options(options), "score_interactions": False}
    adata = made_up.cells(identifier)
    tme.tl.cellphonedb(adata, "group", database=database, **options, backend="cellphonedb")
    tables = tme.get.cellphonedb(adata)
    name = "means_result" if run == "simple" else "means"
    for table in (name, "deconvoluted", "deconvoluted_percents"):
        found, expected = tables[table], frozen[run][table]
        numbers = expected.select_dtypes("number").columns
        assert list(found.columns) == list(expected.columns)
        assert (found[numbers].to_numpy("float32") == expected[numbers].to_numpy("float32")).all()


def test_result_of_the_package_has_three_decimals_only(made_up, database):
    adata = made_up.cells()
    tme.tl.cellphonedb(adata, "group", database=database, method="simple", backend="cellphonedb")
    with pytest.raises(InputError, match="rounded this result to 3 decimals"):
        tme.get.cellphonedb(adata, result_precision=5)


def test_a_crash_of_the_package_is_an_error_with_its_last_lines(made_up, database, monkeypatch):
    adata = made_up.cells()
    runner = "import sys; print('first'); print('out of luck'); sys.exit(7)"
    run = subprocess.run

    def run_other(command, **options):
        return run([command[0], "-c", runner], **options)

    monkeypatch.setattr(package.subprocess, "run", run_other)
    with pytest.raises(TMEError, match=r"exit code 7(.|\n)*out of luck"):
        tme.tl.cellphonedb(adata, "group", database=database, backend="cellphonedb")
    assert not adata.uns


def test_a_package_that_hangs_is_an_error(made_up, database, monkeypatch):
    monkeypatch.setattr(package, "TIME_LIMIT", 0.05)
    adata = made_up.cells()
    with pytest.raises(TMEError, match="did not end within"):
        tme.tl.cellphonedb(adata, "group", database=database, backend="cellphonedb")
    assert not adata.uns


def test_a_package_that_cannot_be_imported_is_an_error_that_names_it(
    made_up, database, monkeypatch, tmp_path
):
    (tmp_path / "cellphonedb.py").write_text("raise ImportError('no module named geosketch')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    adata = made_up.cells()
    with pytest.raises(
        DependencyError, match=r"ImportError: no module named geosketch(.|\n)*Leave"
    ):
        tme.tl.cellphonedb(adata, "group", database=database, backend="cellphonedb")
    assert not adata.uns
