"""The first thing that people read: its links lead somewhere, and what it says of itself is so."""

from __future__ import annotations

import ast
import re

import pytest
import typer

import tmeatlas as tme
from tmeatlas.interactions import load_axes
from tmeatlas.shell import app

HERE = re.compile(
    r"https://(?:github|raw\.githubusercontent)\.com/\w+/tmeatlas/(?:(?:blob|tree)/)?main/(.+)"
)


@pytest.fixture(scope="module")
def readme(repository) -> str:
    return (repository / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def blocks(readme) -> dict[str, str]:
    """Code by its language; that of the shell has none."""
    found: dict[str, str] = {}
    for language, code in re.findall(r"^```(\w*)\n(.*?)^```", readme, re.M | re.S):
        found[language] = found.get(language, "") + code
    return found


def test_links_are_whole_addresses_of_what_is_there(readme, repository):
    """Package indexes show the page without the repository around it."""
    links = re.findall(r"\]\(([^)]+)\)", readme)
    assert len(links) > 15
    for link in links:
        found = HERE.fullmatch(link)
        assert found, link
        assert (repository / found[1]).exists(), link


def test_commands_and_their_options_are_there(blocks):
    lines = [line for line in blocks[""].splitlines() if line.startswith("tmeatlas ")]
    assert len(lines) == 2
    program = typer.main.get_command(app)
    for line in lines:
        name, *words = line.split()[1:]
        program.commands[name].make_context(name, words)  # which parses, and runs nothing


def test_six_lines_of_python_call_what_is_there(blocks):
    lines = [line for line in blocks["python"].splitlines() if line]
    assert len(lines) == 6
    called = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse(blocks["python"]))
        if isinstance(node, ast.Call)
    }
    assert {"tme.analyse", "tme.pl.atlas"} <= called


def test_numbers_are_those_of_the_package(readme):
    axes = load_axes()
    n_pairs = sum(len(axis.interactions) for axis in axes)
    assert f"**{len(tme.sig.load())} published gene signatures**" in readme
    assert f"**{len(axes)} axes with {n_pairs:,} interactions**" in readme


def test_the_picture_is_one(repository):
    picture = (repository / "docs" / "images" / "atlas.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert 50_000 < len(picture) < 600_000
