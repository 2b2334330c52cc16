"""Findings lead to views that the page knows: each key and value of a link is one of its own."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import pytest

from tmeatlas.atlas import Atlas
from tmeatlas.atlas.finding_links import LINK_KEYS, link_of
from tmeatlas.atlas.page_data import page_data
from tmeatlas.findings import find, read_material


def keys_of_scripts(package) -> set[str]:
    """Names that scripts read from a link: `tab: { read: …`, `name: "of"`, or given as a whole."""
    scripts = [
        path.read_text()
        for path in [package / "assets/js/deep_link.js", *package.glob("panels/*/*.js")]
    ]
    found: set[str] = set()
    for text in scripts:
        found |= set(re.findall(r"(\w+): \{\s*(?:name: \"\w+\",\s*)?read", text))
        found |= set(re.findall(r"name: \"(\w+)\",\s*read", text))
        # Of comparisons all choices are kept alike.
        for names in re.findall(r"(?:CHOICE = \[|const FIRST = \{)([^\]}]*)[\]}]", text):
            found |= set(re.findall(r"\w+", names))
        found |= set(re.findall(r"(?:link|opened)\.get\(\"(\w+)\"\)", text))
    return found


def test_the_scripts_read_every_key(repository):
    assert set(LINK_KEYS) - keys_of_scripts(repository / "tmeatlas" / "atlas") == set()


def test_every_view_has_known_keys(adata):
    material = read_material(
        adata, groupby="cell_type", sample_key="sample", condition_key="condition"
    )
    findings = find(material, 100)
    assert len(findings) > 4
    assert {key for finding in findings for key in finding.view} <= set(LINK_KEYS)


def test_names_become_what_the_link_holds(payload):
    network = payload.crosstalk
    node, axis = network.nodes[1], network.axes[0]
    view = {"tab": "crosstalk", "axis": axis.id, "sender": node.label}
    assert link_of(view, payload) == f"tab=crosstalk&axis={axis.id}&sender=1"
    sample = payload.sample.raw_labels[2]
    assert link_of({"tab": "samples", "sample": sample}, payload) == "tab=samples&sample=2"
    group = payload.groups.raw_labels[3]
    feature = payload.features[0].id
    assert parse_qs(link_of({"colour": feature, "region": group}, payload)) == {
        "colour": [feature],
        "region": ["g:3"],
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [("tab", "nowhere"), ("axis", "none"), ("sender", "nobody"), ("colour", "s:none")],
)
def test_what_the_page_lacks_is_left_out(payload, key, value):
    assert link_of({key: value}, payload) == ""


def test_the_page_has_what_get_findings_gives(adata, payload):
    meta = page_data(payload)[0]
    table = Atlas(payload).findings
    assert [each["headline"] for each in meta["findings"]] == table["headline"].tolist()
    assert 3 < len(meta["findings"]) <= 8
    for each in meta["findings"]:
        assert set(each) == {"about", "headline", "text", "confidence", "view"}
        assert each["view"].startswith(("tab=", "colour=")) or each["view"] == ""
