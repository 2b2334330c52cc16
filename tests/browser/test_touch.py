"""Fingers on the map: one scrolls the page until a tool is pressed, two zoom."""

from __future__ import annotations

import pytest
from waiting import frames, until

COUNT = "() => tmeatlas.atlas.selection.count()"
SPAN = "() => { const v = tmeatlas.panels.map.view(); return v.x1 - v.x0; }"


class Fingers:
    """Touches of a page, given in pixels from the middle of the map."""

    def __init__(self, page):
        self.page = page
        self.session = page.context.new_cdp_session(page)
        page.evaluate("document.getElementById('stage').scrollIntoView({ block: 'center' })")
        box = page.locator("#stage").bounding_box()
        self.middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def send(self, kind, places):
        points = [
            {"x": self.middle[0] + x, "y": self.middle[1] + y, "id": i}
            for i, (x, y) in enumerate(places)
        ]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        frames(self.page)  # moves within one frame would be one

    def tap(self, button):
        """Playwright's own taps have another source, which the browser mixes up with this one."""
        box = button.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.move([(x - self.middle[0], y - self.middle[1])])

    def move(self, *steps):
        """Put the fingers down where the first step says, move them, and take them off."""
        self.send("touchStart", steps[0])
        for places in steps[1:]:
            self.send("touchMove", places)
        self.send("touchEnd", [])
        until(self.page, self.rests)

    def rests(self):
        """Whether the page has come to its end, which scrolls on for a while."""
        before = self.page.evaluate("scrollY")
        frames(self.page)
        return self.page.evaluate("scrollY") == before


@pytest.fixture
def phone(open_page, atlas_file):
    return open_page(atlas_file, width=360, height=780, touch=True)


def test_one_finger_scrolls_the_page_until_a_tool_is_pressed(phone, settle):
    lasso = phone.locator("[data-tool=lasso]")
    assert lasso.get_attribute("aria-pressed") == "false"
    fingers = Fingers(phone)
    before = phone.evaluate("scrollY")
    fingers.move(*([(0, -20 * k)] for k in range(8)))
    assert until(phone, lambda: phone.evaluate("scrollY") > before + 60)
    assert phone.evaluate(COUNT) == 600
    lasso.scroll_into_view_if_needed()
    fingers.tap(lasso)
    assert until(phone, lambda: lasso.get_attribute("aria-pressed") == "true")
    settle(phone)
    around = [(-90, -90), (90, -90), (90, 90), (-90, 90), (-90, -60)]
    fingers = Fingers(phone)
    before = phone.evaluate("scrollY")
    fingers.move(*([place] for place in around))
    assert until(phone, lambda: 0 < phone.evaluate(COUNT) < 600)
    settle(phone)
    assert phone.evaluate("scrollY") == before
    lasso.scroll_into_view_if_needed()
    fingers.tap(lasso)
    assert until(phone, lambda: lasso.get_attribute("aria-pressed") == "false")
    settle(phone)
    assert "two fingers zoom" in phone.locator("#explain-map").text_content()


def test_two_fingers_zoom_the_map_and_not_the_page(phone):
    fingers = Fingers(phone)
    before = phone.evaluate(SPAN)
    fingers.move(*([(-20 - 10 * k, 0), (20 + 10 * k, 0)] for k in range(7)))
    near = pytest.approx(before * 20 / 80, rel=0.02)
    assert until(phone, lambda: phone.evaluate(SPAN) == near), phone.evaluate(SPAN)
    assert phone.evaluate("visualViewport.scale") == 1
    assert phone.evaluate(COUNT) == 600


def test_a_mouse_draws_at_once(page):
    assert page.locator("[data-tool=lasso]").get_attribute("aria-pressed") == "true"
    page.locator("[data-tool=lasso]").click()  # it stays pressed
    assert page.locator("[data-tool=lasso]").get_attribute("aria-pressed") == "true"
