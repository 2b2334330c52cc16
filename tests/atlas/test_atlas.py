from __future__ import annotations

import pytest

from tmeatlas._errors import InputError
from tmeatlas.atlas import Atlas


@pytest.fixture
def atlas(payload):
    return Atlas(payload)


def test_written_file_is_the_page(atlas, tmp_path):
    path = atlas.write_html(str(tmp_path / "atlas.html"))
    assert path == tmp_path / "atlas.html"
    assert path.read_text(encoding="utf-8") == atlas.to_html()
    assert [item.name for item in tmp_path.iterdir()] == ["atlas.html"]


def test_file_is_written_whole_or_not_at_all(atlas, tmp_path, monkeypatch):
    target = tmp_path / "atlas.html"
    target.write_text("the page of yesterday")

    def fail(*args, **kwargs):
        raise OSError("no space left")

    monkeypatch.setattr("tmeatlas.atlas.encode.base85", fail)
    with pytest.raises(OSError, match="no space left"):
        atlas.write_html(target)
    assert target.read_text() == "the page of yesterday"
    assert [item.name for item in tmp_path.iterdir()] == ["atlas.html"]


def test_a_page_is_written_to_html_alone(atlas, tmp_path, monkeypatch):
    """Found before the page is made, which is the work."""
    monkeypatch.setattr("tmeatlas.atlas.atlas.page_parts", None)
    (tmp_path / "page.html").symlink_to("cells.h5ad")
    (tmp_path / "cells.h5ad").write_text("cells")
    for name in ("page", "page.csv", "page.htm", "page.html", "page.html/"):
        with pytest.raises(InputError):
            atlas.write_html(f"{tmp_path}/{name}")
    assert (tmp_path / "cells.h5ad").read_text() == "cells"


def test_folder_that_does_not_exist(atlas, tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        atlas.write_html(tmp_path / "nowhere" / "atlas.html")


def test_show_opens_the_page_in_the_browser(atlas, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = atlas.show()
    assert opened == [path.as_uri()]
    assert path.read_text(encoding="utf-8") == atlas.to_html()
