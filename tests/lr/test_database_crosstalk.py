"""Databases through the whole of `tl.crosstalk`, on the simulated tumour."""

from __future__ import annotations

import pandas as pd
import pytest

import tmeatlas as tme


@pytest.fixture(scope="module")
def tumour():
    adata = tme.datasets.simulated(300)
    tme.pp.prepare(adata, embed=False)
    return adata


def table(adata, database) -> pd.DataFrame:
    tme.tl.crosstalk(adata, "cell_type", database=database, min_cells=1)
    return adata.uns["tme_crosstalk"]


@pytest.fixture
def path(shared_data):
    return shared_data / "crosstalk" / "cellphonedb-v5.0.0.zip"


def with_ensembl_ids(adata, database):
    """The data with the ids of the database, with a version, for the names of its genes."""
    other = adata.copy()
    names = [database.ensembl_ids.get(name, (name,))[0] for name in adata.var_names]
    other.var_names = [name + ".4" if name.startswith("ENSG") else name for name in names]
    return other


@pytest.mark.filterwarnings("ignore:.*cannot be tested")
def test_symbols_and_ensembl_ids_give_the_same_result(tumour, path):
    by_symbol = table(tumour, str(path))
    assert tumour.uns["tmeatlas"]["tme_crosstalk"]["params"]["database"] == "cellphonedb v5.0.0"
    other = with_ensembl_ids(tumour, tme.sig.interactions(path))
    assert other.var_names.str.startswith("ENSG").mean() > 0.1
    pd.testing.assert_frame_equal(table(other, path), by_symbol)


@pytest.mark.filterwarnings("ignore:.*cannot be tested")
def test_the_built_in_axes_and_the_release_agree_on_what_both_have(tumour, path):
    columns = ["interaction", "source", "target", "score", "ligand_cells", "receptor_cells"]
    release = table(tumour, path)[columns].astype({"interaction": str})
    axes = table(tumour, "tme")[columns].astype({"interaction": str})
    # The axes turn four of them round: CD226, CD96, KLRB1 and CD44 are the receptors.
    turned = ["CPI-SS06207F70E", "CPI-SS03F821467", "CPI-SS0E292C126", "CPI-SS06F83AE58"]
    axes = axes[~axes["interaction"].isin(turned)]
    both = release.merge(axes.drop_duplicates(), on=columns[:3], suffixes=("", "_axes"))
    assert both["interaction"].nunique() > 200
    for column in columns[3:]:
        assert (both[column] == both[column + "_axes"]).all()


@pytest.mark.filterwarnings("ignore:.*cannot be tested")
def test_a_part_of_a_database_is_a_table(tumour, path):
    frame = tme.sig.interactions(path).to_frame()
    chemokines = frame.loc[frame["classification"] == "Signaling by Chemokines"]
    result = table(tumour, chemokines)
    assert set(result["interaction"]) <= set(chemokines["interaction"])
    assert "CXCL12" in set(result["ligand_complex"])
