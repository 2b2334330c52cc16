"""CellPhoneDB's own release, downloaded once into the user's cache."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import io
import tempfile
import zipfile
from pathlib import Path

from tmeatlas._asker import option
from tmeatlas._cache import cache_folder
from tmeatlas._errors import TMEError
from tmeatlas._log import note
from tmeatlas._whole_file import whole_file

RELEASE = "v5.0.0"
RELEASE_SHA256 = "b726745421b6c8f091f9b464e1d20fc676908d18a6669a969eb08877f6dff07f"


def cached_release() -> Path:
    """The release in the user's cache; downloaded if it is not there, or damaged."""
    path = cache_folder() / f"cellphonedb-{RELEASE}.zip"
    if path.is_file() and _sha256(path.read_bytes()) == RELEASE_SHA256:
        return path
    content = _download()
    found = _sha256(content)
    if found != RELEASE_SHA256:
        raise TMEError(
            f"What was downloaded as CellPhoneDB {RELEASE} is not that release: expected SHA-256 "
            f"{RELEASE_SHA256}, found {found}. Nothing was kept. {_remedy()}"
        )
    with whole_file(path) as temporary:
        temporary.write_bytes(content)
    note(f"downloaded CellPhoneDB {RELEASE} to {path}")
    return path


def _download() -> bytes:
    """The database of the release, fetched by the cellphonedb package."""
    from cellphonedb.utils import db_utils

    with tempfile.TemporaryDirectory() as folder:
        try:
            # The package prints what it downloads.
            with contextlib.redirect_stdout(io.StringIO()):
                db_utils.download_released_files(folder, RELEASE, r"/cellphonedb\.zip$")
        except (OSError, http.client.HTTPException, zipfile.BadZipFile) as error:
            raise TMEError(
                f"CellPhoneDB {RELEASE} is not in the cache and could not be downloaded "
                f"({error}). {_remedy()}"
            ) from error
        found = Path(folder) / "cellphonedb.zip"
        if not found.is_file():
            raise TMEError(f"The release {RELEASE} holds no cellphonedb.zip. {_remedy()}")
        return found.read_bytes()


def _remedy() -> str:
    return (
        "Where there is no network, download cellphonedb.zip of the release elsewhere "
        f"(https://github.com/ventolab/cellphonedb-data/releases/tag/{RELEASE}) and pass its "
        f"path: {option('database', '/path/to/cellphonedb.zip')}."
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
