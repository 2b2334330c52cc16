"""What is special about samples, in the page: the table of remarks, and what they forbid."""

from __future__ import annotations

import pandas as pd
import pytest
from made_cohort import write_composition
from made_results import keep_quality

from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.quality import AMBIENT, CALL, SHARES, T_CELLS_ONLY, forbidding

CALL_AGAIN = "tme.tl.quality(adata, groupby='cell_type')"


def remarks(*rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["sample", "remark", "reason", "forbids"])


def made(adata, sample_key="sample"):
    return build_payload(adata, groupby="cell_type", sample_key=sample_key)


@pytest.fixture
def judged(adata):
    """One sample of T cells only, one with ambient RNA, and a remark on conditions."""
    first, second = [
        str(name) for name in adata.obs["sample"].astype("category").cat.categories[:2]
    ]
    keep_quality(
        adata,
        "cell_type",
        sample_key="sample",
        remarks=remarks(
            (first, T_CELLS_ONLY, "150 T cells among 150 cells", forbidding(SHARES, CALL)),
            (second, AMBIENT, "12 % <b>ambient</b>", ""),
            ("", "depth goes with condition", "2,000 against 900", "differences"),
        ),
    )
    return adata


def test_remarks_are_a_table_of_the_page(judged, read_page):
    about = made(judged).about
    assert [(row.remark, row.forbids) for row in about.remarks] == [
        (T_CELLS_ONLY, "shares of all cells; inflamed or desert"),
        (AMBIENT, ""),
        ("depth goes with condition", "differences"),
    ]
    assert [row.sample for row in about.remarks][-1] == "conditions"
    html = read_page(render_page(made(judged))).html
    assert "What cannot be read in it" in html
    assert "150 T cells among 150 cells" in html
    assert "12 % &lt;b&gt;ambient&lt;/b&gt;" in html
    assert "What speaks against samples" not in html
    assert "Remark" in dict(about.terms)


def test_a_page_without_a_quality_says_how_to_get_it(adata):
    about = made(adata).about
    assert about.remarks == []
    assert ("What speaks against samples", CALL_AGAIN) in about.absent
    assert "What is special about samples" not in render_page(made(adata))


def test_samples_that_nothing_speaks_against_are_counted(adata):
    keep_quality(adata, "cell_type")
    notes = made(adata).about.notes
    assert "Quality: nothing speaks against 1 of 1 sample." in notes


def test_a_quality_of_other_cells_is_not_shown(judged):
    part = judged[:300].copy()
    about = made(part).about
    assert about.remarks == []
    assert any(note.startswith("Quality of samples, not shown:") for note in about.notes)


def test_samples_whose_shares_mean_nothing_are_marked_in_the_composition(judged, read_page):
    del judged.uns["tme_composition"]
    page = read_page(render_page(made(judged)))
    first = page.meta["categories"][1]["labels"][0]
    why = "T cells only (150 T cells among 150 cells)"
    assert page.meta["panels"]["composition"]["notWhole"] == {first: why}
    assert f"Composition of {first}: {why}." in made(judged).about.notes
    judged.obs["patient"] = judged.obs["sample"]
    other = read_page(render_page(made(judged, sample_key="patient")))
    assert other.meta["panels"]["composition"]["notWhole"] == {}


def test_samples_without_a_remark_are_whole(adata, read_page):
    keep_quality(adata, "cell_type", sample_key="sample", remarks=remarks())
    page = read_page(render_page(made(adata)))
    assert page.meta["panels"]["composition"]["notWhole"] == {}


def test_a_stored_composition_says_it_without_a_quality(adata, read_page):
    first = str(adata.obs["sample"].astype("category").cat.categories[0])
    note = "of the gate, not of a tumour: no stroma (none)"
    write_composition(adata, groupby="cell_type", sample_key="sample", notes={first: note})
    found = read_page(render_page(made(adata))).meta["panels"]["composition"]["notWhole"]
    assert list(found.values()) == [note]
