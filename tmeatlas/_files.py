"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tmeatlas._errors import InputError, MissingKeyError, unknown
from tmeatlas._text_files import check_regular


def check_output(path: str | os.PathLike[str]) -> Path:
    """The path as a `Path`, `~` resolved, after making sure that a file can be written there."""
    if not isinstance(path, str | os.PathLike):
        raise InputError(f"Expected a path to write to, found {path!r}.")
    target = Path(path).expanduser()
    if target.is_dir():
        raise InputError(f"Expected a file to write to, found the folder {str(target)!r}.")
    if not target.parent.is_dir():
        raise InputError(
            f"The folder {str(target.parent)!r} does not exist. Create it, or write elsewhere."
        )
    return target


@contextmanager
def whole_file(path: str | os.PathLike[str]) -> Iterator[Path]:
    """A temporary path beside `path`, moved over it only when the block ends well."""
    target = check_output(path)
    try:
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=f".{target.stem}.", suffix=target.suffix
        )
    except OSError as error:
        raise InputError(
            f"Cannot write to the folder {str(target.parent)!r}: {error.strerror}. Write elsewhere."
        ) from error
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes the file private; give it the permissions of an ordinary new file.
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: str | os.PathLike[str], text: str) -> Path:
    """Write `text` to `path` as UTF-8, whole or not at all."""
    return write_parts(path, [text])


def write_parts(path: str | os.PathLike[str], parts: Iterable[str]) -> Path:
    """Write texts one after the other to `path` as UTF-8, whole or not at all."""
    target = check_output(path)
    with (
        whole_file(target) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.writelines(parts)
    return target


def check_input_file(path: str | Path) -> Path:
    """The path of a file or folder that exists; neither a pipe nor a device."""
    found = Path(os.path.expanduser(path))
    # Unlike that of Path, it takes names that no file can have.
    if os.path.exists(found):
        if not found.is_dir():
            check_regular(found)
        return found
    readable = os.path.isdir(found.parent) and os.access(found.parent, os.R_OK)
    folder = found.parent if readable else Path()
    similar = [item.name for item in folder.iterdir() if item.suffix == found.suffix]
    if similar:
        raise unknown("file", str(path), similar)
    kind = found.suffix or "file without an ending"
    raise MissingKeyError(
        f"No file {str(path)!r}, and no other {kind} in {str(folder.resolve())!r}."
    )
