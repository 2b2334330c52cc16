from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path

import pytest

from tmeatlas._errors import InputError
from tmeatlas._outputs import check_different, check_output


def refused(path, match, **options):
    with pytest.raises(InputError, match=match):
        check_output(path, **options)


@pytest.mark.parametrize("path", [3, None, b"x.csv", "", "  ", "a\0b.csv"])
def test_what_is_no_path(path):
    refused(path, "Expected a path to write to, found")


def test_places_where_no_file_can_be(tmp_path):
    (tmp_path / "file").write_text("x")
    refused(tmp_path / "no" / "page.html", "does not exist")
    refused(tmp_path, "found the folder")
    refused(f"{tmp_path}/new/", "found the folder")
    refused(f"{tmp_path / 'file'}/", "found the folder")
    refused(tmp_path / "file" / "page.html", "is a file and no folder")
    refused("~nobody-of-this-name/page.html", "No home folder is known")
    assert [item.name for item in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no /proc")
def test_a_folder_that_takes_no_files():
    refused("/proc/x.html", "Cannot write to|a stream")


def test_what_is_no_regular_file(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.csv")
    refused(tmp_path / "pipe.csv", "a device, pipe or socket")
    for name in ("/dev/null", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
        if os.path.lexists(name):
            refused(name, "device, pipe or socket|a stream")
            link = tmp_path / f"{name.replace('/', '_')}.csv"
            link.symlink_to(name)
            refused(link, "device, pipe or socket|a stream")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket.csv")
        refused("socket.csv", "a device, pipe or socket")


def test_links_that_lead_to_no_file(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.csv").symlink_to("folder")
    refused(tmp_path / "folder.csv", "found the folder")
    (tmp_path / "lost.csv").symlink_to("no/such.csv")
    refused(tmp_path / "lost.csv", "does not exist")
    (tmp_path / "a.csv").symlink_to("b.csv")
    (tmp_path / "b.csv").symlink_to("a.csv")
    refused(tmp_path / "a.csv", "leads round in circles")


def test_a_link_to_a_file_of_another_kind(tmp_path):
    data = tmp_path / "data.h5ad"
    data.write_text("cells")
    (tmp_path / "page.html").symlink_to(data)
    refused(tmp_path / "page.html", "a file of another kind")


def test_hard_links_would_part(tmp_path):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("old")
    second.hardlink_to(first)
    refused(first, r"one of 2 names of one file \(hard links\)")
    assert first.samefile(second)


def test_read_only_files_are_protected(tmp_path):
    target = tmp_path / "final.csv"
    target.write_text("old")
    target.chmod(0o444)
    refused(target, "is read-only")
    assert target.read_text() == "old"


def test_nothing_is_put_into_a_zarr_store(tmp_path):
    for name, marker in (("v2.zarr", ".zgroup"), ("v3.zarr", "zarr.json"), ("store", ".zattrs")):
        inside = tmp_path / name / "obs"
        inside.mkdir(parents=True)
        (tmp_path / name / marker).write_text("{}")
        refused(inside / "scores.csv", "lies in the zarr store", reads=(tmp_path / name,))


def test_endings(tmp_path):
    refused(tmp_path / "page.csv", r"ending in \.html, found 'page\.csv'", endings=(".html",))
    refused(tmp_path / "page", r"ending in \.csv or \.tsv", endings=(".csv", ".tsv"))
    refused(tmp_path / ".html", "ending in", endings=(".html",))
    assert check_output(tmp_path / "PAGE.HTML", endings=(".html",)).name == "PAGE.HTML"


def spellings(path):
    """Ways to say `path` that are not its own spelling."""
    folder = path.parent
    (folder / "link.h5ad").symlink_to(path.name)
    (folder / "linked").symlink_to(folder)
    yield os.path.relpath(path)
    yield folder / ".." / folder.name / path.name
    yield folder / "link.h5ad"
    yield folder / "linked" / path.name


def test_the_file_that_is_read_is_known_by_any_name(tmp_path):
    data = tmp_path / "data.h5ad"
    data.write_text("cells")
    for other in (data, *spellings(data)):
        refused(other, "is the file that is read", reads=[data])
        refused(data, "is the file that is read", reads=[None, "core", other])
        assert check_output(other, reads=[data], overwrite=True) == Path(other)
    assert data.read_text() == "cells"


@pytest.mark.parametrize("other", ["caf_pan," * 100, "~nobody_of_this_name/x", "a\0b"])
def test_what_is_read_may_be_no_path(tmp_path, other):
    output = tmp_path / "scores.csv"
    assert check_output(output, reads=[other]) == output


def test_a_hard_link_to_the_file_that_is_read(tmp_path):
    data, other = tmp_path / "data.h5ad", tmp_path / "other.h5ad"
    data.write_text("cells")
    other.hardlink_to(data)
    refused(other, "hard links|is read", reads=[data])


def test_writing_over_an_input_wants_its_own_kind(tmp_path):
    sets = tmp_path / "sets.csv"
    sets.write_text("source,target")
    refused(sets, r"or pass `overwrite=True`", reads=[sets])
    data = tmp_path / "data"
    data.write_text("cells")
    (tmp_path / "out.csv").symlink_to(data)
    refused(tmp_path / "out.csv", r"is read\. Write elsewhere\.$", reads=[data], overwrite=True)


def test_tables_that_would_join_a_10x_folder(tmp_path):
    (tmp_path / "matrix.mtx.gz").write_text("x")
    refused(tmp_path / "barcodes.tsv", "would be taken for a part of the input", reads=[tmp_path])
    refused(tmp_path / "a_genes.tsv", "would be taken for a part of the input", reads=[tmp_path])
    assert check_output(tmp_path / "scores.tsv", reads=[tmp_path]).name == "scores.tsv"


def test_two_outputs_of_one_command(tmp_path):
    (tmp_path / "talk.csv").write_text("x")
    (tmp_path / "talk_axes.csv").symlink_to("talk.csv")
    with pytest.raises(InputError, match="are one file"):
        check_different(tmp_path / "talk.csv", tmp_path / "talk_axes.csv")
    (tmp_path / "new_axes.csv").symlink_to("new.csv")
    with pytest.raises(InputError, match="are one file"):
        check_different(tmp_path / "new.csv", tmp_path / "new_axes.csv")
    check_different(tmp_path / "new.csv", tmp_path / "other.csv")


@pytest.fixture
def nobodys_folder():
    """A folder of an ordinary user, who runs the test; root may do everything."""
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, 65534, 65534)
        os.setegid(65534)
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
            os.setegid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_a_folder_one_may_not_write_to(nobodys_folder):
    nobodys_folder.chmod(0o500)
    refused(nobodys_folder / "x.csv", "Cannot write to the folder .*Permission denied")
    (nobodys_folder).chmod(0o700)
    inner = nobodys_folder / "inner"
    inner.mkdir()
    inner.chmod(0)
    refused(inner / "x.csv", "Permission denied")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_files_of_others_would_change_their_owner(nobodys_folder):
    for uid, gid, message in ((1234, 65534, "another user"), (65534, 1234, "a group")):
        target = nobodys_folder / "x.csv"
        target.write_text("old")
        target.chmod(0o666)
        os.seteuid(0)
        os.chown(target, uid, gid)
        os.seteuid(65534)
        refused(target, f"belongs to {message}")
        target.unlink()


def test_looking_leaves_nothing_behind(tmp_path):
    check_output(tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []
