"""What a notebook shows of an atlas: framed, stripped of its frame, or too large."""

from __future__ import annotations

import base64
import re
import sys
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from tmeatlas.atlas import Atlas, build_payload
from tmeatlas.atlas import atlas as module

NASTY = '</p></style><script>alert(1)</script><img src=x onerror=alert(2)>"\uffff'


@pytest.fixture
def atlas(payload):
    return Atlas(payload)


def without_frame(html):
    """What is left where a notebook takes out frames and styles."""
    return re.sub(r"<(iframe|style)\b.*?</\1>", "", html, flags=re.DOTALL)


def drawn(html):
    """The picture in the output, as XML."""
    (encoded,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    return ElementTree.fromstring(base64.b64decode(encoded))


def test_an_untrusted_notebook_shows_one_sentence_and_the_file(atlas, tmp_path, monkeypatch):
    assert (
        'open the file that <code>atlas.write_html("atlas.html")</code> writes.'
        in without_frame(atlas._repr_html_())
    )
    monkeypatch.chdir(tmp_path)
    atlas.write_html("my atlas:1.html")
    left = without_frame(atlas._repr_html_())
    assert left.startswith("<p")
    assert left.count("<p") == 1
    assert '<a href="./my%20atlas%3A1.html">my atlas:1.html</a>' in left
    (tmp_path / "my atlas:1.html").unlink()
    assert "write_html" in without_frame(atlas._repr_html_())


def test_a_file_elsewhere_is_named_whole(atlas, tmp_path, monkeypatch):
    path = atlas.write_html(tmp_path / "atlas.html")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    left = without_frame(atlas._repr_html_())
    assert f'<a href="{path.as_uri()}">{path}</a>' in left


def test_the_sentence_hides_behind_a_frame_that_is_there(atlas):
    html = atlas._repr_html_()
    assert "<style>iframe.tmeatlas-page + p.tmeatlas-instead {display: none}</style><iframe" in html
    assert '<iframe class="tmeatlas-page" srcdoc="' in html
    assert '</iframe><p class="tmeatlas-instead">' in html


def test_a_page_that_is_too_large_is_a_picture_and_a_link(atlas, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MOST_SIZE", 1_000_000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    html = atlas._repr_html_()
    assert len(html) < 100_000
    assert "<iframe" not in html
    (written,) = tmp_path.rglob("atlas.html")
    assert written.as_uri() in html
    assert written.read_text(encoding="utf-8") == atlas.to_html()
    assert atlas._repr_html_() == html
    assert len(list(tmp_path.rglob("atlas.html"))) == 1
    picture = drawn(html)
    dots = [path.get("d").count("M") for path in picture.iter("{http://www.w3.org/2000/svg}path")]
    assert sum(dots) == atlas.payload.n_cells
    names = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert sorted(names) == sorted(atlas.payload.groups.labels)


def test_the_picture_stays_small_however_many_cells(make_adata, monkeypatch, tmp_path):
    monkeypatch.setattr(module, "MOST_SIZE", 1)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    atlas = Atlas(build_payload(make_adata(20_000), groupby="cell_type"))
    html = atlas._repr_html_()
    assert len(html) < 150_000
    dots = drawn(html).iter("{http://www.w3.org/2000/svg}path")
    assert sum(path.get("d").count("M") for path in dots) == 4_000


@pytest.mark.parametrize("most", [10_000_000, 1])
def test_text_of_the_data_is_text(make_adata, monkeypatch, tmp_path, most):
    monkeypatch.setattr(module, "MOST_SIZE", most)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    adata = make_adata(200)
    labels = adata.obs["cell_type"].cat
    adata.obs["cell_type"] = labels.rename_categories({labels.categories[0]: NASTY})
    html = Atlas(build_payload(adata, groupby="cell_type", title=NASTY))._repr_html_()
    assert not re.search(r"<script|<img src=x", without_frame(html))
    if most == 1:
        tags = {element.tag.rpartition("}")[2] for element in drawn(html).iter()}
        assert tags == {"svg", "rect", "g", "path", "circle", "text"}


def test_show_draws_where_the_notebook_is(atlas, monkeypatch, tmp_path):
    shown, opened = [], []
    ipython = SimpleNamespace(
        get_ipython=lambda: SimpleNamespace(kernel=object()),
        display=SimpleNamespace(display=shown.append),
    )
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = atlas.show()
    assert shown == [atlas]
    assert opened == []
    assert f">{path}</a>" in without_frame(atlas._repr_html_())
    ipython.get_ipython = lambda: None
    atlas.show()
    assert len(opened) == 1
