"""The page as text: what is in it, and what cannot be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

from tmeatlas.atlas import Atlas, build_payload
from tmeatlas.atlas.bundle import loader_script, page_script
from tmeatlas.atlas.library import installed_library
from tmeatlas.atlas.page import render_page

NASTY = '</title></script><script>alert(1)</script><img src=x onerror=alert(2)>&"'


class Outline(HTMLParser):
    """All tags and attributes of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]


@pytest.fixture
def html(payload):
    return render_page(payload)


def test_every_column_can_be_read_back(payload, html, read_page):
    page = read_page(html)
    meta = page.meta
    assert meta["nCells"] == payload.n_cells
    np.testing.assert_array_equal(page.planes(meta["maps"][0]["xBlock"], 2), payload.maps[0].x)
    np.testing.assert_array_equal(page.planes(meta["maps"][0]["yBlock"], 2), payload.maps[0].y)
    for entry, category in zip(
        meta["categories"],
        (payload.groups, payload.sample, payload.condition, *payload.called),
        strict=True,
    ):
        assert page.block(entry["block"]) == category.codes.tobytes()
        assert entry["labels"] == category.labels
        assert sum(entry["sizes"]) == payload.n_cells
    described = [feature for feature in payload.features if feature.kind != "gene"]
    for entry, feature in zip(meta["features"], described, strict=True):
        assert entry["id"] == feature.id
        assert entry["unit"] == feature.unit
        assert page.block(entry["block"]) == feature.steps.tobytes()
        np.testing.assert_allclose(entry["mean"], feature.mean, rtol=1e-5)
    genes = payload.features[len(described) :]
    assert meta["genes"]["names"] == [gene.name for gene in genes]
    np.testing.assert_allclose(meta["genes"]["high"], [gene.high for gene in genes], rtol=1e-5)
    for i, gene in enumerate(genes):
        assert page.block(meta["genes"]["firstBlock"] + i) == gene.steps.tobytes()
    columns = np.frombuffer(page.block(meta["cellNames"]["block"]), dtype=np.uint8)
    rows = np.ascontiguousarray(columns.reshape(-1, payload.n_cells).T)
    assert [row.tobytes().rstrip(b"\0").decode() for row in rows] == payload.cell_names


def test_composition_counts(adata, html, read_page):
    meta = read_page(html).meta
    bars, groups = meta["bars"], meta["categories"][0]["labels"]
    samples = list(adata.obs["sample"].cat.categories)
    for sample, counts in zip(bars["sample"], bars["counts"], strict=True):
        cells = adata.obs[adata.obs["sample"] == samples[sample]]
        expected = cells["cell_type"].value_counts()[groups]
        assert counts == expected.tolist()
    assert bars["condition"] == sorted(bars["condition"])


def test_sample_in_two_conditions_has_two_bars(adata, read_page):
    conditions = adata.obs["condition"].astype(str)
    conditions.iloc[::2] = "responder"
    adata.obs["condition"] = conditions.astype("category")
    payload = build_payload(
        adata, groupby="cell_type", sample_key="sample", condition_key="condition"
    )
    bars = read_page(render_page(payload)).meta["bars"]
    assert len(bars["sample"]) == 6
    assert sum(map(sum, bars["counts"])) == 600


def test_crosstalk_block(payload, html, read_page):
    page = read_page(html)
    body = json.loads(page.block(page.meta["panels"]["crosstalk"]["block"]))
    edges = payload.panels["crosstalk"].edges
    assert body["edges"]["n_specific"] == edges["n_specific"].tolist()
    assert body["edges"]["n_too_few"] == edges["n_too_few"].tolist()
    scores = payload.panels["crosstalk"].rows["score"]
    np.testing.assert_allclose(sorted(body["rows"]["score"]), sorted(scores), rtol=1e-3)
    assert [
        node["label"] for node in page.meta["panels"]["crosstalk"]["nodes"]
    ] == payload.groups.labels


def test_places_name_the_cells_of_large_data(adata, read_page, monkeypatch):
    monkeypatch.setattr("tmeatlas.atlas.cells.MAX_CELL_NAMES", 10)
    payload = build_payload(adata, groupby="cell_type")
    page = read_page(render_page(payload))
    assert page.meta["cellNames"]["block"] is None
    heading = page.meta["cellNames"]["heading"]
    assert re.fullmatch(r"place of 600 by cell_type on X_umap, order [0-9a-f]{8}", heading)


def test_security_policy_names_the_scripts_and_nothing_else(
    html, read_page, unpack, name_in_policy
):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)[1]
    policy = policy.replace("&#39;", "'")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"].split() == [
        name_in_policy(loader_script()),
        name_in_policy(page_script()),
        name_in_policy(installed_library().text),
    ]
    script = re.findall(r"<script>(.*?)</script>", html, re.S)
    assert len(script) == 1
    assert script[0] == loader_script()
    assert unpack(read_page(html).script("page-script")).decode() == page_script()
    assert "connect-src" not in rules


