"""liana and decoupler, with a table of HCOP's layout in the place of the download."""

from __future__ import annotations

import gzip
import importlib.util
import sys
import types
import urllib.error

import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas._downloads import REGISTRY
from tmeatlas._errors import DependencyError, DownloadError, InputError

FILE = REGISTRY["orthologues"].file

HCOP = pd.DataFrame(
    {
        "human_symbol": ["AAA", "BBB", "CCC", "CCC", "DDD"],
        "mouse_symbol": ["Aaa", "Bbb", "Cc1", "Cc2", "-"],
        "support": ["x,y,z", "x", "x,y,z", "x,y,z,w", "x,y,z"],
    }
)


def get_hcop_orthologs(url=None, filename=None, min_evidence=3, columns=None):
    """As liana's, which downloads nothing where the file is there."""
    table = pd.read_csv(filename, sep="\t")
    return table.loc[table["support"].str.split(",").str.len() >= min_evidence, columns]


def translate(net, columns=None, target_organism="mouse", min_evidence=3, one_to_many=5):
    supported = HCOP["support"].str.split(",").str.len() >= min_evidence
    pairs = HCOP.loc[supported]
    merged = net.merge(pairs, left_on=columns, right_on="human_symbol")
    return pd.DataFrame({"source": merged["source"], "target": merged["mouse_symbol"]})


@pytest.fixture
def served_orthologues(serve):
    """The table in the place of HCOP's; lists what was asked for."""
    table = gzip.compress(HCOP.to_csv(sep="\t", index=False).encode())
    return serve({"orthologues": table})


@pytest.fixture
def packages(monkeypatch):
    """Packages of these names that have the one function which is called."""

    def install(**functions):
        for package, room, function in (
            ("liana", "resource", "get_hcop_orthologs"),
            ("decoupler", "op", "translate"),
        ):
            module = types.ModuleType(f"{package}.{room}")
            if package in functions:
                setattr(module, function, functions[package])
            monkeypatch.setitem(sys.modules, package, types.ModuleType(package))
            monkeypatch.setitem(sys.modules, f"{package}.{room}", module)

    return install


@pytest.mark.parametrize("package", ["liana", "decoupler"])
def test_orthologues_of_a_package(packages, served_orthologues, package):
    packages(liana=get_hcop_orthologs, decoupler=translate)
    converted, report = tme.sig.convert(
        {"x": ["AAA", "BBB", "CCC", "DDD"]}, to="mouse", orthologues=package
    )
    assert converted["x"].genes == ("Aaa", "Cc1", "Cc2")
    assert converted["x"].organism == "mouse"
    assert report["status"].tolist() == ["renamed", "unknown", "several", "unknown"]


def test_liana_goes_both_ways_and_decoupler_one(packages, served_orthologues):
    packages(liana=get_hcop_orthologs, decoupler=translate)
    mouse = tme.sig.Signature("x", ("Cc2",), organism="mouse")
    assert tme.sig.convert(mouse, to="human", orthologues="liana")[0]["x"].genes == ("CCC",)
    with pytest.raises(InputError, match="from human; found to='human'"):
        tme.sig.convert(mouse, to="human", orthologues="decoupler")
    with pytest.raises(InputError, match="human or mouse; found to='rat'"):
        tme.sig.convert({"x": ["AAA"]}, to="rat", orthologues="liana")


@pytest.mark.parametrize(
    ("package", "install"), [("liana", "'liana'"), ("decoupler", "'decoupler>=2'")]
)
def test_what_is_not_installed_says_how_to_install_it(packages, package, install):
    packages()
    with pytest.raises(DependencyError, match=f"pip install {install}"):
        tme.sig.convert({"x": ["AAA"]}, to="mouse", orthologues=package)


@pytest.mark.parametrize(
    ("package", "reason"),
    [
        ("liana", r"orthologues of human and mouse \(HCOP\) could not be downloaded from http"),
        ("decoupler", r"decoupler could not download the orthologues .*no connection"),
    ],
)
def test_without_a_connection_a_table_is_asked_for(packages, serve, package, reason):
    def fail(*_, **__):
        raise urllib.error.URLError("no connection")

    serve({})
    packages(liana=get_hcop_orthologs, decoupler=fail)
    with pytest.raises(DownloadError, match=f"{reason}.*Or pass a DataFrame"):
        tme.sig.convert({"x": ["AAA"]}, to="mouse", orthologues=package)


def test_the_table_that_liana_reads_is_fetched_once(packages, served_orthologues):
    packages(liana=get_hcop_orthologs)
    for _ in range(2):
        tme.sig.convert({"x": ["AAA"]}, to="mouse", orthologues="liana")
    assert served_orthologues == [f"/{FILE}"]


@pytest.mark.skipif(
    importlib.util.find_spec("liana") is None, reason="liana is not installed (extra 'liana')"
)
def test_the_installed_liana(served_orthologues):
    converted, _ = tme.sig.convert({"x": ["AAA", "BBB", "CCC"]}, to="mouse", orthologues="liana")
    assert converted["x"].genes == ("Aaa", "Cc1", "Cc2")
