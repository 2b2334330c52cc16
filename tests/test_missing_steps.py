"""A step that is missing is named before a name that is."""

from __future__ import annotations

import inspect
import re

import pytest

import tmeatlas as tme
from tmeatlas._errors import MissingKeyError

STEPS = {
    "scores": r"tme\.tl\.score\(adata",
    "consensus": r"tme\.tl\.consensus\(adata",
    "crosstalk": r"tme\.tl\.crosstalk\(adata",
    "axes": r"tme\.tl\.axes\(adata",
    "drivers": r"tme\.tl\.drivers\(adata",
    "drug_targets": r"tme\.tl\.drug_targets\(adata",
    "cellphonedb": r"tme\.tl\.cellphonedb\(adata",
    "enrich": r"tme\.tl\.enrich\(adata",
    "composition": r"tme\.tl\.composition\(adata",
    "phenotype": r"tme\.tl\.phenotype\(adata",
    "niches": r"tme\.tl\.niches\(adata",
    "quality": r"tme\.tl\.quality\(adata",
    "compare": r"tme\.tl\.compare\(adata",
    "states": r"tme\.tl\.call_states\(adata",
    "lineages": r"tme\.tl\.annotate\(adata",
}
READ = {
    "pl.agreement": "consensus",
    "pl.axis_detail": "axes",
    "pl.chord": "crosstalk",
    "pl.compare": "compare",
    "pl.composition": "composition",
    "pl.coverage": "scores",
    "pl.crosstalk_dotplot": "crosstalk",
    "pl.crosstalk_matrix": "crosstalk",
    "pl.dotplot": "scores",
    "pl.drivers": "drivers",
    "pl.drug_targets": "drug_targets",
    "pl.embedding": "scores",
    "pl.enrich": "enrich",
    "pl.heatmap": "scores",
    "pl.niches": "niches",
    "pl.phenotype": "phenotype",
    "pl.quality": "quality",
    "pl.sankey": "crosstalk",
    "pl.spatial": "scores",
    "pl.states": "states",
    "pl.violin": "scores",
    "get.axes": "axes",
    "get.cellphonedb": "cellphonedb",
    "get.compare": "compare",
    "get.crosstalk": "crosstalk",
    "get.drivers": "drivers",
    "get.drug_targets": "drug_targets",
    "get.liana": "crosstalk",
    "get.niches": "niches",
    "get.phenotype": "phenotype",
    "get.quality": "quality",
    "get.scores": "scores",
    "tl.axes": "crosstalk",
    "tl.call_states": "lineages",
    "tl.drivers": "axes",
    "tl.drug_targets": "axes",
    "tl.consensus": "scores",
}
"""What each function reads that another step writes."""
READ_NO_RESULT = {
    *("pl.atlas", "get.citations", "get.findings", "get.pseudobulk", "get.selection"),
    *("tl.annotate", "tl.cellphonedb", "tl.compare"),
    *("tl.composition", "tl.crosstalk", "tl.enrich", "tl.niches", "tl.phenotype", "tl.quality"),
    "tl.score",
}
"""They read cells, or whatever results there are."""
NAMED = {"groupby": "cell_type", "color": "caf_pan"}
NOWHERE = "nowhere"


@pytest.fixture(scope="module")
def cells():
    adata = tme.datasets.simulated(300)
    tme.pp.prepare(adata)
    return adata


def function(name: str):
    part, _, verb = name.partition(".")
    return getattr(getattr(tme, part), verb)


def test_no_function_of_the_doors_is_left_out():
    offered = {f"{part}.{name}" for part in ("pl", "get", "tl") for name in _all(part)}
    assert offered == set(READ) | READ_NO_RESULT


def _all(part: str) -> list[str]:
    module = getattr(tme, part)
    return [name for name in module.__all__ if inspect.isfunction(getattr(module, name))]


@pytest.mark.parametrize("name", READ)
def test_the_step_is_named_though_other_names_are_wrong_too(name, cells):
    parameters = inspect.signature(function(name)).parameters
    required = [
        each.name
        for each in list(parameters.values())[1:]
        if each.default is inspect.Parameter.empty
    ]
    given = {each: NAMED.get(each, NOWHERE) for each in required}
    with pytest.raises(MissingKeyError, match=rf"Run {STEPS[READ[name]]}.* first"):
        function(name)(cells, **given)


@pytest.mark.parametrize(
    ("what", "step"),
    [
        ("scores", "scores"),
        ("consensus", "consensus"),
        ("states", "states"),
        ("composition", "composition"),
        ("phenotype", "phenotype"),
        ("niches", "niches"),
        ("colocalisation", "niches"),
        ("crosstalk", "crosstalk"),
        ("axes", "axes"),
    ],
)
def test_of_what_is_compared(what, step, cells):
    with pytest.raises(MissingKeyError, match=rf"Run {STEPS[step]}"):
        tme.tl.compare(
            cells, what, condition_key="condition", sample_key="sample", reference="excluded"
        )


@pytest.mark.parametrize(
    ("color", "step"),
    [
        ("caf_pan", "scores"),
        ("tme_caf_pan", "scores"),
        ("tme_lineage", "lineages"),
        ("tme_state", "states"),
        ("tme_consensus_caf", "consensus"),
    ],
)
def test_colours_that_a_step_would_make(color, step, cells):
    expected = rf"called '{color}'\. Run {STEPS[step]}\) first, which writes it\. Nearest first"
    with pytest.raises(MissingKeyError, match=expected):
        tme.pl.embedding(cells, color)
    with pytest.raises(MissingKeyError, match=re.escape("key_added='mine') first")):
        tme.pl.embedding(cells, "caf_pan", key="mine")


def test_what_no_step_makes_has_nearest_names_alone(cells):
    with pytest.raises(MissingKeyError, match=r"called 'CXCL21'\. Nearest first: 'CCL21', 'CXCL1'"):
        tme.pl.embedding(cells, "CXCL21")


def test_a_signature_that_was_left_out_of_the_scores_is_to_be_scored(cells):
    adata = cells.copy()
    tme.tl.score(adata, ["treg_pan"])
    with pytest.raises(MissingKeyError, match=r"Run tme\.tl\.score\(adata, 'all'\) first"):
        tme.pl.embedding(adata, "caf_pan")


@pytest.mark.parametrize(
    ("call", "column", "step"),
    [
        (tme.tl.crosstalk, "tme_lineage", "lineages"),
        (tme.get.pseudobulk, "tme_state", "states"),
        (tme.pl.atlas, "tme_lineage", "lineages"),
    ],
)
def test_groups_that_a_step_would_make(call, column, step, cells):
    with pytest.raises(MissingKeyError, match=rf"'{column}'\. Run {STEPS[step]}\) first"):
        call(cells, groupby=column)
