"""Where a file may be written: what would be lost or cannot be is found before any work is done."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from tmeatlas._asker import option
from tmeatlas._errors import InputError
from tmeatlas._stores import OF_A_STORE, STORE, holds_cells
from tmeatlas._temporaries import clear_stale, new_temporary

ENDS_A_FOLDER = tuple({os.sep, os.altsep or os.sep})
OF_TEN_X = ("barcodes.tsv", "features.tsv", "genes.tsv")
"""How the names of the tables in a folder of 10x end."""
MOST_LINKS = 40
PROBE = bytes(4096)
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
WRITE_ELSEWHERE = "Write elsewhere."


def check_output(
    path: str | os.PathLike[str],
    *,
    endings: Sequence[str] = (),
    reads: Iterable[str | os.PathLike[str] | None] = (),
    overwrite: bool = False,
) -> Path:
    """The path as a `Path`, `~` resolved, after making sure that a file can be written there.

    `endings` are those that the file may have, `reads` the files that the work reads: the
    output must be none of them, unless `overwrite` asks for it and their kind is the same.
    """
    given = _as_path(path, may_be_store=STORE in endings)
    if endings and given.suffix.lower() not in endings:
        raise InputError(
            f"Expected an output ending in {_in_words(endings)}, found {given.name!r}."
        )
    target = real_target(given)
    _check_folder(target)
    if STORE in endings and given.suffix.lower() == STORE:
        _check_store(target, given)
    else:
        _check_file(target, given)
    for read in reads:
        if read is not None:
            _check_apart(target, given, read, overwrite=overwrite)
    _try(target)
    return given


def real_target(path: Path) -> Path:
    """The file that is written: where `path` is a link, the file at the end of its links."""
    target = path
    try:
        for _ in range(MOST_LINKS):
            target = Path(os.path.realpath(target.parent), target.name)
            if target.is_relative_to("/proc") or target.is_relative_to("/dev/fd"):
                raise InputError(f"Expected a file to write to, found {str(path)!r}, a stream.")
            if not target.is_symlink():
                return target
            target = target.parent / os.readlink(target)
    except (OSError, RuntimeError) as error:
        raise _cannot_write(path, error) from error
    raise InputError(f"The link {str(path)!r} leads round in circles. {WRITE_ELSEWHERE}")


def check_different(first: Path, second: Path) -> None:
    """Refuse two outputs of one command that are one file."""
    if is_same(real_target(first), second):
        raise InputError(
            f"The outputs {str(first)!r} and {str(second)!r} are one file. {WRITE_ELSEWHERE}"
        )


def explained(path: Path, error: OSError) -> InputError:
    """What a failure of the system means to the one who asked for `path`."""
    if error.errno not in NO_SPACE:
        return _cannot_write(path, error)
    return InputError(
        f"No room to write {str(path)!r}: {_reason(error)}. Nothing was written there. Free some "
        "space, or write elsewhere."
    )


def _as_path(path: object, *, may_be_store: bool) -> Path:
    spelled = os.fspath(path) if isinstance(path, str | os.PathLike) else None
    if not isinstance(spelled, str) or not spelled.strip() or "\0" in spelled:
        raise InputError(f"Expected a path to write to, found {path!r}.")
    bare = spelled.rstrip("".join(ENDS_A_FOLDER))
    if bare != spelled and not (may_be_store and bare.lower().endswith(STORE)):
        raise InputError(f"Expected a file to write to, found the folder {spelled!r}.")
    try:
        return Path(bare).expanduser()
    except RuntimeError as error:
        raise InputError(f"No home folder is known for {spelled!r}. {WRITE_ELSEWHERE}") from error


def _check_folder(target: Path) -> None:
    folder = target.parent
    try:
        there = stat.S_ISDIR(folder.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        there = False
    except OSError as error:
        raise _cannot_write(target, error) from error
    if not there:
        if folder.exists():
            raise InputError(f"{str(folder)!r} is a file and no folder. {WRITE_ELSEWHERE}")
        raise InputError(
            f"The folder {str(folder)!r} does not exist. Create it, or write elsewhere."
        )
    for above in target.parents:
        if any((above / name).is_file() for name in OF_A_STORE):
            raise InputError(
                f"{str(target)!r} lies in the zarr store {str(above)!r}, which is not for other "
                f"files. {WRITE_ELSEWHERE}"
            )


def _check_store(target: Path, given: Path) -> None:
    """Refuse what is there already, unless it is a store of cells."""
    try:
        there = os.path.lexists(target)
        is_cells = there and holds_cells(target)
    except OSError as error:
        raise _cannot_write(given, error) from error
    if there and not is_cells:
        raise InputError(
            f"{str(given)!r} is there and is no {STORE} store of cells, so it is not replaced. "
            f"{WRITE_ELSEWHERE}"
        )
    if there and not os.access(target, os.W_OK):
        raise InputError(f"{str(given)!r} is read-only. Make it writable, or write elsewhere.")


def _check_file(target: Path, given: Path) -> None:
    """Refuse what is there already, unless it is a file that may be replaced as it is."""
    try:
        status = target.stat()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _cannot_write(given, error) from error
    named = repr(str(given))
    if stat.S_ISDIR(status.st_mode):
        raise InputError(f"Expected a file to write to, found the folder {named}.")
    if not stat.S_ISREG(status.st_mode):
        raise InputError(f"Expected a file to write to, found {named}, a device, pipe or socket.")
    if target.suffix and target.suffix.lower() != given.suffix.lower():
        raise InputError(
            f"The link {named} leads to {str(target)!r}, a file of another kind. {WRITE_ELSEWHERE}"
        )
    if status.st_nlink > 1:
        raise InputError(
            f"{named} is one of {status.st_nlink} names of one file (hard links): the others would "
            "keep the old content. Remove it first, or write elsewhere."
        )
    _check_rights(target, status, named)


def _check_rights(target: Path, status: os.stat_result, named: str) -> None:
    """Refuse files that are protected, and those whose owner could not be kept."""
    if not status.st_mode & 0o222:
        raise InputError(f"{named} is read-only. Make it writable, or write elsewhere.")
    try:
        os.close(os.open(target, os.O_RDWR))
    except OSError as error:
        raise _cannot_write(target, error) from error
    if os.name != "posix" or os.geteuid() == 0:
        return
    if status.st_uid != os.geteuid():
        raise InputError(
            f"{named} belongs to another user and would become yours. Ask its owner to write it, "
            "remove it first, or write elsewhere."
        )
    if status.st_gid not in (os.getegid(), *os.getgroups()):
        raise InputError(
            f"{named} belongs to a group that you are not in, and would leave it. Remove it first, "
            "or write elsewhere."
        )


def _check_apart(
    target: Path, given: Path, read: str | os.PathLike[str], *, overwrite: bool
) -> None:
    """Refuse an output that is, or lies in, what the work reads."""
    # What may be no path at all, such as a list of ids, is of any length: Path's own tests raise.
    source = Path(os.path.expanduser(read))
    is_part = target.name.endswith(OF_TEN_X) and os.path.isdir(source)
    if is_part and target.parent.samefile(source):
        raise InputError(
            f"{str(given)!r} would be taken for a part of the input {str(source)!r}. "
            f"{WRITE_ELSEWHERE}"
        )
    if target.is_dir() and os.path.exists(source) and target in real_target(source).parents:
        raise InputError(f"{str(read)!r}, which is read, lies in {str(given)!r}. {WRITE_ELSEWHERE}")
    if not is_same(target, source):
        return
    if overwrite and source.suffix.lower() == given.suffix.lower():
        return
    ways = "Write elsewhere"
    if given.suffix.lower() == source.suffix.lower() != ".html":
        ways += f", or pass {option('overwrite', True)} to write over it"
    raise InputError(f"The output {str(given)!r} is the file that is read. {ways}.")


def is_same(target: Path, other: Path) -> bool:
    """Whether the two are one file or folder, links of both kinds followed."""
    try:
        return target == real_target(other) or target.samefile(other)
    except (OSError, InputError, ValueError):
        return False


def _try(target: Path) -> None:
    """Write a little beside `target` and take it away again."""
    clear_stale(target.parent)
    try:
        probe = new_temporary(target.parent, mode=0o600)
        try:
            probe.write_bytes(PROBE)
        finally:
            probe.unlink()
    except OSError as error:
        if error.errno in NO_SPACE:
            raise explained(target, error) from error
        raise InputError(
            f"Cannot write to the folder {str(target.parent)!r}: {_reason(error)}. "
            f"{WRITE_ELSEWHERE}"
        ) from error


def _cannot_write(path: Path, error: BaseException) -> InputError:
    return InputError(f"Cannot write to {str(path)!r}: {_reason(error)}. {WRITE_ELSEWHERE}")


def _reason(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error)


def _in_words(endings: Sequence[str]) -> str:
    *first, last = endings
    return f"{', '.join(first)} or {last}" if first else last
