"""Chunks that a zarr array lacks, counted in what is stored as a whole."""

from __future__ import annotations

import anndata as ad
import pytest
import scipy.sparse as sp

from tmeatlas._errors import InputError
from tmeatlas.matrix import check_stored, missing_chunks

zarr = pytest.importorskip("zarr", minversion="3")


@pytest.fixture
def sharded(tmp_path):
    """A matrix whose values lie in two shards, the second of which is not full."""
    group = zarr.open_group(tmp_path / "x.zarr", mode="w", zarr_format=3)
    matrix = sp.random_array((50, 40), density=0.5, format="csr", rng=0)
    ad.io.write_elem(group, "X", matrix, dataset_kwargs={"chunks": (200,), "shards": (600,)})
    return tmp_path / "x.zarr"


def opened(folder):
    return zarr.open_group(folder, mode="r")["X"]


def test_a_store_in_shards_is_whole(sharded):
    assert missing_chunks(opened(sharded)["data"]) == (0, 2)
    check_stored(opened(sharded), "X")


def test_a_shard_that_is_gone_is_missed(sharded):
    (sharded / "X" / "data" / "c" / "1").unlink()
    with pytest.raises(InputError, match="X is damaged: 1 of 2 chunks of its data"):
        check_stored(opened(sharded), "X")


def test_only_arrays_of_zarr_have_chunks(sharded):
    assert missing_chunks(sp.eye_array(3)) == (0, 0)
