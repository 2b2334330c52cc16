"""Tabs of a page in a browser."""

from __future__ import annotations

SHOW = """async (panel) => {
  const place = document.getElementById(`card-${panel}`).closest('[role=tabpanel]');
  if (place) document.getElementById(place.getAttribute('aria-labelledby')).click();
  await tmeatlas.settled();
}"""


def show(page, panel):
    """Open the tab of a panel, by its id, and give the page back."""
    page.evaluate(SHOW, panel)
    return page
