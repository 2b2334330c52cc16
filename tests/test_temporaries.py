from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from tmeatlas._temporaries import clear_stale, new_temporary
from tmeatlas._whole_file import write_text

LEAVES_ONE = """
import sys
from pathlib import Path
from tmeatlas._temporaries import new_temporary
print(new_temporary(Path(sys.argv[1]), mode=0o600).name)
"""


@pytest.fixture
def left_behind(tmp_path):
    """The temporary file of a process that is gone."""
    done = subprocess.run(
        [sys.executable, "-c", LEAVES_ONE, tmp_path], capture_output=True, text=True, check=True
    )
    return tmp_path / done.stdout.strip()


def test_the_next_run_clears_what_a_dead_process_left(left_behind, tmp_path):
    assert left_behind.exists()
    write_text(tmp_path / "x.csv", "x")
    assert [item.name for item in tmp_path.iterdir()] == ["x.csv"]


def test_what_is_in_use_or_not_ours_stays(left_behind, tmp_path):
    kept = [new_temporary(tmp_path, mode=0o600)]
    prefix, host, system, _, end = left_behind.name.split("-")

    def leave(*parts):
        kept.append(tmp_path / "-".join(parts))
        kept[-1].write_text("x")

    leave(prefix, host, system, str(os.getppid()), end)  # a process that lives
    leave(prefix, host, system, "9" * 30, end)  # no number of a process
    leave(prefix, "0" * 8, system, "1", end)  # another machine
    leave(prefix, host, "0" * 8, "1", end)  # another container: who knows what lives there
    leave("mine", host, system, "1", end)
    leave(prefix, host, system, "1", f"{end}.csv")
    target = tmp_path / "target"
    target.write_text("x")
    link = tmp_path / left_behind.name.replace(end, "0" * 8)
    link.symlink_to(target)
    clear_stale(tmp_path)
    assert not left_behind.exists()
    assert all(path.exists() for path in (*kept, link, target))


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="the boot is not known")
def test_what_is_older_than_the_last_boot_goes(left_behind, tmp_path):
    prefix, host, _, pid, end = left_behind.name.split("-")
    old = tmp_path / "-".join([prefix, host, "0" * 8, pid, end])
    left_behind.rename(old)
    clear_stale(tmp_path)
    assert old.exists()
    os.utime(old, (1, 1))
    clear_stale(tmp_path)
    assert not old.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_files_of_other_users_stay(left_behind, tmp_path):
    os.chown(left_behind, 1234, 1234)
    clear_stale(tmp_path)
    assert left_behind.exists()


def test_a_folder_that_cannot_be_listed_is_left_alone(tmp_path):
    clear_stale(tmp_path / "no")
    assert not list(tmp_path.iterdir())