def test_packed_library_is_that_of_the_installed_plotly(html, read_page, unpack):
    packed = read_page(html).script("plotly-library")
    assert unpack(packed).decode() == installed_library().text


def test_page_points_nowhere(html):
    outline = Outline(html)
    pointing = [
        (tag, name, value)
        for tag, name, value in outline.attributes
        if name in ("src", "href", "action", "data", "poster", "srcset", "background")
    ]
    assert ("a", "href", "#stage") in pointing
    assert {(tag, name, value[0]) for tag, name, value in pointing} == {("a", "href", "#")}
    assert not any(name.startswith("on") for _, name, _ in outline.attributes)
    assert not {"link", "iframe", "object", "embed", "form", "base"} & set(outline.tags)


def test_text_from_data_is_escaped_everywhere(make_adata, payload):
    adata = make_adata(
        groups=["a", NASTY, "b"],
        samples=[NASTY, "s2", "s3", "s4"],
        conditions=[NASTY, "c2"],
        signatures={"x": (NASTY, NASTY)},
        pairs=[(NASTY, NASTY, NASTY)],
    )
    for column in ("missing", "citation", "tier", "genes"):
        adata.uns["tme_coverage"][column] = NASTY
    adata.uns["tme_simulated"] = NASTY
    adata.uns["tmeatlas"][NASTY] = {"params": {NASTY: NASTY}, "provenance": {NASTY: [NASTY]}}
    adata.obs[NASTY] = adata.obs["cell_type"]
    nasty = build_payload(
        adata, groupby=NASTY, sample_key="sample", condition_key="condition", title=NASTY
    )
    outline = Outline(render_page(nasty))
    assert "img" not in outline.tags
    usual = Outline(render_page(payload)).tags
    n_blocks = len(nasty.features) - len(payload.features)
    assert outline.tags.count("script") == usual.count("script") + n_blocks


def test_same_input_gives_the_same_bytes(adata):
    options = {"groupby": "cell_type", "sample_key": "sample", "condition_key": "condition"}
    first = render_page(build_payload(adata, **options))
    assert render_page(build_payload(adata.copy(), **options)) == first


def test_same_bytes_in_another_process(tmp_path, adata):
    """Neither the seed of Python's hashes nor the threads show in the page."""
    adata.write_h5ad(tmp_path / "adata.h5ad")
    code = (
        "import anndata, hashlib, sys; from tmeatlas.atlas import build_payload, Atlas;"
        "a = anndata.read_h5ad(sys.argv[1]);"
        "h = Atlas(build_payload(a, groupby='cell_type', sample_key='sample')).to_html();"
        "print(hashlib.sha256(h.encode()).hexdigest())"
    )
    digests = set()
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code, str(tmp_path / "adata.h5ad")],
            env={"PYTHONHASHSEED": seed, "PATH": "", "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(run.stdout.strip())
    assert len(digests) == 1


def test_panels_without_data_are_absent(make_adata):
    bare = make_adata(signatures={}, pairs=())
    bare.X = (bare.X > 0).astype("float32")
    html = render_page(build_payload(bare, groupby="cell_type"))
    cards = re.findall(r'<section class="card[^"]*" id="card-(\w+)"', html)
    of_scores = {"dots", "distribution", "agreement"}
    of_groups = {"composition", "crosstalk", "pairs", "evidence"}
    assert not (of_scores | of_groups) & set(cards)
    assert {"map", "absent"} <= set(cards)
    scored = render_page(build_payload(make_adata(pairs=()), groupby="cell_type"))
    cards = re.findall(r'<section class="card[^"]*" id="card-(\w+)"', scored)
    assert not of_groups & set(cards)
    assert of_scores <= set(cards)
    assert "tme.tl.crosstalk(adata, &#39;cell_type&#39;)" in scored


def test_size_of_a_small_page(html):
    assert len(html) < 2.3e6


def test_nothing_is_uploaded():
    script = page_script()
    assert "showSendToCloud: false" in script
    assert 'plotlyServerURL: ""' in script


def test_atlas_repr_and_frame(payload):
    atlas = Atlas(payload)
    assert repr(atlas).startswith("Atlas: 600 cells, 6 groups by cell type, 4 samples")
    frame = atlas._repr_html_()
    outline = Outline(frame)
    assert outline.tags == ["style", "iframe", "p", "code"]
    attributes = {name: value for tag, name, value in outline.attributes if tag == "iframe"}
    assert attributes["sandbox"] == "allow-scripts allow-downloads"
    assert attributes["srcdoc"] == atlas.to_html()
