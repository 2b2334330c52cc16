"""The style of the page: four sizes of text and two weights, in style sheets and in figures."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

ATLAS = files("tmeatlas.atlas")
FOLDERS = [
    ATLAS.joinpath("assets", "css"),
    ATLAS.joinpath("assets", "js"),
    *ATLAS.joinpath("panels").iterdir(),
]
FILES = {
    f"{folder.name}/{file.name}": file.read_text(encoding="utf-8")
    for folder in FOLDERS
    if folder.is_dir()
    for file in folder.iterdir()
    if file.name.endswith((".css", ".js"))
}
SIZES = {"var(--small)", "var(--text)", "var(--heading)", "var(--title)", "inherit"}
WEIGHTS = {"400", "normal", "var(--bold)", "inherit"}


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".css")])
def test_style_sheets_use_the_four_sizes_and_two_weights(name):
    text = FILES[name]
    assert set(re.findall(r"font-size:\s*([^;]+);", text)) <= SIZES
    assert set(re.findall(r"font-weight:\s*([^;]+);", text)) <= WEIGHTS


def test_the_least_size_is_the_same_in_style_sheets_and_figures():
    root = dict(re.findall(r"--(small|text|heading|title): (\d+)px;", FILES["css/base.css"]))
    in_figures = dict(re.findall(r"export const (SMALL|TEXT) = (\d+);", FILES["js/type.js"]))
    assert {name: root[name.lower()] for name in in_figures} == in_figures
    assert min(map(int, root.values())) == 13


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".js")])
def test_figures_take_their_sizes_from_one_place(name):
    sizes = r"(?:plotFont\(|font: \{ size: |tickfont: \{ size: |_SIZE = |font = `)(\d[\d.]*)"
    weights = r"\bweight: ?([1-9]\d\d)\b"
    assert re.findall(sizes, FILES[name]) == []
    assert set(re.findall(weights, FILES[name])) <= {"400"}
