from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from tmeatlas._checks import check_adata, writable
from tmeatlas._errors import InputError, MissingKeyError, NoGenesError
from tmeatlas.cells._groups import read_categories, read_groups
from tmeatlas.matrix import open_matrix


def with_obs(**columns) -> AnnData:
    n = len(next(iter(columns.values())))
    obs = pd.DataFrame(columns, index=[f"c{i}" for i in range(n)])
    return AnnData(np.ones((n, 2), dtype=np.float32), obs=obs)


def test_not_an_anndata():
    with pytest.raises(InputError, match=r"found DataFrame.*tme\.read"):
        check_adata(pd.DataFrame())
    with pytest.raises(InputError, match="found 0 cells × 2 genes"):
        check_adata(with_obs(a=["x", "y"])[:0])


def test_cells_without_genes_are_cells():
    adata = with_obs(a=["x", "y"])[:, :0].copy()
    assert check_adata(adata) is adata
    with pytest.raises(NoGenesError, match="X has none, so nothing can be read of expression"):
        open_matrix(adata)
    adata.X = None
    with pytest.raises(NoGenesError, match="there are none"):
        open_matrix(adata)


def test_a_view_of_cells_with_names_twice_is_none_any_more_without_a_warning():
    adata = with_obs(a=["x", "y"])
    adata.obs.index = ["same", "same"]
    view = adata[np.arange(2)]
    assert view.is_view
    assert not writable(view).is_view


@pytest.mark.filterwarnings("ignore::UserWarning:mudata")
def test_the_table_within_a_container_is_named():
    mudata = pytest.importorskip("mudata")
    table, proteins = with_obs(a=["x", "y"]), with_obs(a=["x", "y"])
    proteins.var_names = ["P1", "P2"]
    held = mudata.MuData({"prot": proteins, "rna": table})
    with pytest.raises(InputError, match=r"found MuData.*mdata\.mod\['rna'\].*'prot', too"):
        check_adata(held)
    assert check_adata(held.mod["rna"]) is held.mod["rna"]
    with pytest.raises(InputError, match=r"mdata\.mod\['prot'\]: results are written there\."):
        check_adata(mudata.MuData({"prot": proteins}))


def test_the_table_within_spatial_data_is_named():
    spatialdata = pytest.importorskip("spatialdata")
    from spatialdata.models import TableModel

    held = spatialdata.SpatialData(tables={"table": TableModel.parse(with_obs(a=["x", "y"]))})
    with pytest.raises(InputError, match=r"found SpatialData.*sdata\.tables\['table'\]"):
        check_adata(held)
    assert check_adata(held.tables["table"]) is held.tables["table"]
    with pytest.raises(InputError, match="holds no table"):
        check_adata(spatialdata.SpatialData())


def test_unknown_column_lists_the_nearest_first():
    adata = with_obs(cell_type=["a", "b"] * 3, batch=["x", "y"] * 3)
    with pytest.raises(MissingKeyError, match=r"'celltype'.*'cell_type', 'batch'.*`groupby=`"):
        read_groups(adata, "celltype")


def test_small_groups_are_left_out_and_reported():
    adata = with_obs(group=["a"] * 5 + ["b"] * 3 + ["c"] * 1)
    groups = read_groups(adata, "group", min_cells=2)
    assert groups.labels == ("a", "b")
    assert groups.too_small == {"c": 1}
    assert groups.codes.tolist() == [0] * 5 + [1] * 3 + [-1]
    assert groups.sizes.tolist() == [5, 3]


def test_fewer_than_two_groups_is_an_error():
    adata = with_obs(group=["a"] * 5 + ["b"] * 1, other=["x", "y"] * 3)
    with pytest.raises(InputError, match=r"found 1 \(too small: 'b'\).*'other'"):
        read_groups(adata, "group", min_cells=2)


def test_cells_without_a_label_belong_to_no_group():
    adata = with_obs(group=["a", "b", None, "a", "b"])
    assert read_groups(adata, "group").codes.tolist() == [0, 1, -1, 0, 1]


def test_categories_keep_the_users_order_and_become_text():
    adata = with_obs(group=pd.Categorical([2, 1, 2], categories=[3, 2, 1]))
    categories = read_categories(adata, "group", argument="groupby")
    assert list(categories.categories) == ["2", "1"]
    assert list(categories.codes) == [0, 1, 0]


def test_cluster_numbers_are_in_order_of_number():
    adata = with_obs(cluster=[10, 2, 1, 10], text=["10", "2", "1", "10"])
    for key in ("cluster", "text"):
        assert read_groups(adata, key).labels == ("1", "2", "10")


def test_numbers_and_booleans_can_be_groups():
    assert read_groups(with_obs(group=[1, 2, 1]), "group").labels == ("1", "2")
    assert read_groups(with_obs(group=[True, False, True]), "group").labels == ("False", "True")


def test_measured_values_are_no_groups():
    scores = np.linspace(0, 1, 60)
    with pytest.raises(InputError, match=r"60 different numbers.*pd\.cut.*'kind'"):
        read_groups(with_obs(score=scores, kind=["a", "b"] * 30), "score")
    doses = [0.5, 1.0, float("nan")] * 20
    assert read_groups(with_obs(dose=doses), "dose").labels == ("0.5", "1")
    clusters = [float(i) for i in range(30)] * 2
    assert len(read_groups(with_obs(cluster=clusters), "cluster").labels) == 30


def test_one_column_is_named():
    with pytest.raises(InputError, match=r"name of one column.*\['group'\]"):
        read_groups(with_obs(group=["a", "b"]), ["group"])


def test_a_column_with_one_label_is_no_candidate():
    adata = with_obs(tissue=["lung"] * 6, kind=["a", "b"] * 3)
    with pytest.raises(InputError, match=r"Candidates: 'kind'\.$"):
        read_groups(adata, "tissue")
