"""What a page costs the one who opens it: times, memory and what it asks for, in Chromium.

Times are those of the page's own clock, from a user's action, which is a real one of mouse or
menu where that can be had, to the frame after the last panel shows it.
"""

from __future__ import annotations

import math
import os
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",  # or the peers, which need WebGL, could draw nothing
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
    "--js-flags=--expose-gc",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
LOCAL = ("file:", "data:", "blob:", "about:")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PATIENCE = 120_000  # milliseconds

# Counts WebGL contexts, and gives the time of the frame after something was drawn.
WATCH = """
window.benchmark = { webgl: 0 };
const usualContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  const made = usualContext.call(this, kind, ...rest);
  if (made && String(kind).includes("webgl")) benchmark.webgl += 1;
  return made;
};
benchmark.drawn = () => new Promise((resolve) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => resolve(performance.now());
  channel.port2.postMessage(0);
}));
benchmark.frames = () => {
  const times = [];
  let going = true;
  const note = (time) => { times.push(time); if (going) requestAnimationFrame(note); };
  requestAnimationFrame(note);
  return () => { going = false; return times; };
};
"""


class Ours:
    """How to work our page."""

    ready = "document.documentElement?.dataset.ready === 'true'"
    map_time = "performance.getEntriesByName('atlas-map')[0]?.startTime"
    ready_time = "performance.getEntriesByName('atlas-ready')[0]?.startTime"
    first_time = "performance.getEntriesByName('atlas-first-screen')[0]?.startTime"
    surface = "#figure-map"
    lasso = "tmeatlas.store.set({ tool: 'lasso' }); await tmeatlas.settled();"
    pan = "tmeatlas.store.set({ region: null, tool: 'pan' }); await tmeatlas.settled();"
    colour = """
      const signatures = tmeatlas.atlas.meta.features.filter((f) => f.kind === "signature");
      tmeatlas.store.set({{ colour: signatures[{i}].id }}); await tmeatlas.settled();"""
    await_selection = """
      new Promise((resolve) => tmeatlas.store.onChange(async (changed) => {
        if (changed.has('region')) { await tmeatlas.settled(); resolve(); }
      }))"""


class Naive:
    """How to work the page of plotly express."""

    plot = "document.querySelector('.js-plotly-plot')"
    ready = "performance.getEntriesByName('ready').length > 0"
    map_time = "performance.getEntriesByName('ready')[0]?.startTime"
    ready_time = map_time
    first_time = map_time
    surface = ".js-plotly-plot .nsewdrag"
    lasso = f"await Plotly.relayout({plot}, {{ dragmode: 'lasso' }});"
    pan = f"await Plotly.relayout({plot}, {{ dragmode: 'pan', selections: [] }});"
    colour = f"""{{{{
      const button = {plot}.layout.updatemenus[0].buttons[{{i}} + 1];
      await Plotly.restyle({plot}, ...button.args);
    }}}}"""
    await_selection = f"new Promise((resolve) => {plot}.on('plotly_selected', () => resolve()))"


KINDS = {"ours": Ours, "naive": Naive}


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    program = os.environ.get("TMEATLAS_CHROMIUM") or next(filter(None, map(shutil.which, names)))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


