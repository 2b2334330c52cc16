"""Bars of tqdm on long work, where somebody watches."""

from __future__ import annotations

import sys

import pytest
import tqdm.auto

import tmeatlas as tme
from tmeatlas import _progress
from tmeatlas._asker import asked_from_shell
from tmeatlas._progress import show_progress, track


@pytest.fixture
def bars(monkeypatch):
    """What tqdm is called with."""
    calls = []

    def spy(items, **options):
        calls.append(options)
        return items

    monkeypatch.setattr(tqdm.auto, "tqdm", spy)
    return calls


def run() -> list[int]:
    return list(track(range(3), total=3, label="working"))


def test_a_bar_is_one_of_tqdm_that_waits_and_goes(bars):
    with show_progress(True):
        assert run() == [0, 1, 2]
    (options,) = bars
    assert options == {"total": 3, "desc": "working", "delay": _progress.LONG, "leave": False}
    assert _progress.LONG > 0


def test_short_work_shows_none(capsys):
    with show_progress(True):
        run()
    assert capsys.readouterr() == ("", "")


def test_long_work_shows_one(capsys, monkeypatch):
    monkeypatch.setattr(_progress, "LONG", 0)
    with show_progress(True):
        run()
    assert "working" in capsys.readouterr().err


def test_where_nobody_watches_there_is_none(bars, monkeypatch):
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    assert run() == [0, 1, 2]
    assert bars == []


class Terminal:
    def isatty(self) -> bool:
        return True


def test_terminals_and_notebooks_show_them(bars, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    run()
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setitem(sys.modules, "ipykernel", object())
    run()
    assert len(bars) == 2


def test_the_shell_has_its_spinner_instead_and_the_silent_have_none(bars, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with asked_from_shell():
        run()
    tme.settings.verbosity = 1
    try:
        run()
    finally:
        tme.settings.verbosity = 2
    assert bars == []
