"""Headless Chromium: the system's, driven by playwright; no download, no network.

Each test sees one font family and no other, the widest that is there; those marked
``every_font`` run with each of two families under ``--thorough``.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from pathlib import Path

import made_adata
import pytest
from made_results import keep_drivers, keep_drug_targets, keep_quality
from page_tabs import show

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
FAMILIES = {  # the widest first
    "DejaVu Sans": ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    "Noto Sans": ("NotoSans-Regular.ttf", "NotoSans-Bold.ttf"),
    "Liberation Sans": ("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf"),
}
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
FONT_CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""
LOCAL = ("file:", "data:", "blob:", "about:")
READY_WITHIN = 120_000  # milliseconds; a busy machine takes its time


def pytest_collection_modifyitems(items):
    """Mark what needs the browser; what fails there runs once more, which the summary tells.

    On a busy machine a page may draw later than any wait. A fault fails twice.
    """
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


@cache
def found_families():
    """The files of each of our font families that this machine has whole."""
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    files = {path.name: path for folder in folders for path in folder.rglob("*.ttf")}
    return {
        family: [files[name] for name in names]
        for family, names in FAMILIES.items()
        if all(name in files for name in names)
    }


def pytest_generate_tests(metafunc):
    """Choose the font families; None leaves the machine's own where it has none of ours."""
    if "chromium" in metafunc.fixturenames:
        n_families = 2 if metafunc.definition.get_closest_marker("every_font") else 1
        first, *others = list(found_families())[:n_families] or [None]
        families = [first, *(pytest.param(each, marks=pytest.mark.thorough) for each in others)]
        metafunc.parametrize("chromium", families, indirect=True, scope="session")


@pytest.fixture(scope="session")
def make_adata():
    """The function that makes AnnData by hand, shared with the tests of the payload."""
    return made_adata.make_adata


@pytest.fixture(scope="session")
def font_families():
    """The names of our font families that this machine has."""
    return list(found_families())


@pytest.fixture(scope="session")
def only_font(tmp_path_factory):
    """A function that makes the environment of a browser that has one font family only."""

    def only_font_(family):
        if family is None:
            return dict(os.environ)
        folder = tmp_path_factory.mktemp("fonts")
        for path in found_families()[family]:
            (folder / path.name).symlink_to(path)
        config = folder / "fonts.conf"
        config.write_text(FONT_CONFIG.format(folder=folder), encoding="utf-8")
        return {**os.environ, "FONTCONFIG_FILE": str(config)}

    return only_font_


@pytest.fixture(scope="session")
def chromium(request, only_font):
    """A running browser; skips where there is none. TMEATLAS_CHROMIUM names one."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    named = os.environ.get("TMEATLAS_CHROMIUM")
    program = named or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        pytest.skip("no Chromium on this machine; set TMEATLAS_CHROMIUM to its path")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program,
            headless=True,
            args=ARGUMENTS,
            env=only_font(request.param),
            timeout=READY_WITHIN,
        )
        yield browser
        browser.close()


class Pages:
    """Opens pages and waits until they are ready; notes what a page must not do.

    That is: raise, log an error, open a dialog, ask for anything from a network.
    """

    def __init__(self, browser):
        self.browser = browser
        self.contexts = []
        self.trouble = []

    def watch(self, page):
        note = self.trouble.append
        page.on("pageerror", lambda error: note(f"error: {error}"))
        page.on("console", lambda m: note(f"console: {m.text}") if m.type == "error" else None)
        page.on("dialog", lambda dialog: (note(f"dialog: {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda r: None if r.url.startswith(LOCAL) else note(f"request: {r.url}"))

    def __call__(
        self, path, *, width=1500, height=1000, scale=1, dark=False, fragment="", touch=False
    ):
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            accept_downloads=True,
            reduced_motion="reduce",
            color_scheme="dark" if dark else "light",
            has_touch=touch,
        )
        context.set_default_timeout(READY_WITHIN)
        self.contexts.append(context)
        page = context.new_page()
        self.watch(page)
        page.goto(Path(path).resolve().as_uri() + fragment, wait_until="commit")
        # Not wait_for_function: it evaluates text, which the page's security policy forbids.
        for _ in range(READY_WITHIN // 25):
            if page.evaluate("document.documentElement?.dataset.ready === 'true'"):
                return page
            page.wait_for_timeout(25)
        raise AssertionError(f"the page was not ready in time; {self.trouble}")

    def close(self):
        for context in self.contexts:
            context.close()
        assert not self.trouble, self.trouble


@pytest.fixture
def open_page(chromium):
    """A function that opens a page of its own for one test."""
    pages = Pages(chromium)
    yield pages
    pages.close()


@pytest.fixture(scope="session")
def atlas_file(make_adata, tmp_path_factory):
    """The page of 600 cells with all panels."""
    from tmeatlas.pl import atlas

    cells = make_adata()
    keep_quality(cells, "cell_type", sample_key="sample")
    keep_drivers(cells, "cell_type")
    keep_drug_targets(cells, "cell_type")
    made = atlas(cells, groupby="cell_type", sample_key="sample", condition_key="condition")
    return made.write_html(tmp_path_factory.mktemp("atlas") / "atlas.html")


@pytest.fixture(scope="module")
def shared_page(chromium, atlas_file):
    """The page of 600 cells, opened once for all tests of a file."""
    pages = Pages(chromium)
    page = pages(atlas_file)
    page.evaluate("() => { window.usual = tmeatlas.store.all(); }")
    yield page
    pages.close()


@pytest.fixture
def page(shared_page):
    """The page of 600 cells as it is after opening."""
    shared_page.evaluate(
        """async () => {
          for (const button of document.querySelectorAll('[data-table][aria-pressed=true]')) {
            button.click();
          }
          document.activeElement.blur();
          scrollTo(0, 0);
          tmeatlas.store.set({ ...usual, hidden: new Set() });
          await tmeatlas.settled();
          tmeatlas.panels.map.setView(tmeatlas.panels.map.home());
        }"""
    )
    shared_page.mouse.move(0, 0)
    return shared_page


@pytest.fixture
def change():
    """A function that changes the state of a page and waits until all panels show it."""

    def change_(page, state):
        page.evaluate(
            "async (state) => { tmeatlas.store.set(state); await tmeatlas.settled(); }", state
        )

    return change_


@pytest.fixture(scope="session", name="show")
def show_fixture():
    """A function that opens the tab of a panel, by its id, and gives the page back."""
    return show


@pytest.fixture
def settle():
    """A function that waits until all panels show the state of a page."""
    return lambda page: page.evaluate("() => tmeatlas.settled()")
