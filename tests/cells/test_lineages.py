"""Lineages of cells, from our columns and from users' labels."""

from __future__ import annotations

import anndata as ad
import numpy as np
import pandas as pd
import pytest

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.cells import read_lineages


def cells(**columns) -> ad.AnnData:
    n = len(next(iter(columns.values())))
    obs = pd.DataFrame(columns, index=[f"cell {i}" for i in range(n)])
    return ad.AnnData(np.zeros((n, 1), dtype=np.float32), obs=obs)


LABELS = ["CD8Tex", "Tumor", "CD8Tex", None, "cluster 9", "myCAF", "T cell"]


def test_labels_of_the_user():
    found = read_lineages(cells(cell_type=LABELS), "cell_type")
    assert found.key == "cell_type"
    assert found.meanings == {
        "CD8Tex": "t_cd8",
        "T cell": "t_cell",
        "Tumor": "malignant",
        "cluster 9": "",
        "myCAF": "fibroblast",
    }
    assert found.ids == ("malignant", "fibroblast", "t_cell", "t_cd8")
    assert found.codes.tolist() == [3, 0, 3, -1, -1, 1, 2]
    assert found.codes.dtype == np.int32


def test_within_and_readable():
    found = read_lineages(cells(cell_type=LABELS), "cell_type")
    assert found.within("t_cell").tolist() == [True, False, True, False, False, False, True]
    assert found.within("nk").tolist() == [False] * 7
    assert found.readable(["t_cd8", "nk"]).tolist() == [True, False, True] + [False] * 4
    assert found.readable(["any"]).tolist() == [True] * 7


def test_first_level():
    found = read_lineages(cells(cell_type=[*LABELS, "Myeloid"]), "cell_type").first_level()
    assert found.ids == ("malignant", "fibroblast", "t_cell", "myeloid")
    assert found.codes.tolist() == [2, 0, 2, -1, -1, 1, 2, 3]
    assert found.meanings["CD8Tex"] == "t_cell"


def test_the_finer_column_of_an_annotation_is_read():
    adata = cells(
        tme_lineage=["T cells", "T cells", "Fibroblasts", "unassigned"],
        tme_lineage_fine=["CD8 T cells", "T cells", "Fibroblasts", "unassigned"],
        tme_lineage_fine_confidence=[1.0, 0.2, 1.0, 0.1],
    )
    found = read_lineages(adata, "tme_lineage")
    assert found.key == "tme_lineage_fine"
    assert [found.ids[code] if code >= 0 else "" for code in found.codes] == [
        "t_cd8",
        "t_cell",
        "fibroblast",
        "",
    ]
    assert read_lineages(adata.copy(), "tme_lineage_fine").ids == found.ids


def test_a_finer_column_of_the_user_is_not_read():
    adata = cells(type=["T", "B"], type_fine=["x", "y"])
    assert read_lineages(adata, "type").ids == ("t_cell", "b_cell")


def test_categories_and_terms_of_the_cell_ontology():
    terms = pd.Categorical(["CL:0000084", "CL:0000057", "CL:0000084"])
    found = read_lineages(cells(term=terms), "term")
    assert found.ids == ("fibroblast", "t_cell")
    assert found.codes.tolist() == [1, 0, 1]


def test_nothing_maps():
    adata = cells(leiden=["0", "1", "0", "2"], sample=["a", "a", "b", "b"])
    with pytest.raises(InputError) as caught:
        read_lineages(adata, "leiden")
    told = str(caught.value)
    assert "obs['leiden'], found '0', '1', '2'." in told
    assert "tme.tl.annotate(adata, 'leiden', labels={'0': " in told
    assert "`lineage_key=`: 'sample'" in told


def test_nearest_to_a_misspelt_label():
    with pytest.raises(InputError, match=r"Nearest to the first: 'Fibroblasts'"):
        read_lineages(cells(type=["Fibroblats", "Fibroblats"]), "type")


def test_names_that_look_like_no_lineage_are_not_said_to_be_one():
    with pytest.raises(InputError, match=r"If they are kinds of cells, say.*'left frontal': 'T c"):
        read_lineages(cells(place=["left frontal", "right parietal"]), "place")


def test_no_label_at_all():
    with pytest.raises(InputError, match=r"found no label at all"):
        read_lineages(cells(type=[None, None]), "type")


def test_not_annotated_yet():
    with pytest.raises(MissingKeyError, match=r"tl\.annotate\(adata\) first.*`lineage_key=`"):
        read_lineages(cells(type=["T", "B"]), "tme_lineage")


def test_a_column_that_is_not_there():
    with pytest.raises(MissingKeyError, match=r"'cel_type'. Nearest first: 'cell_type'"):
        read_lineages(cells(cell_type=["T", "B"]), "cel_type")


@pytest.mark.parametrize(
    ("name", "unknown"),
    [
        ("wu2021_tnbc_CID4465", 0),
        ("kim2020_luad_T34", 0),
        ("puram2017_hnscc_ref180", 0),
        ("tirosh2016_oligodendroglioma_184", 0),
        ("wu2020_pancancer_tcells_200", 0),
        ("kang2018_pbmc_ifnb_2donors", 0),
        ("keren2018_tnbc_mibi_dev", 774),
    ],
)
def test_cell_types_of_real_data(shared_data, name, unknown):
    adata = ad.read_h5ad(shared_data / "data" / f"{name}.h5ad", backed="r")
    found = read_lineages(adata, "cell_type")
    assert int((found.codes == -1).sum()) == unknown
