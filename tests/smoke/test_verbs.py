"""Every public function that takes cells runs once, and what it stores comes back from a file."""

from __future__ import annotations

from importlib.util import find_spec

import anndata
import pytest
from made_calls import called, clean_cells, functions

import tmeatlas as tme
from tmeatlas._errors import DependencyError, MissingKeyError

FIRST = ("pp.harmonise", "pp.prepare", "tl.score", "tl.crosstalk", "tl.annotate")
"""Others read what these give."""
NAMES = [*FIRST, *sorted(set(functions()) - set(FIRST), key=lambda name: (name[:2] != "tl", name))]
GIVE_NOTHING = ("pp.harmonise", "get.selection")
"""What they give here has no columns: names are in order, and cells were listed by name alone."""
TABLES = ("scores", "crosstalk", "axes", "phenotype")
FORMATS = {"h5ad": anndata.read_h5ad, "zarr": anndata.read_zarr}


@pytest.fixture(scope="module")
def cells():
    """Cells through all verbs, in the order in which the tests run."""
    adata = clean_cells()
    del adata.varm, adata.obsp
    return adata


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
def test_it_runs(cells, name):
    try:
        given = called(name, cells)
    except DependencyError as lacking:
        pytest.skip(f"an extra is not installed: {lacking}")
    except MissingKeyError:
        if "niches" not in name or find_spec("squidpy"):
            raise
        pytest.skip("squidpy is not installed, without which no niches were found")
    assert given or name in GIVE_NOTHING


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_stored_comes_back(cells, kind, tmp_path):
    keys = tuple(f"tme_{table}" for table in TABLES)
    stored = anndata.AnnData(obs=cells.obs, var=cells.var)
    for slot in ("obsm", "uns"):
        for key, value in getattr(cells, slot).items():
            if key == "tmeatlas" or key.startswith(keys):
                getattr(stored, slot)[key] = value
    file = tmp_path / f"cells.{kind}"
    getattr(stored, f"write_{kind}")(file)
    back = FORMATS[kind](file)
    for table in TABLES:
        read = getattr(tme.get, table)
        found, expected = read(back), read(cells)
        assert len(found) > 0
        assert found.astype(str).equals(expected.astype(str)), table
