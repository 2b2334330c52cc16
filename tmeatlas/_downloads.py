"""Everything that tmeatlas downloads: one registry with hashes, one cache, one error."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tmeatlas._cache import OVERRIDE, cache_folder
from tmeatlas._errors import DownloadError, in_one_line
from tmeatlas._log import note


@dataclass(frozen=True)
class Download:
    """A file that is fetched once."""

    what: str
    """Its name for people."""
    file: str
    """Its name in the cache."""
    url: str
    sha256: str | None
    """None where the file changes under its address: then the first that came is kept."""


REGISTRY: Mapping[str, Download] = {
    # The file at the root of the archive of the release, from which cellphonedb takes it as well.
    "cellphonedb": Download(
        what="CellPhoneDB v5.0.0",
        file="cellphonedb-v5.0.0.zip",
        url="https://raw.githubusercontent.com/ventolab/cellphonedb-data/v5.0.0/cellphonedb.zip",
        sha256="b726745421b6c8f091f9b464e1d20fc676908d18a6669a969eb08877f6dff07f",
    ),
    # Written anew from time to time under one address, so that no hash would hold. The address is
    # that of liana and decoupler.
    "orthologues": Download(
        what="the orthologues of human and mouse (HCOP)",
        file="human_mouse_hcop_fifteen_column.txt.gz",
        url="https://storage.googleapis.com/public-download-files/hcop/"
        "human_mouse_hcop_fifteen_column.txt.gz",
        sha256=None,
    ),
}


def fetch(name: str, *, instead: str) -> Path:
    """The file of the registry in the user's cache; downloaded if it is not there, or damaged.

    `instead` is a sentence: what to pass where the file cannot be had.
    """
    import pooch

    entry, folder = REGISTRY[name], cache_folder()
    path = folder / entry.file
    known = {entry.file: f"sha256:{entry.sha256}" if entry.sha256 else None}
    keeper = pooch.create(folder, base_url="", registry=known, urls={entry.file: entry.url})
    before = _state(path)
    try:
        with _quiet(pooch.get_logger()):
            # In one piece, as the files are small: of a stream that failed pooch leaves the socket.
            keeper.fetch(entry.file, downloader=pooch.HTTPDownloader(stream=False))
    except ValueError as error:  # pooch's word for a hash that differs
        raise DownloadError(
            f"What {entry.url} gave is not {entry.what}: expected SHA-256 {entry.sha256} "
            f"({in_one_line(error)}). Nothing was kept. {_remedy(path, instead)}"
        ) from error
    except OSError as error:  # all of requests' errors are
        raise DownloadError(
            f"{entry.what[:1].upper()}{entry.what[1:]} could not be downloaded from {entry.url} "
            f"({in_one_line(error)}). {_remedy(path, instead)}"
        ) from error
    if _state(path) != before:
        note(f"downloaded {entry.what} to {path}")
    return path


def _remedy(path: Path, instead: str) -> str:
    return (
        f"Where there is no network, download it elsewhere and put it there as {str(path)!r} "
        f"({OVERRIDE} names another folder). {instead}"
    )


def _state(path: Path) -> tuple[int, int] | None:
    """Which file is there: another one has another number or time."""
    if not path.is_file():
        return None
    found = path.stat()
    return found.st_ino, found.st_mtime_ns


@contextmanager
def _quiet(logger: logging.Logger) -> Iterator[None]:
    """Without the lines of a library, in whose place is ours."""
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
