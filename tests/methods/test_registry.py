from __future__ import annotations

from dataclasses import replace

import pytest

from tmeatlas import methods
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas._method_names import METHOD_NAMES
from tmeatlas.methods import METHODS


def test_a_name_is_the_method_with_its_defaults():
    assert methods.resolve("ucell") == methods.UCell()
    assert methods.resolve("score_genes") == methods.ScoreGenes()
    for name, method in METHODS.items():
        assert methods.resolve(name) is method
        assert method.name == name
    assert methods.resolve("ucell_detected") == methods.UCell(max_rank="detected")


def test_a_method_is_returned_as_it_is():
    method = methods.UCell(max_rank=10)
    assert methods.resolve(method) is method


def test_unknown_name_says_the_nearest():
    with pytest.raises(MissingKeyError, match=r"'u_cell'.*'ucell', 'aucell'"):
        methods.resolve("u_cell")


@pytest.mark.parametrize("wrong", [methods.UCell, 3, None])
def test_neither_name_nor_method(wrong):
    names = ", ".join(METHODS)
    with pytest.raises(InputError, match=rf"UCell\(\).*Names: {names}\..*RowMethod"):
        methods.resolve(wrong)


def test_methods_are_frozen_and_follow_the_protocol():
    for name in METHODS:
        method = methods.resolve(name)
        assert isinstance(method, methods.ScoreMethod)
        assert hash(method) == hash(replace(method))
        assert type(method).__name__ in methods.__all__


def test_names_are_known_without_loading_a_method():
    assert tuple(METHODS) == METHOD_NAMES
