"""Files that are read."""

from __future__ import annotations

from pathlib import Path

from tmeatlas._errors import MissingKeyError, unknown


def check_input_file(path: str | Path) -> Path:
    """The path of a file that exists."""
    found = Path(path).expanduser()
    if found.exists():
        return found
    folder = found.parent if found.parent.is_dir() else Path()
    similar = [item.name for item in folder.iterdir() if item.suffix == found.suffix]
    if similar:
        raise unknown("file", str(path), similar)
    kind = found.suffix or "file without an ending"
    raise MissingKeyError(
        f"No file {str(path)!r}, and no other {kind} in {str(folder.resolve())!r}."
    )
