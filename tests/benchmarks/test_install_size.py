"""What packages bring, in a graph of our own."""

from __future__ import annotations

import importlib
import sys
import tomllib

import pytest

GRAPH = {
    "tmeatlas": {"large", "small", "shared", "scanpy"},
    "scanpy": {"shared"},
    "large": {"shared", "only", "further"},
    "only": {"deeper"},
    "deeper": {"only"},
    "further": {"shared"},
    "small": set(),
    "shared": set(),
}


@pytest.fixture(scope="module")
def install_size(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield importlib.import_module("install_size")
    sys.modules.pop("install_size", None)


def test_what_a_package_alone_brings(install_size):
    assert install_size.brought(GRAPH, "large") == {"large", "only", "deeper", "further"}
    assert install_size.brought(GRAPH, "small") == {"small"}
    assert install_size.brought(GRAPH, "shared") == set()


def test_the_table_has_each_required_package_the_largest_first(install_size):
    sizes = dict.fromkeys(GRAPH, 1_000_000) | {"large": 30_000_000, "only": 2_500_000}
    lines = install_size.table(GRAPH, sizes)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if "|" in line]
    assert rows[2] == ["large", "30.0", "only, deeper, further", "34.5"]
    assert ["shared", "1.0", "others need it as well", ""] in rows
    assert ["small", "1.0", "nothing", "1.0"] in rows
    assert lines[-1].startswith(
        "All in all 7 packages with 37.5 MB, of which 2 with 2.0 MB are scanpy and what it needs"
    )


def test_names_are_compared_as_the_index_does(install_size):
    assert install_size.normal("numpy_Groupies.X") == "numpy-groupies-x"


def test_the_page_names_each_required_package(repository):
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]
    page = (repository / "docs" / "install.md").read_text("utf-8")
    for needed in project["dependencies"]:
        name = needed.split(">")[0].split("<")[0]
        assert f"\n| {name} | " in page, name
    for extra in project["optional-dependencies"]:
        assert f"`{extra}`" in page
