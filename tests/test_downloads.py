"""What is downloaded: from a registry, once, into one folder, whole or not at all."""

from __future__ import annotations

import ast
import hashlib
import logging
import re
from dataclasses import replace

import pytest

from tmeatlas import _downloads as downloads
from tmeatlas._downloads import REGISTRY, fetch
from tmeatlas._errors import DownloadError
from tmeatlas.interactions import as_interactions, read_cellphonedb

INSTEAD = "Or pass another."
FILE = REGISTRY["cellphonedb"].file


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("TMEATLAS_CACHE", str(folder))
    return folder


def test_a_file_is_downloaded_once_quietly_and_said(serve, cache, capfd, caplog):
    asked = serve({"cellphonedb": b"the database"})
    with caplog.at_level(logging.DEBUG, logger="tmeatlas"):
        paths = {fetch("cellphonedb", instead=INSTEAD) for _ in range(3)}
    assert paths == {cache / FILE}
    assert (cache / FILE).read_bytes() == b"the database"
    assert asked == [f"/{FILE}"]
    assert [path.name for path in cache.iterdir()] == [FILE]
    assert [r.message for r in caplog.records] == [
        f"downloaded CellPhoneDB v5.0.0 to {cache / FILE}"
    ]
    assert "Downloading" not in "".join(capfd.readouterr())


def test_a_damaged_file_in_the_cache_is_replaced(serve, cache):
    asked = serve({"cellphonedb": b"the database"})
    fetch("cellphonedb", instead=INSTEAD)
    (cache / FILE).write_bytes(b"the data")
    assert fetch("cellphonedb", instead=INSTEAD).read_bytes() == b"the database"
    assert len(asked) == 2


def test_what_has_no_hash_is_kept_as_it_came(serve, cache):
    asked = serve({"orthologues": b"first"})
    path = fetch("orthologues", instead=INSTEAD)
    path.write_bytes(b"of the user")
    assert fetch("orthologues", instead=INSTEAD).read_bytes() == b"of the user"
    assert len(asked) == 1


def test_another_file_is_not_kept(serve, cache, monkeypatch):
    serve({"cellphonedb": b"the database"})
    other = replace(downloads.REGISTRY["cellphonedb"], sha256="0" * 64)
    monkeypatch.setattr(downloads, "REGISTRY", {"cellphonedb": other})
    with pytest.raises(DownloadError, match=r"is not CellPhoneDB v5.0.0: expected SHA-256 0{64}"):
        fetch("cellphonedb", instead=INSTEAD)
    assert list(cache.iterdir()) == []


def test_a_file_that_is_kept_survives_a_failed_download(serve, cache):
    serve({})
    cache.mkdir()
    (cache / FILE).write_bytes(b"of another release")
    with pytest.raises(DownloadError):
        fetch("cellphonedb", instead=INSTEAD)
    assert (cache / FILE).read_bytes() == b"of another release"


@pytest.mark.parametrize("url", [None, "http://127.0.0.1:9/refused"])
def test_without_the_file_the_error_says_where_to_put_it_and_what_to_pass(
    serve, cache, monkeypatch, url
):
    """One error for a file that is gone and a server that refuses."""
    serve({})
    if url:
        other = replace(downloads.REGISTRY["cellphonedb"], url=url)
        monkeypatch.setattr(downloads, "REGISTRY", {"cellphonedb": other})
    with pytest.raises(DownloadError) as caught:
        as_interactions("cellphonedb")
    said = str(caught.value)
    assert said.startswith("CellPhoneDB v5.0.0 could not be downloaded from http://")
    assert f"put it there as {str(cache / FILE)!r} (TMEATLAS_CACHE names another folder)" in said
    assert said.endswith("Or pass its path: `database='/path/to/cellphonedb.zip'`.")
    assert "\n" not in said
    assert list(cache.iterdir()) == []


def test_the_pinned_hash_is_that_of_the_real_release(shared_data, cache):
    content = (shared_data / "crosstalk" / "cellphonedb-v5.0.0.zip").read_bytes()
    assert hashlib.sha256(content).hexdigest() == REGISTRY["cellphonedb"].sha256
    cache.mkdir()
    (cache / FILE).write_bytes(content)
    assert read_cellphonedb("cellphonedb").version == "v5.0.0"


def test_entries_of_the_registry_are_complete():
    for name, entry in REGISTRY.items():
        assert entry.url.startswith("https://"), name
        assert re.fullmatch(r"[\w.-]+", entry.file)
        assert entry.sha256 is None or re.fullmatch(r"[0-9a-f]{64}", entry.sha256)
    assert len({entry.file for entry in REGISTRY.values()}) == len(REGISTRY)


FETCHING = {"pooch", "requests", "urllib.request", "urllib3", "http.client", "httpx", "ftplib"}


def test_nothing_else_downloads(repository):
    found = {}
    for path in sorted((repository / "tmeatlas").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            name
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for name in [getattr(node, "module", "") or "", *(alias.name for alias in node.names)]
        }
        if names & FETCHING:
            found[path.relative_to(repository / "tmeatlas").as_posix()] = names & FETCHING
    assert found == {"_downloads.py": {"pooch"}}
