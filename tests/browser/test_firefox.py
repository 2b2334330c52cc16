"""The page in Firefox: drawn, linked, quiet, exported. Driven over the browser's own web socket."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from pathlib import Path

import pytest
from page_tabs import SHOW

WITHIN = 60  # seconds, for whatever is waited for
LOCAL = ("file:", "data:", "blob:", "about:")
PIXELS = """(c => Array.from(new Uint32Array(
  c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer)))"""
MAP = f"{PIXELS}(document.getElementById('cells-canvas'))"
LINK = "new Promise(resolve => setTimeout(() => resolve(location.hash), 400))"  # it follows later
COUNT = "tmeatlas.atlas.selection.count()"
PANELS = """[[...tmeatlas.panels.dots.data().values()].map(row => Array.from(row.n)),
  tmeatlas.panels.composition.data().map(row => Array.from(row))]"""


def wait_for(look, what):
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + WITHIN
    while not (found := look()):
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.05)
    return found


class Firefox:
    """One tab of a running Firefox; `trouble` notes what a page must not do."""

    def __init__(self, socket, downloads):
        self.socket, self.downloads = socket, downloads
        self.trouble, self.last_id = [], 0
        self.send("session.new", capabilities={})
        self.send("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self.tab = {"context": self.send("browsingContext.getTree")["contexts"][0]["context"]}
        size = {"width": 1500, "height": 1000}
        self.send("browsingContext.setViewport", **self.tab, viewport=size)

    def send(self, method, **params):
        """The result of a command; what the browser reports meanwhile is noted."""
        self.last_id += 1
        self.socket.send(json.dumps({"id": self.last_id, "method": method, "params": params}))
        while (message := json.loads(self.socket.recv(timeout=WITHIN))).get("id") != self.last_id:
            event = message["params"]
            if event.get("level") in ("warn", "error"):
                self.trouble.append(f"console: {event['text']}")
            elif not event.get("request", {"url": "about:"})["url"].startswith(LOCAL):
                self.trouble.append(f"request: {event['request']['url']}")
        assert message["type"] == "success", (method, message)
        return message["result"]

    def evaluate(self, expression):
        """The value of an expression in the page, awaited; it travels as JSON."""
        text = f"(async () => JSON.stringify(await ({expression})) ?? 'null')()"
        answer = self.send("script.evaluate", expression=text, target=self.tab, awaitPromise=True)
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"]["value"])

    def open(self, path, fragment=""):
        """Open a file anew and wait until the page says that it is ready."""
        # By way of another page: with a new fragment alone, the old one would stay.
        for url in ("about:blank", Path(path).resolve().as_uri() + fragment):
            self.send("browsingContext.navigate", **self.tab, url=url, wait="complete")
        ready = "document.documentElement.dataset.ready === 'true'"
        wait_for(lambda: self.evaluate(ready), f"the page; {self.trouble}")

    def act(self, kind, *actions):
        sources = [{"type": kind, "id": kind, "actions": actions}]
        self.send("input.performActions", **self.tab, actions=sources)

    def drag(self, selector, *corners):
        """Move over places of an element, in shares of it, with the button down; one: a click."""
        node = f"document.querySelector({json.dumps(selector)})"
        self.evaluate(f"{node}.scrollIntoView({{ block: 'center', behavior: 'instant' }})")
        box = self.evaluate(f"{node}.getBoundingClientRect().toJSON()")
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
        moves = [{"type": "pointerMove", "x": round(x), "y": round(y)} for x, y in places]
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self.act("pointer", moves[0], down, *moves[1:], up)

    def show(self, panel):
        """Open the tab of a panel."""
        self.evaluate(f"({SHOW})({json.dumps(panel)})")

    def download(self, panel, extension):
        """The bytes of the file that the export menu of a panel gives."""
        self.show(panel)
        button = f"#card-{panel} [data-download={extension}]"
        self.evaluate(f"document.querySelector('{button}').click()")
        files = self.downloads.glob
        pattern = f"*-{panel}.{extension}"  # empty until all of it is written
        return wait_for(lambda: b"".join(f.read_bytes() for f in files(pattern)), pattern)


@contextmanager
def running_firefox(program, folder, **prefs):
    """A Firefox of its own: profile and downloads lie in `folder`."""
    client = pytest.importorskip("websockets.sync.client", reason="websockets is not installed")
    profile, downloads = folder / "profile", folder / "downloads"
    profile.mkdir()
    downloads.mkdir()
    prefs |= {"browser.download.folderList": 2, "browser.download.dir": str(downloads)}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(prefs[name])});" for name in prefs]
    (profile / "user.js").write_text("\n".join(lines))
    # Port 0: a free one, which Firefox writes into its profile.
    options = ["--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", profile]
    quiet = dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
    process = subprocess.Popen([program, *options], **quiet)
    try:
        server = profile / "WebDriverBiDiServer.json"
        wait_for(lambda: server.exists() and server.read_text().endswith("}"), "Firefox")
        address = f"ws://127.0.0.1:{json.loads(server.read_text())['ws_port']}/session"
        with client.connect(address, max_size=None, open_timeout=WITHIN, proxy=None) as socket:
            yield Firefox(socket, downloads)
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def program():
    found = shutil.which("firefox") or shutil.which("firefox-esr")
    return found or pytest.skip("Firefox is not installed")


@pytest.fixture(scope="module")
def firefox(program, tmp_path_factory):
    with running_firefox(program, tmp_path_factory.mktemp("firefox")) as browser:
        yield browser


@pytest.fixture
def page(firefox, atlas_file):
    """The page as it is after opening; nothing may be amiss when the test is over."""
    firefox.open(atlas_file)
    yield firefox
    assert not firefox.trouble, firefox.trouble


def select_box(page):
    page.drag("[data-tool=select]", (0.5, 0.5))
    page.drag("#stage", (0.2, 0.2), (0.6, 0.7))
    page.evaluate("tmeatlas.settled()")
    return page.evaluate(COUNT)


def test_trouble_is_noticed(firefox, tmp_path):
    """The checks can fail: a warning, an error and a request are found."""
    body = "<img src='https://nowhere.invalid/x'><script>console.warn('warns'); nothing();</script>"
    (tmp_path / "trouble.html").write_text(f"<!doctype html><html data-ready=true>{body}")
    firefox.open(tmp_path / "trouble.html")
    found, firefox.trouble = "\n".join(firefox.trouble), []
    for part in ("warns", "nothing is not defined", "request: https://nowhere.invalid/x"):
        assert part in found, part


def test_all_is_drawn_and_follows_colour_and_selection(page, atlas_file):
    groups = page.evaluate("tmeatlas.atlas.categories.get('group').labels")
    labels = "[...document.querySelectorAll('#map-labels span')].map(n => n.innerText)"
    assert set(page.evaluate(labels)) == set(groups)
    for panel, figure in (
        ("distribution", "distribution"),
        ("composition", "composition"),
    ):
        page.show(panel)
        assert page.evaluate(f"document.querySelectorAll('#figure-{figure} path').length") > 3
    grids = {"dots": "dots", "agreement": "agreement", "crosstalk": "matrix", "pairs": "pairs"}
    for panel, grid in grids.items():
        page.show(panel)
        canvas = f"document.querySelector('#figure-{grid} canvas')"
        assert page.evaluate(f"{PIXELS}({canvas}).some(pixel => pixel !== 0)"), grid
    assert len(set(usual := page.evaluate(MAP))) > len(groups)
    page.drag("#search", (0.5, 0.5))
    # In place of the name that the box shows, and Enter.
    typed = [(kind, key) for key in [*"spp1 macro", "\ue007"] for kind in ("keyDown", "keyUp")]
    page.act("key", *({"type": kind, "value": key} for kind, key in typed))
    page.evaluate("tmeatlas.settled()")
    assert (by_score := page.evaluate(MAP)) != usual
    assert 0 < (selected := select_box(page)) < 600
    page.show("dots")
    page.show("composition")
    dots, bars = page.evaluate(PANELS)
    assert sum(dots[0]) == sum(map(sum, bars)) == selected
    assert page.evaluate(MAP) != by_score
    page.open(atlas_file, page.evaluate(LINK))
    assert page.evaluate(COUNT) == selected
    assert page.evaluate("tmeatlas.store.get('colour')") == "s:tam_spp1"


def test_files(page):
    for panel, part in (("map", "Malignant"), ("dots", "TAM"), ("crosstalk", "CAF")):
        assert part in " ".join(ET.fromstring(page.download(panel, "svg")).itertext()), panel
    assert page.download("map", "png").startswith(b"\x89PNG\r\n\x1a\n")
    rows = page.download("composition", "csv").decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + page.evaluate("tmeatlas.atlas.meta.bars.sample.length")


def test_selection_is_the_same_where_a_canvas_cannot_be_read(program, page, atlas_file, tmp_path):
    """With this setting of Firefox a page reads other pixels than it has drawn."""
    selected = select_box(page)
    with running_firefox(program, tmp_path, **{"privacy.resistFingerprinting": True}) as private:
        private.open(atlas_file, page.evaluate(LINK))
        assert private.evaluate(COUNT) == selected > 50
        assert not private.trouble
