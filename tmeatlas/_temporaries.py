"""Temporary files beside their targets: whose they are is in the name, the next run clears."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import secrets
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
        name = f".tmeatlas-{_host()}-{_system()}-{os.getpid()}-{secrets.token_hex(4)}"
        with contextlib.suppress(FileExistsError):
            os.close(os.open(folder / name, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode))
            return folder / name


def clear_stale(folder: Path) -> None:
    """Remove the temporary files in `folder` that dead processes of this user left behind."""
    if os.name != "posix":  # elsewhere a process cannot be asked whether it is alive
        return
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            found = NAME.fullmatch(entry.name)
            if found is None:
                continue
            with contextlib.suppress(OSError):
                if _is_left_behind(entry.stat(follow_symlinks=False), **found.groupdict()):
                    os.unlink(entry.path)


def _is_left_behind(status: os.stat_result, *, host: str, system: str, pid: str) -> bool:
    """Whether the writer is surely dead: its process is gone, or was before the last boot."""
    ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid() and host == _host()
    if not ours:
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
