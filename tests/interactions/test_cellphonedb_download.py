from __future__ import annotations

import io
import urllib.error
import zipfile

import pytest
from cellphonedb.utils import db_utils

from tmeatlas._errors import TMEError
from tmeatlas.interactions import _cellphonedb_download as download
from tmeatlas.interactions._cellphonedb_release import read_cellphonedb
from tmeatlas.interactions._given import as_interactions


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("TMEATLAS_CACHE", str(folder))
    return folder


@pytest.fixture
def release(made_up_tables, write_cellphonedb, monkeypatch):
    """A server that offers the made-up database as the release; lists what was asked of it."""
    content = write_cellphonedb(made_up_tables).read_bytes()
    monkeypatch.setattr(download, "RELEASE_SHA256", download._sha256(content))
    asked = []

    def download_released_files(target_dir, cpdb_version, regex):
        asked.append((cpdb_version, regex))
        print("Downloaded")
        with open(f"{target_dir}/cellphonedb.zip", "wb") as handle:
            handle.write(content)

    monkeypatch.setattr(db_utils, "download_released_files", download_released_files)
    return asked


def test_the_release_is_downloaded_once_and_quietly(cache, release, capsys):
    assert len(read_cellphonedb("cellphonedb").interactions) == 3
    assert len(as_interactions("cellphonedb")) == 3
    assert release == [("v5.0.0", r"/cellphonedb\.zip$")]
    assert [path.name for path in cache.iterdir()] == ["cellphonedb-v5.0.0.zip"]
    assert capsys.readouterr().out == ""


def test_a_damaged_file_in_the_cache_is_replaced(cache, release):
    read_cellphonedb("cellphonedb")
    path = cache / "cellphonedb-v5.0.0.zip"
    path.write_bytes(path.read_bytes()[:100])
    assert len(read_cellphonedb("cellphonedb").interactions) == 3
    assert len(release) == 2


def test_another_file_than_the_release_is_not_kept(cache, release, monkeypatch):
    monkeypatch.setattr(download, "RELEASE_SHA256", "0" * 64)
    with pytest.raises(TMEError, match=r"not that release: expected SHA-256 0{64}.*Nothing"):
        read_cellphonedb("cellphonedb")
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize(
    "failure",
    [
        urllib.error.URLError("no route"),
        TimeoutError("too slow"),
        zipfile.BadZipFile("File is not a zip file"),
    ],
)
def test_without_network_the_remedy_is_a_local_zip(cache, monkeypatch, failure):
    def fail(*arguments):
        raise failure

    monkeypatch.setattr(db_utils, "download_released_files", fail)
    with pytest.raises(TMEError, match=r"could not be downloaded.*database='/path/to/cell"):
        as_interactions("cellphonedb")
    assert list(cache.iterdir()) == []


def test_a_release_without_the_database_says_so(cache, monkeypatch):
    monkeypatch.setattr(db_utils, "download_released_files", lambda *arguments: None)
    with pytest.raises(TMEError, match=r"holds no cellphonedb\.zip"):
        read_cellphonedb("cellphonedb")


def test_the_package_takes_the_file_from_the_archive_of_the_release(cache, tmp_path, monkeypatch):
    """The pattern against the package itself, with the network replaced by a file."""
    archive = tmp_path / "archive.zip"
    with zipfile.ZipFile(archive, "w") as handle:
        handle.writestr("cellphonedb-data-5.0.0/cellphonedb.zip", b"the database")
        handle.writestr("cellphonedb-data-5.0.0/old_cellphonedb.zip", b"another")
        handle.writestr("cellphonedb-data-5.0.0/data/gene_input.csv", b"")
    asked = []

    def urlopen(address):
        asked.append(address)
        return io.BytesIO(archive.read_bytes())

    monkeypatch.setattr(db_utils.urllib.request, "urlopen", urlopen)
    assert download._download() == b"the database"
    (address,) = asked
    assert address.endswith("/v5.0.0.zip")


def test_the_pinned_checksum_is_that_of_the_real_release(shared_data, cache):
    content = (shared_data / "crosstalk" / "cellphonedb-v5.0.0.zip").read_bytes()
    assert download._sha256(content) == download.RELEASE_SHA256
    cache.mkdir()
    (cache / "cellphonedb-v5.0.0.zip").write_bytes(content)
    assert read_cellphonedb("cellphonedb").version == "v5.0.0"
