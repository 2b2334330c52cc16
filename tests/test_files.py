from __future__ import annotations

import pytest

from tmeatlas._errors import InputError
from tmeatlas._files import whole_file, write_text


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "page.html"
    write_text(target, "old")

    def write_half():
        with whole_file(target) as temporary:
            temporary.write_text("half")
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        write_half()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_written_files_have_ordinary_permissions(tmp_path):
    plain = tmp_path / "plain"
    plain.write_text("x")
    ours = write_text(tmp_path / "ours", "x")
    assert ours.stat().st_mode == plain.stat().st_mode


def test_places_that_cannot_be_written_to(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        write_text(tmp_path / "no" / "page.html", "x")
    with pytest.raises(InputError, match="folder"):
        write_text(tmp_path, "x")
