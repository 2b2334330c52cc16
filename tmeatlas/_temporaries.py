"""Temporary files and folders beside their targets: the name says whose, the next run clears."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import secrets
import shutil
import stat
import time
from functools import cache
from pathlib import Path

NAME = re.compile(r"\.tmeatlas-(?P<host>\w{8})-(?P<system>\w{8})-(?P<pid>\d+)-\w{8}")


def new_temporary(folder: Path, *, mode: int) -> Path:
    """An empty file in `folder`, open to those whom `mode` and the umask let in.

    The system makes it as it makes any new file: umask, default ACLs and the group of a
    setgid folder apply. Raises what the system raises.
    """
    while True:
        with contextlib.suppress(FileExistsError):
            made = folder / _new_name()
            os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode))
            return made


def new_temporary_folder(folder: Path, *, mode: int) -> Path:
    """The same of an empty folder."""
    while True:
        with contextlib.suppress(FileExistsError):
            made = folder / _new_name()
            made.mkdir(mode)
            return made


def clear_stale(folder: Path) -> None:
    """Remove what dead processes of this user left behind in `folder`, half written."""
    if os.name != "posix":  # elsewhere a process cannot be asked whether it is alive
        return
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = NAME.fullmatch(entry.name)
            if found is None:
                continue
            with contextlib.suppress(OSError):
                if _is_left_behind(entry.stat(follow_symlinks=False), **found.groupdict()):
                    remove(Path(entry.path))


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
        return
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        path.unlink()


def _is_left_behind(status: os.stat_result, *, host: str, system: str, pid: str) -> bool:
    """Whether the writer is surely dead: its process is gone, or was before the last boot."""
    is_made = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
    if not (is_made and status.st_uid == os.geteuid() and host == _host()):
        return False
    if system == _system():
        return not _is_alive(int(pid))
    return status.st_mtime < _boot_time()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _new_name() -> str:
    return f".tmeatlas-{_host()}-{_system()}-{os.getpid()}-{secrets.token_hex(4)}"


@cache
def _host() -> str:
    return _digest(platform.node())


@cache
def _system() -> str:
    """Within what a process number means one process: this boot, this container."""
    known = []
    with contextlib.suppress(OSError):
        known.append(Path("/proc/sys/kernel/random/boot_id").read_text())
    with contextlib.suppress(OSError):
        known.append(os.readlink("/proc/self/ns/pid"))
    return _digest("".join(known))


@cache
def _boot_time() -> float:
    """When this machine started; 0 where that is not known."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return 0.0 if clock is None else time.time() - time.clock_gettime(clock)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]
