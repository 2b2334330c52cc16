from __future__ import annotations

import importlib.util
import sys
import types

import pandas as pd
import pytest

from tmeatlas._errors import DependencyError, MissingKeyError
from tmeatlas.interactions import as_interactions
from tmeatlas.interactions._liana_resources import LIANA_RESOURCES


@pytest.fixture
def fake_liana(monkeypatch):
    resources = {
        "consensus": pd.DataFrame({"ligand": ["A", "C"], "receptor": ["B_D", "E"]}, index=[5, 9]),
        "cellphonedb": pd.DataFrame({"ligand": ["A"], "receptor": ["B"]}),
    }
    resource = types.ModuleType("liana.resource")
    resource.show_resources = lambda: list(resources)
    resource.select_resource = lambda resource_name: resources[resource_name]
    liana = types.ModuleType("liana")
    liana.resource = resource
    monkeypatch.setitem(sys.modules, "liana", liana)
    monkeypatch.setitem(sys.modules, "liana.resource", resource)


@pytest.fixture
def no_liana(monkeypatch):
    monkeypatch.setitem(sys.modules, "liana", None)


@pytest.mark.parametrize("name", ["consensus", "Consensus"])
def test_a_resource_is_read_by_name(fake_liana, name):
    database = as_interactions(name)
    assert database.name == "liana consensus"
    assert [entry.id for entry in database] == ["A^B_D", "C^E"]
    assert database.entries[0].receptor_genes == ("B", "D")


def test_unknown_names_list_the_nearest_of_all_databases(fake_liana):
    with pytest.raises(
        MissingKeyError, match=r"No interaction database 'consensos'.*: 'consensus'"
    ):
        as_interactions("consensos")
    with pytest.raises(MissingKeyError, match=r"'cellphondb'.*first: 'cellphonedb', 'consensus'"):
        as_interactions("cellphondb")


def test_without_liana_a_resource_names_what_to_install(no_liana):
    with pytest.raises(DependencyError, match=r"pip install 'tmeatlas\[liana\]'"):
        as_interactions("consensus")


def test_without_liana_misspellings_are_still_told(no_liana):
    with pytest.raises(MissingKeyError, match=r"'concensus'.*first: 'consensus'.*Pass 'tme'"):
        as_interactions("concensus")


def test_a_folder_named_like_a_resource_does_not_hide_it(fake_liana, tmp_path, monkeypatch):
    (tmp_path / "consensus").mkdir()
    monkeypatch.chdir(tmp_path)
    assert as_interactions("consensus").name == "liana consensus"


@pytest.mark.skipif(importlib.util.find_spec("liana") is None, reason="liana is not installed")
@pytest.mark.filterwarnings("ignore")
def test_the_resources_of_liana_itself():
    from liana import resource

    assert set(LIANA_RESOURCES) <= set(resource.show_resources())
    for name in LIANA_RESOURCES:
        database = as_interactions(name)
        assert len(database) == len(resource.select_resource(name).drop_duplicates())
    consensus = as_interactions("consensus")
    assert any(len(entry.receptor_genes) > 1 for entry in consensus)
