"""Writing files, and stores that are folders, whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tmeatlas._outputs import NO_SPACE, check_output, explained, real_target
from tmeatlas._stores import STORE
from tmeatlas._temporaries import new_temporary, new_temporary_folder, remove

OF_THE_DISK = (*NO_SPACE, errno.EIO, errno.EROFS)
RIGHTS = "system.posix_acl"
"""How the attributes begin that say who may read: without them a copy would not be kept safe."""


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A temporary path beside the file to write, moved over it only when the block ends well.

    A link stays and the file it leads to is replaced, with the mode, owner and access lists that
    it had. Others see the old file until the new one is complete and on the disk.
    """
    with _beside(check_output(path), is_store=False) as temporary:
        yield temporary


@contextmanager
def whole_store(path: str | os.PathLike[str]) -> Iterator[Path]:
    """The same of a `.zarr` store, a folder that is yet to be made: only another one is replaced.

    It is moved aside for the moment in which the new one is moved to its place.
    """
    with _beside(check_output(path, endings=(STORE,)), is_store=True) as folder:
        yield folder


def write_text(path: str | os.PathLike[str], text: str) -> Path:
    """Write `text` to `path` as UTF-8, whole or not at all."""
    return write_parts(path, [text])


def write_parts(path: str | os.PathLike[str], parts: Iterable[str]) -> Path:
    """Write texts one after the other to `path` as UTF-8, whole or not at all."""
    with (
        whole_file(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.writelines(parts)
    return Path(path).expanduser()


@contextmanager
def _beside(given: Path, *, is_store: bool) -> Iterator[Path]:
    target = real_target(given)
    new = new_temporary_folder if is_store else new_temporary
    any_one, me = (0o777, 0o700) if is_store else (0o666, 0o600)
    try:
        replaced = target.stat() if target.exists() else None
        temporary = new(target.parent, mode=any_one if replaced is None else me)
    except OSError as error:
        raise explained(given, error) from error
    # Zarr makes the folder of a store itself: nobody else can look into the one around it.
    written = temporary / "store" if is_store else temporary
    try:
        yield written
        _put_in_place(written, target, replaced)
    except OSError as error:
        # Anything else that the block raises need not be about this file.
        if error.errno not in OF_THE_DISK:
            raise
        raise explained(given, error) from error
    finally:
        # A part of what was replaced may be read-only: it does not undo what is in place.
        with contextlib.suppress(OSError):
            remove(temporary)


def _put_in_place(temporary: Path, target: Path, replaced: os.stat_result | None) -> None:
    try:
        if replaced is not None:
            _take_over_rights(target, replaced, temporary)
        if not temporary.is_dir():
            _to_disk(temporary)
            temporary.replace(target)
            return
        for file in temporary.rglob("*"):
            if file.is_file():
                _to_disk(file)
        if replaced is None:
            temporary.rename(target)
        else:
            _exchange(temporary, target)
    except OSError as error:
        raise explained(target, error) from error


def _exchange(temporary: Path, target: Path) -> None:
    """Give each of two folders the name of the other: no system call does for both at once."""
    aside = target.with_name(f"{target.name}.before-{secrets.token_hex(4)}")
    try:
        target.rename(aside)
        temporary.rename(target)
        aside.rename(temporary)
    except BaseException:
        if aside.exists():
            # Where the new one is in its place, the old one goes with what is temporary.
            aside.rename(temporary if target.exists() else target)
        raise


def _take_over_rights(replaced: Path, status: os.stat_result, temporary: Path) -> None:
    """Owner first, since a change of owner takes some bits of the mode away."""
    if hasattr(os, "chown"):
        os.chown(temporary, status.st_uid, status.st_gid)
    temporary.chmod(stat.S_IMODE(status.st_mode))
    if hasattr(os, "listxattr"):
        for name in _attributes(replaced):
            with (
                contextlib.nullcontext()
                if name.startswith(RIGHTS)
                else contextlib.suppress(OSError)
            ):
                os.setxattr(temporary, name, os.getxattr(replaced, name))


def _attributes(path: Path) -> list[str]:
    try:
        return os.listxattr(path)
    except OSError:  # a file system without them
        return []


def _to_disk(path: Path) -> None:
    """Some file systems say only now that there is no room."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
