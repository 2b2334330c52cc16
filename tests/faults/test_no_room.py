"""Disks that are full or read-only: one line, the old file, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_faults import WRITES, is_old, make_old

from tmeatlas._errors import InputError
from tmeatlas._outputs import check_output

ROOM, DISK = 2**15, 2**18
"""Bytes: less than any of the files has, or the largest one in a store."""


def is_refused(writer, target, reason):
    assert writer.errors() == [
        f"Error: No room to write '{target}': {reason}. Nothing was written there. Free some "
        "space, or write elsewhere."
    ]
    assert is_old(target)
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("kind", WRITES)
def test_a_file_that_may_not_grow(writer, out, kind):
    target = out / kind
    make_old(target)
    assert writer.run(kind, target, room=ROOM) == 1
    is_refused(writer, target, "File too large")


@pytest.mark.parametrize("kind", WRITES)
def test_a_disk_that_becomes_full(writer, mounted, kind):
    target = mounted(f"size={DISK}") / kind
    make_old(target)
    assert writer.run(kind, target) == 1
    is_refused(writer, target, "No space left on device")


def test_a_disk_that_is_full_is_found_before_the_work(mounted):
    folder = mounted(f"size={DISK}")
    fill(folder / "other")
    with pytest.raises(InputError, match=r"No room to write .*x\.csv.*No space left on device"):
        check_output(folder / "x.csv")
    assert [file.name for file in folder.iterdir()] == ["other"]


def fill(path):
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1024)):
                pass
        except OSError:
            return


@pytest.mark.parametrize("kind", WRITES)
def test_a_disk_that_is_read_only(writer, mounted, kind):
    target = mounted(f"size={DISK}") / kind
    make_old(target)
    mounted("remount,ro")
    for path in (target, target.with_stem("new")):
        assert writer.run(kind, path) == 1
        (said,) = writer.errors()
        assert "ead-only" in said
        assert said.endswith("rite elsewhere.")
    assert is_old(target)
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="there is no /proc")
@pytest.mark.parametrize("kind", WRITES)
def test_folders_where_nobody_may_write(writer, out, kind):
    """Not even root."""
    (out / "file").write_text("")
    for folder in (Path("/proc/self"), out / "file", out / "missing"):
        assert writer.run(kind, folder / kind) == 1
        (said,) = writer.errors()
        assert said.count(" elsewhere.") == 1 or "a stream" in said
    assert [file.name for file in out.iterdir()] == ["file"]
