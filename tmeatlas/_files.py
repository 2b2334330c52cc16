"""Files that are read."""

from __future__ import annotations

import os
from pathlib import Path

from tmeatlas._errors import MissingKeyError, unknown
from tmeatlas._text_files import check_regular


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
