"""Which matrix is read where X has not what is asked for, and where the counts are."""

from __future__ import annotations

import numpy as np
import pytest
from anndata import AnnData
from made_values import made_counts, normalised, transformed

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas._values import MatrixKind
from tmeatlas.matrix import find_counts, open_counts, open_matrix

COUNTS = made_counts(60, 80)
LOGGED = transformed(normalised(COUNTS), np.log1p)
DECIMALS = COUNTS * np.float32(0.5)
LOG = (MatrixKind.LOGNORM,)


def made(x=None, *, raw=None, **layers) -> AnnData:
    adata = AnnData(LOGGED.copy())
    if raw is not None:
        adata.X = raw
        adata.raw = adata.copy()
    adata.layers.update(layers)
    adata.X = x
    return adata


def scaled(values) -> np.ndarray:
    dense = values.toarray()
    return (dense - dense.mean(axis=0)) / (dense.std(axis=0) + 1)


@pytest.mark.parametrize("name", ["logcounts", "data", "lognorm"])
def test_an_empty_x_is_made_up_for_by_a_layer_of_logarithms(name):
    adata = made(counts=COUNTS, **{name: LOGGED})
    matrix = open_matrix(adata, accepts=LOG)
    assert matrix.name == f"layers[{name!r}]"
    np.testing.assert_array_equal(next(matrix.blocks()).matrix.toarray(), LOGGED.toarray())


def test_an_empty_x_is_made_up_for_by_counts_where_they_do():
    adata = made(counts=COUNTS)
    assert open_matrix(adata).name == "layers['counts']"
    with pytest.raises(
        InputError, match=r"X is empty, and layers\['counts'\] looks like raw.*pp\.prepare"
    ):
        open_matrix(adata, accepts=LOG)
    assert open_matrix(made(raw=LOGGED)).name == "raw.X"


def test_an_empty_x_without_a_known_layer_names_those_there_are():
    with pytest.raises(InputError, match=r"X is empty. Name the matrix.*`layer=`; layers: 'mine'"):
        open_matrix(made(mine=LOGGED))
    assert open_matrix(made(mine=LOGGED), layer="mine").name == "layers['mine']"
    with pytest.raises(InputError, match="no layers and no raw"):
        open_matrix(made())


def test_x_is_read_wherever_it_can_be():
    adata = made(LOGGED, raw=LOGGED, logcounts=LOGGED, counts=COUNTS)
    assert open_matrix(adata).name == "X"
    assert open_matrix(adata, accepts=LOG).name == "X"


def test_counts_in_x_give_way_to_logarithms_where_those_are_needed():
    adata = made(COUNTS, logcounts=LOGGED)
    assert open_matrix(adata, accepts=LOG).name == "layers['logcounts']"
    assert open_matrix(adata).name == "X"


def test_a_layer_that_cannot_be_read_is_passed_over():
    broken = LOGGED.copy()
    broken[:20] = COUNTS[:20]
    adata = made(data=broken, lognorm=LOGGED)
    assert open_matrix(adata, accepts=LOG).name == "layers['lognorm']"


def test_a_remedy_works_on_the_matrix_that_was_read():
    adata = made(COUNTS, counts=COUNTS)
    for options, call in (
        ({}, r"tme\.pp\.prepare\(adata\) first"),
        ({"layer": "counts"}, r"tme\.pp\.prepare\(adata, layer='counts'\) first"),
    ):
        with pytest.raises(InputError, match=call):
            open_matrix(adata, accepts=LOG, **options)
    tme.pp.prepare(adata, layer="counts", embed=False)
    assert open_matrix(adata, accepts=LOG).name == "X"
    adata = made(scaled(LOGGED), raw=COUNTS)
    with pytest.raises(InputError, match=r"raw\.X looks like raw counts.*adata\.raw\.to_adata\(\)"):
        open_matrix(adata, accepts=LOG)


@pytest.mark.parametrize("make", [np.asarray, lambda values: _sparse(values)])
def test_slightly_negative_values_have_a_remedy_that_works(make):
    values = LOGGED.toarray()
    values[values == 0] = np.where(np.arange((values == 0).sum()) % 10, 0, -0.01)
    adata = AnnData(make(values))
    with pytest.raises(InputError, match="few values below 0") as refused:
        open_matrix(adata, accepts=LOG)
    said = str(refused.value)
    assert "No method takes values below 0" in said
    names = {"adata": adata}
    exec(said[said.index("adata.X = ") :].rstrip("."), names)
    assert open_matrix(adata, accepts=LOG).kind is MatrixKind.LOGNORM
    np.testing.assert_allclose(_dense(names["adata"].X), LOGGED.toarray())


