"""Data and pages for the tests of the atlas."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import string
import zlib

import made_adata
import numpy as np
import pytest

from tmeatlas.atlas import build_payload
from tmeatlas.atlas.encode import ALPHABET


@pytest.fixture(scope="session")
def make_adata():
    """The function that makes AnnData by hand."""
    return made_adata.make_adata


@pytest.fixture
def adata(make_adata):
    """600 cells in 6 groups, 4 samples and 2 conditions, scored and with crosstalk."""
    return make_adata()


@pytest.fixture(scope="session")
def payload(make_adata):
    """What the page of these cells holds; not to be changed."""
    return build_payload(
        make_adata(), groupby="cell_type", sample_key="sample", condition_key="condition"
    )


USUAL_ALPHABET = f"{string.digits}{string.ascii_uppercase}{string.ascii_lowercase}".encode()
USUAL_ALPHABET += b"!#$%&()*+-;<=>?@^_`{|}~"


def usual_base85(text: str) -> bytes:
    """Text of a page in the alphabet of the standard library, without its first character."""
    return text[1:].encode().translate(bytes.maketrans(ALPHABET, USUAL_ALPHABET))


def unpacked(text: str) -> bytes:
    """Packed text of a page as bytes, through the base85 of the standard library."""
    deflated = base64.b85decode(usual_base85(text))
    return zlib.decompress(deflated[: len(deflated) - int(text[0])])


@pytest.fixture(scope="session")
def unpack():
    return unpacked


@pytest.fixture(scope="session")
def to_usual_base85():
    return usual_base85


class Page:
    """A page read back in Python, to compare it with what went in."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.meta = json.loads(unpacked(self.script("meta")))

    def script(self, name: str) -> str:
        return re.search(rf'<script type="[^"]*" id="{name}">(.*?)</script>', self.html, re.S)[1]

    def block(self, number: int) -> bytes:
        return unpacked(self.script(f"block-{number}"))

    def planes(self, number: int, width: int) -> np.ndarray:
        planes = np.frombuffer(self.block(number), dtype=np.uint8).reshape(width, -1)
        return sum(plane.astype(np.int64) << (8 * i) for i, plane in enumerate(planes))


@pytest.fixture
def read_page():
    return Page


@pytest.fixture
def name_in_policy():
    """The name of a script in a content security policy, as browsers work it out."""

    def name(script: str) -> str:
        digest = hashlib.sha256(script.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    return name