def measure(browser: Any, file: Path, kind: str) -> dict[str, float]:
    """All measures of one visit to a page, in milliseconds, MB and numbers."""
    context = browser.new_context(viewport={"width": 1500, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    requests: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(LOCAL) else requests.append(r.url))
    page.add_init_script(WATCH)
    try:
        page.goto(file.resolve().as_uri(), wait_until="commit")
        found = _work(page, KINDS[kind]()) if kind in KINDS else _only_look(page)
        found["requests"] = len(requests)
        found["webgl"] = page.evaluate("benchmark.webgl")
        return found
    finally:
        context.close()


def _only_look(page: Any) -> dict[str, float]:
    """A page that draws nothing without a network can only be asked what it asks for."""
    page.wait_for_timeout(5_000)
    return {}


def _work(page: Any, kind: Any) -> dict[str, float]:
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def work() -> float:
        """Milliseconds that the page's main thread has been at work, whoever else was."""
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(m["value"] for m in metrics if m["name"] == "ThreadTime")

    for _ in range(PATIENCE // 50):
        if page.evaluate(kind.ready):
            break
        page.wait_for_timeout(50)
    else:
        raise TimeoutError("the page was not ready in time")
    found = {"ready_cpu": work()}
    found |= {
        "map": page.evaluate(kind.map_time),
        "first": page.evaluate(kind.first_time),
        "ready": page.evaluate(kind.ready_time),
    }
    page.wait_for_timeout(500)
    found["heap"], found["arrays"] = _heap(page)
    # Signatures that nobody looked at yet, and one of them again.
    before = work()
    found["colour"] = statistics.median(_colour(page, kind, i) for i in (3, 5, 7))
    found["colour_cpu"] = (work() - before) / 3
    found["again"] = _colour(page, kind, 3)
    found["lasso"] = _lasso(page, kind)
    found["pan"] = _pan(page, kind)
    found["axe"] = _axe(page)
    return found


def _colour(page: Any, kind: Any, i: int) -> float:
    return page.evaluate(f"""async () => {{
      const start = performance.now();
      {kind.colour.format(i=i)}
      return (await benchmark.drawn()) - start;
    }}""")


def _surface(page: Any, kind: Any) -> tuple[float, float, float, float]:
    page.evaluate("scrollTo(0, 0)")
    box = page.locator(kind.surface).first.bounding_box()
    height = min(box["height"], 1000 - box["y"])
    return box["x"] + box["width"] / 2, box["y"] + height / 2, box["width"], height


def _lasso(page: Any, kind: Any) -> float:
    """Draw around the middle of the map; the time runs from letting go."""
    page.evaluate(f"async () => {{ {kind.lasso} }}")
    x, y, width, height = _surface(page, kind)
    page.evaluate(f"""() => {{
      const selected = {kind.await_selection};
      benchmark.lasso = new Promise((resolve) => addEventListener("pointerup", async () => {{
        const start = performance.now();
        await selected;
        resolve((await benchmark.drawn()) - start);
      }}, {{ capture: true, once: true }}));
    }}""")
    corners = [
        (math.cos(k * 0.26) * width * 0.25, math.sin(k * 0.26) * height * 0.25) for k in range(24)
    ]
    page.mouse.move(x + corners[0][0], y + corners[0][1])
    page.mouse.down()
    for dx, dy in corners[1:]:
        page.mouse.move(x + dx, y + dy)
    page.mouse.up()
    return page.evaluate("() => benchmark.lasso")


def _pan(page: Any, kind: Any) -> float:
    """The time between frames while the map is dragged that 19 of 20 keep to."""
    page.evaluate(f"async () => {{ {kind.pan} await benchmark.drawn(); }}")
    x, y, _, _ = _surface(page, kind)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 5, y + 3)
    page.evaluate("() => { benchmark.stop = benchmark.frames(); }")
    for k in range(40):
        page.mouse.move(x + 5 + 4 * k, y + 3 + 2 * k)
    times = page.evaluate("() => benchmark.stop()")
    page.mouse.up()
    gaps = sorted(b - a for a, b in pairwise(times))
    return gaps[int(0.95 * (len(gaps) - 1))]


def _heap(page: Any) -> tuple[float, float]:
    """MB of objects, and of the arrays beside them, after collecting garbage."""
    session = page.context.new_cdp_session(page)
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    return usage["usedSize"] / 1e6, usage.get("backingStorageSize", math.nan) / 1e6


def _axe(page: Any) -> float:
    try:
        import axe_playwright_python
    except ImportError:
        return math.nan
    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8"))
    return page.evaluate(
        "async (rules) => (await axe.run(document, rules)).violations.length", RULES
    )
