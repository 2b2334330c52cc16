"""Every function that reads expression reads the matrix that is named."""

from __future__ import annotations

import inspect

import made_tissue
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

import tmeatlas as tme

READERS = {
    "pp.prepare": lambda a, **o: tme.pp.prepare(a, embed=False, **o),
    "tl.score": lambda a, **o: tme.tl.score(a, **o),
    "tl.call_states": lambda a, **o: tme.tl.call_states(a, lineage_key="cell_type", **o),
    "tl.crosstalk": lambda a, **o: tme.tl.crosstalk(a, "cell_type", **o),
    "tl.axes": lambda a, **o: tme.tl.axes(a, **o),
    "tl.drivers": lambda a, **o: tme.tl.drivers(a, **o),
    "tl.drug_targets": lambda a, **o: tme.tl.drug_targets(a, **o),
    "tl.annotate": lambda a, **o: tme.tl.annotate(a, "cell_type", **o),
    "tl.enrich": lambda a, **o: tme.tl.enrich(
        a, "cell_type", method=tme.enrichment.BulkSSGSEA(), signatures=["caf_pan"], **o
    ),
    "tl.phenotype": lambda a, **o: tme.tl.phenotype(
        a, sample_key="sample", groupby="cell_type", **o
    ),
    "tl.quality": lambda a, **o: tme.tl.quality(a, sample_key="sample", groupby="cell_type", **o),
    "tl.niches": lambda a, **o: tme.tl.niches(
        made_tissue.place(a), sample_key="sample", groupby="cell_type", n_shifts=39, **o
    ),
    "get.pseudobulk": lambda a, **o: tme.get.pseudobulk(a, "cell_type", **o),
    "sig.coverage": lambda a, **o: tme.sig.coverage(a, **o),
    "pl.embedding": lambda a, **o: np.asarray(
        tme.pl.embedding(a, "COL1A1", **o).data[0].marker.color
    ),
    "pl.spatial": lambda a, **o: np.asarray(
        tme.pl.spatial(made_tissue.place(a), "COL1A1", **o).data[0].marker.color
    ),
    "pl.atlas": lambda a, **o: tme.pl.atlas(
        a, groupby="cell_type", genes=["COL1A1"], **o
    ).payload.features[-1],
}
OTHERS = ("tl.compare", "tl.cellphonedb", "analyse")
"""Tried below, or where their own tests are: with counts, a database or all at once."""


@pytest.mark.parametrize("name", [*READERS, *OTHERS])
def test_the_matrix_can_be_named(name):
    function = tme.analyse if name == "analyse" else None
    if function is None:
        space, own = name.split(".")
        function = getattr(getattr(tme, space), own)
    parameters = inspect.signature(function).parameters
    for option in ("layer", "use_raw"):
        assert parameters[option].kind is inspect.Parameter.KEYWORD_ONLY
        assert parameters[option].default is None


@pytest.fixture(scope="module")
def on_x() -> AnnData:
    adata = tme.datasets.simulated(600)
    tme.pp.prepare(adata)
    adata.layers["raw_counts"] = adata.layers.pop("counts")
    tme.tl.crosstalk(adata, "cell_type")
    tme.tl.axes(adata)
    return adata


def results(adata: AnnData, returned: object) -> dict[str, object]:
    """All that a call left behind, and what it gave."""
    tables = {f"uns {key}": value for key, value in adata.uns.items() if key != "tmeatlas"}
    tables |= {f"obsm {key}": value for key, value in adata.obsm.items()}
    return {"returned": returned, "obs": adata.obs, **tables}


def same(first: object, second: object) -> bool:
    if isinstance(first, pd.DataFrame):
        pd.testing.assert_frame_equal(first, second)
        return True
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
    if isinstance(first, np.ndarray):
        np.testing.assert_array_equal(first, second)
        return True
    if hasattr(first, "__dataclass_fields__"):
        return same(vars(first), vars(second))
    return first == second or first is second or str(first) == str(second)


@pytest.mark.parametrize("place", ["layer", "found", "raw"])
@pytest.mark.parametrize("name", READERS)
def test_results_are_those_of_x_wherever_the_values_are(on_x, name, place):
    elsewhere = on_x.copy()
    options: dict[str, object] = {}
    if place == "raw":
        elsewhere.raw = elsewhere.copy()
        elsewhere.X = elsewhere.X * 0.5
        options["use_raw"] = True
    else:
        layer = "mine" if place == "layer" else "logcounts"
        elsewhere.layers[layer] = elsewhere.X.copy()
        elsewhere.X = None
        if place == "layer":
            options["layer"] = layer
    expected = on_x.copy()
    found = {}
    for key, adata, given in (("x", expected, {}), ("elsewhere", elsewhere, options)):
        found[key] = results(adata, READERS[name](adata, **given))
    assert same(found["x"], found["elsewhere"])


@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
@pytest.mark.parametrize("what", ["genes", "crosstalk"])
def test_comparisons_read_the_counts_that_are_there(what):
    adata = tme.datasets.simulated_cohort()
    options = {
        "condition_key": "condition",
        "sample_key": "sample",
        "reference": str(adata.obs["condition"].astype(str).min()),
    }
    tme.pp.prepare(adata, embed=False)
    tme.tl.crosstalk(adata, "cell_type", sample_key="sample")
    in_raw, in_layer = adata.copy(), adata.copy()
    in_raw.raw = AnnData(adata.layers["counts"], obs=adata.obs, var=adata.var)
    del in_raw.layers["counts"]
    in_layer.layers["mine"] = in_layer.layers.pop("counts")
    expected = adata.copy()
    tme.tl.compare(expected, what, **options)
    tme.tl.compare(in_raw, what, **options)
    tme.tl.compare(in_layer, what, layer="mine", **options)
    key = f"tme_compare_{what}"
    pd.testing.assert_frame_equal(in_raw.uns[key], expected.uns[key])
    pd.testing.assert_frame_equal(in_layer.uns[key], expected.uns[key])


def test_molecules_are_counted_in_raw():
    adata = tme.datasets.simulated(600)
    counts = adata.copy()
    tme.pp.prepare(adata, embed=False)
    expected = adata.copy()
    adata.raw = counts
    del adata.layers["counts"]
    for each in (adata, expected):
        tme.tl.crosstalk(each, "cell_type")
    table = adata.uns["tme_crosstalk"]
    assert table["ligand_molecules"].notna().all()
    pd.testing.assert_frame_equal(table, expected.uns["tme_crosstalk"])


def test_axes_read_what_the_crosstalk_read(on_x):
    adata = on_x.copy()
    adata.layers["mine"] = adata.X.copy()
    adata.X = None
    tme.tl.crosstalk(adata, "cell_type", layer="mine")
    tme.tl.axes(adata)
    assert adata.uns["tmeatlas"]["tme_axes"]["provenance"]["matrix"] == "layers['mine']"
    adata.raw = on_x
    tme.tl.axes(adata, use_raw=True)
    assert adata.uns["tmeatlas"]["tme_axes"]["provenance"]["matrix"] == "raw.X"


@pytest.mark.filterwarnings("ignore::tmeatlas._errors.TMEWarning")
def test_the_whole_way_starts_from_the_matrix_that_is_named():
    adata = tme.datasets.simulated(400)
    expected = adata.copy()
    adata.layers["mine"] = adata.X.copy()
    adata.X = None
    tme.analyse(adata, "cell_type", layer="mine")
    tme.analyse(expected, "cell_type")
    pd.testing.assert_frame_equal(adata.uns["tme_axes"], expected.uns["tme_axes"])
