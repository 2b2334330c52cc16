"""Where files that are downloaded once are kept."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tmeatlas._errors import InputError

OVERRIDE = "TMEATLAS_CACHE"


def cache_folder() -> Path:
    """The user's cache folder of tmeatlas, made if it is not there.

    ``TMEATLAS_CACHE`` if that is set; else the place that the platform keeps
    for caches: ``XDG_CACHE_HOME`` or ``~/.cache``, ``~/Library/Caches`` on macOS,
    ``LOCALAPPDATA`` on Windows.
    """
    folder = _chosen_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"The cache folder {str(folder)!r} cannot be made ({error}). Set the environment "
            f"variable {OVERRIDE} to a folder that you may write to."
        ) from error
    return folder


def _chosen_folder() -> Path:
    if chosen := os.environ.get(OVERRIDE):
        return Path(chosen).expanduser()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tmeatlas"
    given = os.environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME")
    # The XDG specification has relative paths ignored.
    base = Path(given) if given and Path(given).is_absolute() else Path.home() / ".cache"
    return base / "tmeatlas"
