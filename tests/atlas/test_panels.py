"""Panels are found by their folders, and nowhere else named."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from made_results import keep_drivers, keep_drug_targets
from made_tissue import place

import tmeatlas as tme
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.panel import Place
from tmeatlas.atlas.panels import all_panels, panel_file
from tmeatlas.lr import ALPHA, STANDING, Verdict

PANELS = {panel.id: panel for panel in all_panels()}


def folders(repository):
    inside = (repository / "tmeatlas" / "atlas" / "panels").iterdir()
    return {folder.name: folder for folder in inside if (folder / "panel.py").exists()}


def test_every_folder_is_a_panel_and_has_its_name(repository):
    assert set(PANELS) == set(folders(repository))
    for name in PANELS:
        script = panel_file(name, "panel.js")
        assert re.search(rf'^export const panel = \{{\s*id: "{name}",', script, re.M), name


def test_panels_come_by_place_then_by_order():
    places = list(Place)
    ranks = [(places.index(panel.place), panel.order) for panel in PANELS.values()]
    assert ranks == sorted(set(ranks))


def test_nothing_outside_of_the_panels_names_one(repository):
    """The page would not find a panel by its folder if something listed the others."""
    base = repository / "tmeatlas" / "atlas"
    files = [*base.glob("*.py"), *(base / "assets").rglob("*.*")]
    # "map" is a word of the page's own: which embedding is shown. So is this option of tl.axes.
    names = set(PANELS) - {"map"}
    named = re.compile(rf"""["'#-](?:{"|".join(names)})\b["']""")
    found = {path.name: named.findall(path.read_text()) for path in files}
    assert {name: texts for name, texts in found.items() if texts} == {"runs.py": ['"crosstalk"']}
    assert not re.findall(r"/panels/\w+/", "".join(path.read_text() for path in files))


def test_state_and_links_of_panels_have_names_of_their_own():
    keys = [
        key
        for name in PANELS
        for text in [panel_file(name, "panel.js"), panel_file(name, "choice.js") or ""]
        for block in re.findall(
            r"^(?:export const link =|  link:) \{(.*?)^ *\}[,;]", text, re.M | re.S
        )
        for key in re.findall(r"^ +(\w+): (?:\{|\w+Entry\()", block, re.M)
    ]
    assert [key for key, n in Counter(keys).items() if n > 1] == []
    assert {"axis", "sender", "open", "distributionBy", "place"} <= set(keys)


def test_constants_are_those_of_python(payload, read_page):
    constants = read_page(render_page(payload)).meta["constants"]
    assert constants["mapSteps"] == 2**16 - 1
    assert (constants["lastStep"], constants["missing"]) == (254, 255)
    verdicts = constants["verdicts"]
    words = {"not testable: genes missing": "not in these data", "": "no verdict"}
    assert verdicts == [words.get(verdict.value, verdict.value) for verdict in Verdict]
    assert [verdicts[i] for i in constants["standing"]] == list(STANDING)
    for name, verdict in {
        "active": Verdict.ACTIVE,
        "tooFew": Verdict.TOO_FEW,
        "notSpecific": Verdict.NOT_SPECIFIC,
        "notTestable": Verdict.NOT_TESTABLE,
        "ambient": Verdict.AMBIENT,
    }.items():
        assert verdicts[constants[name]] == verdict
    assert verdicts[constants["noVerdict"]] == words[""]
    assert constants["alpha"] == ALPHA


def test_no_script_spells_a_verdict_or_a_step():
    """But for "specific", which is a word of the language as well."""
    from tmeatlas.atlas.bundle import scripts

    names = [verdict.value for verdict in Verdict if verdict not in ("", "specific", "active")]
    for name, text in scripts().items():
        assert not re.search(r"\b(?:254|65535|32767)\b", text), name
        strings = re.findall(r"""(["'`])([^"'`\n]*)\1""", text)
        assert not [s for _, s in strings if s in names], name


def test_every_panel_has_a_card_and_a_title(adata):
    place(adata)
    keep_drivers(adata, "cell_type")
    keep_drug_targets(adata, "cell_type")
    tme.tl.niches(adata, "cell_type", sample_key="sample", scores=False, n_niches=2, n_shifts=39)
    payload = build_payload(
        adata, groupby="cell_type", sample_key="sample", condition_key="condition"
    )
    assert [card.id for card in payload.cards] == list(payload.panels) == list(PANELS)
    html = render_page(payload)
    for card in payload.cards:
        assert card.title
        assert html.count(f'id="card-{card.id}"') == 1
        assert f'<h2 id="title-{card.id}">{card.title}</h2>' in html


@pytest.mark.parametrize("panel", PANELS)
def test_panel_without_its_payload_is_not_in_the_page(adata, monkeypatch, panel, read_page):
    monkeypatch.setattr(type(PANELS[panel]), "build", lambda self, source: None)
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    assert panel not in payload.panels
    html = render_page(payload)
    assert f'id="card-{panel}"' not in html
    assert panel not in read_page(html).meta["panels"]
