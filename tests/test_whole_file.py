from __future__ import annotations

import itertools
import os
import resource
import struct

import pytest

from tmeatlas._errors import InputError
from tmeatlas._whole_file import whole_file, write_parts, write_text


def write_half(target):
    with whole_file(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError("no more")


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path):
    target = tmp_path / "page.html"
    write_text(target, "old")
    with pytest.raises(RuntimeError, match="no more"):
        write_half(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_new_file_gets_what_the_umask_leaves(tmp_path, umask):
    before = os.umask(umask)
    try:
        written = write_text(tmp_path / "new", "x")
    finally:
        os.umask(before)
    assert written.stat().st_mode & 0o7777 == 0o666 & ~umask


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_a_replaced_file_keeps_its_mode(tmp_path, mode):
    target = tmp_path / "old"
    target.write_text("old")
    target.chmod(mode)
    write_text(target, "new")
    assert target.read_text() == "new"
    assert target.stat().st_mode & 0o7777 == mode


def test_what_replaces_a_private_file_is_never_public(tmp_path):
    target = tmp_path / "old"
    target.write_text("old")
    target.chmod(0o600)
    with whole_file(target) as temporary:
        assert temporary.stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_replaced_file_keeps_its_owner(tmp_path):
    target = tmp_path / "old"
    target.write_text("old")
    os.chown(target, 1234, 2345)
    target.chmod(0o2750)
    write_text(target, "new")
    status = target.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o7777) == (1234, 2345, 0o2750)


def access_list(*entries):
    """A POSIX access list as the system stores it: version 2, then tag, rights and id of each."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


NOBODY = 0xFFFFFFFF
MAY_READ = access_list(
    *[(0x01, 6, NOBODY), (0x02, 4, 1234), (0x04, 0, NOBODY), (0x10, 4, NOBODY), (0x20, 0, NOBODY)]
)


def set_or_skip(path, name, value):
    try:
        os.setxattr(path, name, value)
    except (OSError, AttributeError):
        pytest.skip(f"this file system has no {name}")


@pytest.mark.parametrize(
    ("name", "value"), [("system.posix_acl_access", MAY_READ), ("user.origin", b"lab 3")]
)
def test_a_replaced_file_keeps_its_access_list_and_attributes(tmp_path, name, value):
    target = tmp_path / "old"
    target.write_text("old")
    set_or_skip(target, name, value)
    mode = target.stat().st_mode
    write_text(target, "new")
    assert os.getxattr(target, name) == value
    assert target.stat().st_mode == mode


def test_a_new_file_gets_the_access_list_of_its_folder(tmp_path):
    set_or_skip(tmp_path, "system.posix_acl_default", MAY_READ)
    plain = tmp_path / "plain"
    plain.write_text("x")
    ours = write_text(tmp_path / "ours", "x")
    assert os.getxattr(ours, "system.posix_acl_access") == os.getxattr(
        plain, "system.posix_acl_access"
    )
    assert ours.stat().st_mode == plain.stat().st_mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root is in every group")
def test_a_new_file_gets_the_group_of_a_setgid_folder(tmp_path):
    os.chown(tmp_path, -1, 2345)
    tmp_path.chmod(0o2775)
    assert write_text(tmp_path / "new", "x").stat().st_gid == 2345


@pytest.mark.parametrize("links", [1, 3])
@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_what_it_leads_to_is_written(tmp_path, links, there):
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / "real.csv"
    if there:
        target.write_text("old")
        target.chmod(0o600)
    chain = [target, *(tmp_path / f"link{i}.csv" for i in range(links))]
    for to, link in itertools.pairwise(chain):
        link.symlink_to(os.path.relpath(to, link.parent))
    assert write_text(chain[-1], "new") == chain[-1]
    assert all(link.is_symlink() for link in chain[1:])
    assert target.read_text() == "new"
    assert not target.is_symlink()
    if there:
        assert target.stat().st_mode & 0o777 == 0o600
    assert list((tmp_path / "far").iterdir()) == [target]


def test_a_name_of_any_length_that_the_system_takes(tmp_path):
    longest = tmp_path / ("x" * 250 + ".html")
    assert write_text(longest, "x").read_text() == "x"
    with pytest.raises(InputError, match="File name too long"):
        write_text(tmp_path / ("x" * 251 + ".html"), "x")


def test_odd_names_are_names(tmp_path):
    for name in ("a\nb.csv", " .csv", "-o.csv", "[bold].csv", "ä漢.csv", "\udc80.csv"):
        assert write_text(tmp_path / name, "x").exists(), name
    assert len(list(tmp_path.iterdir())) == 6


def test_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    written = write_text("~/page.html", "x")
    assert written == tmp_path / "page.html"
    assert written.read_text() == "x"


@pytest.fixture
def little_room():
    """No file may grow beyond 100,000 bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_room_the_old_file_stays_and_one_line_says_why(tmp_path, little_room):
    target = tmp_path / "page.html"
    write_text(target, "old")
    with pytest.raises(InputError, match=r"No room to write '.*page\.html': File too large"):
        write_parts(target, ["x" * 60_000] * 3)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def write_where_the_folder_goes(folder):
    with whole_file(folder / "x") as temporary:
        temporary.unlink()
        folder.rmdir()


def test_a_folder_that_goes_meanwhile_is_said(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(InputError, match="Cannot write to"):
        write_where_the_folder_goes(folder)
    assert not folder.exists()
