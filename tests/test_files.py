from __future__ import annotations

from pathlib import Path

import pytest

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas._files import check_input_file, whole_file, write_text


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


def test_what_is_no_path_or_cannot_be_made_is_said_plainly(tmp_path):
    with pytest.raises(InputError, match="Expected a path to write to, found 3"):
        write_text(3, "x")
    if Path("/proc/self").is_dir():
        with pytest.raises(InputError, match="Cannot write to the folder '/proc'"):
            write_text("/proc/x.html", "x")


def test_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    written = write_text("~/page.html", "x")
    assert written == tmp_path / "page.html"
    assert written.read_text() == "x"


def test_a_file_that_is_not_there_is_named_with_the_nearest(tmp_path):
    (tmp_path / "genes.gmt").write_text("x")
    with pytest.raises(MissingKeyError, match=r"Nearest first: 'genes\.gmt'"):
        check_input_file(tmp_path / "gene.gmt")
    with pytest.raises(MissingKeyError, match=r"and no other \.csv in"):
        check_input_file(tmp_path / "gene.csv")
