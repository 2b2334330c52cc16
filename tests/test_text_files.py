from __future__ import annotations

import gzip
import os
import socket

import pytest

from tmeatlas import _text_files
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas._files import check_input_file
from tmeatlas._text_files import read_text


@pytest.fixture
def text_of(tmp_path):
    """A function that writes bytes to a file and reads the text of it."""

    def write_and_read(content):
        path = tmp_path / "a.txt"
        path.write_bytes(content)
        return read_text(path, remedy="Send it again.")

    return write_and_read


TEXT = "name\tβ2M\nDCN\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_text_of_every_system(text_of, encoding, line_end):
    assert text_of(TEXT.replace("\n", line_end).encode(encoding)) == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_its_mark(text_of, encoding):
    assert text_of("DCN\tLUM\n".encode(encoding)) == "DCN\tLUM\n"


def test_a_gz_is_told_by_its_content(text_of):
    content = gzip.compress(TEXT.encode())
    assert text_of(content) == TEXT
    assert text_of(content + gzip.compress(b"LUM\n")) == TEXT + "LUM\n"
    with pytest.raises(InputError, match=r"damaged \.gz"):
        text_of(content[:-9])


def test_text_of_older_spreadsheets_is_said(text_of):
    with pytest.warns(TMEWarning, match=r"'a\.txt' .*Windows-1252: line 2 has 'naïve'"):
        assert text_of(b"A\nB na\xefve C\n") == "A\nB naïve C\n"
    with pytest.warns(TMEWarning, match=r"Windows-1252: line 1 has 'A'"):
        assert text_of(b"\xa0A\n") == "\xa0A\n"


def test_one_nul_is_a_slip_and_many_are_no_text(text_of):
    with pytest.warns(TMEWarning, match=r"1 NUL character, the first in line 2"):
        assert text_of(b"A\nB\0C\n") == "A\nBC\n"
    for content in (b"A\0\0\0B", b"X\n\0\0\0\3\0\4", b"\x80\x81\x82\x00\x01", bytes(100)):
        with pytest.raises(InputError, match=r"text.*Send it again"):
            text_of(content)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04rest", "a zip or a spreadsheet"),
        (b"\xd0\xcf\x11\xe0rest", "a spreadsheet"),
        (b"BZh9rest", "bzip2"),
        (b"\x89HDF\r\n", "an HDF5 file"),
        (b"%PDF-1.4", "a PDF"),
        (b"\n<!DOCTYPE HTML><html></html>", "a web page"),
    ],
)
def test_what_is_no_text_is_called_by_its_name(text_of, content, kind):
    with pytest.raises(InputError, match=kind):
        text_of(content)


@pytest.mark.parametrize("packed", [False, True])
def test_no_more_is_read_than_memory_holds(text_of, monkeypatch, packed):
    monkeypatch.setattr(_text_files, "MOST_BYTES", 1000)
    content = b"A" * 1000
    assert text_of(gzip.compress(content) if packed else content) == "A" * 1000
    content += b"A"
    with pytest.raises(InputError, match="holds more than"):
        text_of(gzip.compress(content) if packed else content)


def test_what_gives_without_end_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for path, kind in (
            (tmp_path / "pipe", "a pipe"),
            (tmp_path / "socket", "a socket"),
            ("/dev/zero", "a device"),
        ):
            with pytest.raises(InputError, match=f"Expected a file, found {kind}"):
                read_text(check_input_file(path))
    with pytest.raises(InputError, match=r"found a folder.*Name a file in it"):
        read_text(tmp_path)


def test_paths_that_cannot_be(tmp_path):
    for path in ("a\0b.gmt", "x" * 5000 + ".gmt", "~nobody-is-called-so/a.gmt"):
        with pytest.raises(MissingKeyError, match="No file"):
            check_input_file(path)
    link = tmp_path / "link.gmt"
    link.symlink_to(link)
    with pytest.raises(MissingKeyError, match="No file"):
        check_input_file(link)
