"""Drug targets by cell types, as data."""

from __future__ import annotations

import html

import numpy as np
import pytest
from made_adata import make_adata
from made_results import keep_drug_targets

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.pl import drug_targets
from tmeatlas.results import DrugTargets


@pytest.fixture
def cells():
    adata = make_adata(60)
    keep_drug_targets(adata, "cell_type")
    return adata


def notes(figure) -> list[str]:
    return [html.unescape(note.text) for note in figure.layout.annotations]


def test_it_says_that_it_is_no_advice(cells):
    figure = drug_targets(cells)
    assert "<b>Research context, never advice. A status is as of its date.</b>" in notes(figure)


def test_fields_are_shares_of_cells_with_normal_groups_at_the_right(cells):
    figure = drug_targets(cells)
    fields = next(trace for trace in figure.data if trace.type == "heatmap")
    assert (fields.zmin, fields.zmax) == (0, 1)
    groups = list(figure.layout.xaxis.ticktext)
    found = DrugTargets.read(cells)
    normal = found.expression.drop_duplicates("group").set_index("group")["normal"]
    assert [bool(normal[group]) for group in groups] == sorted(normal)
    assert list(figure.layout.yaxis.ticktext) == ["PDCD1", "CXCL12"]  # delta names no gene
    shares = found.expression.set_index(["drug_target", "group"])["share"]
    np.testing.assert_allclose(fields.z[1], [shares["CXCL12", group] for group in groups])


def test_the_group_that_has_it_where_something_is_specific_is_framed(cells):
    figure = drug_targets(cells)
    groups = list(figure.layout.xaxis.ticktext)
    frames = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    middles = [(groups[round((f.x0 + f.x1) / 2)], round((f.y0 + f.y1) / 2)) for f in frames]
    of = DrugTargets.read(cells).by_target()
    assert middles == [(of.loc[0, "group"], 0), (of.loc[1, "group"], 1)]


def test_drugs_are_named_and_statuses_come_with_their_date(cells):
    figure = drug_targets(cells)
    texts = notes(figure)
    for text in ("alpha, beta", "PD-1 / PD-L1 (receptor)", "3 of 4", "<b>supported</b>"):
        assert text in texts
    hover = [note.hovertext for note in figure.layout.annotations if note.text == "alpha, beta"]
    assert hover == [
        "alpha: blocker of the receptor, Approved (2025-02)<br>"
        "beta: blocker of the receptor, approval not recorded in the tables used"
    ]


def test_so_many_rows_as_are_asked_for(cells):
    assert len(drug_targets(cells, max_rows=1).layout.yaxis.ticktext) == 1
    with pytest.raises(InputError, match="max_rows"):
        drug_targets(cells, max_rows=0)
    with pytest.raises(MissingKeyError, match="No drug targets"):
        drug_targets(make_adata(60))