def _sparse(values):
    import scipy.sparse as sp

    return sp.csr_matrix(values)


def _dense(values):
    return values.toarray() if hasattr(values, "toarray") else values


def test_square_roots_have_a_remedy_that_works():
    adata = AnnData(transformed(normalised(COUNTS), np.sqrt))
    with pytest.raises(InputError, match="looks like square roots") as refused:
        tme.pp.prepare(adata, embed=False)
    said = str(refused.value)
    exec(said[said.index("adata.X = ") :].rstrip("."), {"adata": adata})
    tme.pp.prepare(adata, embed=False)
    np.testing.assert_allclose(adata.X.toarray(), LOGGED.toarray(), rtol=1e-3)


def test_zeros_and_ones_are_refused():
    adata = AnnData(transformed(made_counts(), np.sign))
    with pytest.raises(InputError, match=r"zeros and ones\. Start from the counts"):
        tme.pp.prepare(adata, embed=False)


PLACES = {
    "layers['counts']": made(LOGGED, counts=COUNTS, raw=COUNTS),
    "X": made(COUNTS, raw=LOGGED),
    "layers['raw_counts']": made(LOGGED, counts=DECIMALS, raw_counts=COUNTS),
    "raw.X": made(LOGGED, raw=COUNTS),
}


@pytest.mark.parametrize("place", PLACES)
def test_counts_are_found_where_they_are(place):
    found = open_counts(PLACES[place])
    assert found.name == place
    assert found.kind is MatrixKind.COUNTS
    assert find_counts(PLACES[place]).name == place


def test_decimals_are_no_counts():
    adata = made(LOGGED, counts=DECIMALS)
    assert find_counts(adata) is None
    with pytest.raises(InputError, match=r"whole numbers.*counts with decimals.*round them") as no:
        open_counts(adata)
    said = str(no.value)
    exec(said[said.index("adata.layers") :].rstrip("."), {"adata": adata})
    assert open_counts(adata).kind is MatrixKind.COUNTS


def test_raw_is_not_read_where_it_must_not_be():
    adata = made(LOGGED, raw=COUNTS)
    assert find_counts(adata, may_be_raw=False) is None
    with pytest.raises(InputError, match="needs raw counts; X looks like log-normalised"):
        open_counts(adata, use_raw=False)
    assert open_counts(adata, use_raw=True).name == "raw.X"


def test_counts_of_raw_are_read_on_the_genes_of_x():
    """`raw` has all genes, X the variable ones, in another order."""
    adata = made(LOGGED, raw=COUNTS)
    order = np.arange(79, 9, -3)
    part = adata[:, order].copy()
    matrix = open_matrix(part, accepts=LOG)
    counts = find_counts(part, like=matrix)
    assert counts.name == "raw.X"
    assert counts.genes.equals(matrix.genes)
    np.testing.assert_array_equal(
        next(counts.blocks()).matrix.toarray(), COUNTS.toarray()[:, order]
    )
    wanted = np.array([5, 0, 2])
    np.testing.assert_array_equal(
        counts.columns(wanted).toarray(), COUNTS.toarray()[:, order[wanted]]
    )


def test_counts_of_fewer_genes_than_are_read_are_not_used():
    adata = made(LOGGED, raw=LOGGED, counts=COUNTS)[:, :20].copy()
    assert find_counts(adata, like=open_matrix(adata, use_raw=True)) is None


def test_pseudobulk_adds_up_what_counts():
    adata = made(LOGGED, raw=COUNTS)
    adata.obs["group"] = np.repeat(["a", "b"], 30)
    table = tme.get.pseudobulk(adata, "group", use_raw=True)
    np.testing.assert_allclose(table.loc["a"], np.asarray(COUNTS[:30].sum(axis=0)).ravel())
    adata.layers["corrected"] = DECIMALS
    table = tme.get.pseudobulk(adata, "group", layer="corrected")
    np.testing.assert_allclose(table.loc["a"], np.asarray(DECIMALS[:30].sum(axis=0)).ravel())
