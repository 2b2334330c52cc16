"""Waiting for what a page in a browser is about to show, however busy the machine is."""

from __future__ import annotations

from time import monotonic

WITHIN = 30  # seconds
FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def until(page, condition):
    """Ask until `condition()` holds, and give its last answer.

    For what comes by a timer or an event of the page, which nothing here is told of.
    """
    end = monotonic() + WITHIN
    while not (answer := condition()) and monotonic() < end:
        page.wait_for_timeout(20)
    return answer


def frames(page):
    """Let the page draw what it has: two frames, as a change of size is seen in the first."""
    page.evaluate(FRAMES)
