from __future__ import annotations

from pathlib import Path

import pytest

from tmeatlas._cache import cache_folder
from tmeatlas._errors import InputError


def test_the_users_choice_comes_first(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("TMEATLAS_CACHE", str(tmp_path / "chosen"))
    assert cache_folder() == tmp_path / "chosen"
    assert (tmp_path / "chosen").is_dir()


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "{tmp}/xdg"}, "xdg/tmeatlas"),
        ("linux", {"XDG_CACHE_HOME": "relative"}, "home/.cache/tmeatlas"),
        ("linux", {}, "home/.cache/tmeatlas"),
        ("darwin", {"XDG_CACHE_HOME": "{tmp}/xdg"}, "home/Library/Caches/tmeatlas"),
    ],
)
def test_else_the_platforms_convention(tmp_path, monkeypatch, platform, environment, expected):
    for name in ("TMEATLAS_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value.format(tmp=tmp_path))
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert cache_folder() == tmp_path / expected


def test_a_folder_that_cannot_be_made_names_the_remedy(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TMEATLAS_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(InputError, match="environment variable TMEATLAS_CACHE"):
        cache_folder()
