"""The panel of axes: which evidence there is for each."""

from __future__ import annotations

import csv
import io


def shown(page, expression):
    return page.evaluate(f"() => {expression}")


def labels(page):
    return page.locator("#figure-evidence .grid-rows button").all_inner_texts()


def columns(page):
    return page.locator("#figure-evidence .grid-columns button").all_inner_texts()


def test_rows_of_an_axis_come_best_first_with_what_they_have(page, settle, make_adata):
    table = make_adata().uns["tme_axes"]
    page.locator("#axis-select").select_option(label=axis_option(page, "tgfb"))
    settle(page)
    best = table[table["axis"] == "tgfb"].iloc[0]
    assert labels(page)[0] == f"{best['source']} → {best['target']}"
    ends = ["Ligand in sender", "Receptor in receiver"]
    assert columns(page) == [*ends, "Response in receiver", "Activation"]
    page.locator("#axis-select").select_option(label=axis_option(page, "cxcl12"))
    settle(page)
    assert columns(page) == ends  # it has no response, no activator


def axis_option(page, axis):
    number = shown(
        page, f"tmeatlas.atlas.meta.panels.crosstalk.axes.findIndex(a => a.id === '{axis}')"
    )
    return page.locator(f"#axis-select option[value='{number}']").inner_text()


def test_all_axes_show_the_best_row_of_each(page, settle, make_adata):
    page.locator("#axis-select").select_option("-1")
    settle(page)
    table = make_adata().uns["tme_axes"].sort_values("padj", kind="stable")
    best = table.drop_duplicates("axis")
    assert [label.split(": ")[1] for label in labels(page)] == [
        f"{row.source} → {row.target}" for row in best.itertuples()
    ]


def test_a_click_opens_the_pairs_and_a_second_closes_them(page, settle):
    page.locator("#axis-select").select_option("0")
    settle(page)
    first = page.locator("#figure-evidence .grid-rows button").first
    sender, receiver = first.inner_text().split(" → ")
    first.click()
    settle(page)
    assert page.locator("#sender-select option:checked").inner_text() == sender
    assert page.locator("#receiver-select option:checked").inner_text() == receiver
    assert len(labels(page)) == 1
    page.locator("#figure-evidence .grid-rows button").first.click()
    settle(page)
    assert page.locator("#sender-select option:checked").inner_text() == "Any sender"


def test_table_and_figure_can_be_taken_away(page, settle, make_adata, tmp_path):
    page.locator("#axis-select").select_option("0")
    settle(page)
    card = page.locator("#card-evidence")
    card.locator("summary").click()
    with page.expect_download() as started:
        card.locator("[data-download=csv]").click()
    rows = list(csv.DictReader(io.StringIO(started.value.path().read_text("utf-8-sig"))))
    table = make_adata().uns["tme_axes"]
    table = table[table["axis"] == "tgfb"]
    assert len(rows) == len(table)
    assert rows[0]["Verdict"] == table.iloc[0]["verdict"]
    assert float(rows[0]["Ligand share"]) == round(table.iloc[0]["ligand_fraction"], 4)
    assert rows[-1]["Verdict"] == "not testable"
    card.locator("summary").click()
    with page.expect_download() as started:
        card.locator("[data-download=svg]").click()
    svg = started.value.path().read_text("utf-8")
    assert svg.startswith("<svg")
    assert "Ligand" in svg
    assert svg.count("<circle") + svg.count("<path") > 20


def test_table_leaves_out_what_an_axis_does_not_have(page, settle):
    headers = {}
    for axis in ("tgfb", "cxcl12"):
        page.locator("#axis-select").select_option(label=axis_option(page, axis))
        settle(page)
        headers[axis] = shown(page, "tmeatlas.panels.evidence.table().header")
    assert {"Response", "Response p", "Activation share"} <= set(headers["tgfb"])
    assert headers["cxcl12"][-1] == "Receptor p"
    assert headers["cxcl12"] == headers["tgfb"][: len(headers["cxcl12"])]
