"""Every option of a function of the library has its twin in the command, and no other name."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
import typer

import tmeatlas as tme
from tmeatlas._asker import IN_SHELL
from tmeatlas.shell import app

FUNCTIONS = {
    "demo": (tme.datasets.simulated,),
    "atlas": (tme.analyse, tme.pl.atlas),
    "annotate": (tme.tl.annotate,),
    "score": (tme.tl.score,),
    "crosstalk": (tme.tl.crosstalk,),
    "drivers": (tme.tl.drivers,),
    "drug_targets": (tme.tl.drug_targets,),
    "phenotype": (tme.tl.phenotype,),
    "quality": (tme.tl.quality,),
    "niches": (tme.tl.niches,),
    "compare": (tme.tl.compare,),
    "cite": (tme.get.citations,),
    "signatures": (tme.sig.load,),
}
"""The functions of the library that each command offers."""

MADE_HERE = "a command makes what it reads, and writes under the default names"
NOT_IN_THE_SHELL = {
    "copy": "the input file is never changed",
    "key_added": MADE_HERE,
    "key": MADE_HERE,
    "scores": MADE_HERE,
    "scores_key": MADE_HERE,
    "consensus_key": MADE_HERE,
    "crosstalk_key": MADE_HERE,
    "axes_key": MADE_HERE,
    "state_key": MADE_HERE,
    "obs": "a table has all scores anyway, and .h5ad what the library writes by default",
}
"""Options of the library that no command has, and why."""

OTHER_NAMES = {
    **IN_SHELL,
    "adata": "input",
    "n_cells": "cells",
    "which": "name",
}
"""What is called otherwise in the shell: the input, and what is given one by one."""

OF_THE_SHELL = {
    "overwrite": "a file that is read is written over",
    "output": "a function changes the cells it is given, a command writes a file",
    "keep": "a function leaves its results in the cells it is given",
    "bulk": "the library says it by sample_key=None, which cannot be typed",
    "seed": "of the steps that the command takes before its own",
    "groupby": "of the lineages that the command tells before",
    "method": "of the scores that the command makes before",
    "signatures": "of the scores that the command makes before",
    "database": "of the crosstalk that the command makes before",
    "min_cells": "of the crosstalk that the command makes before",
    "sample_key": "of the crosstalk that the command makes before",
    "n_perms": "hidden: older scripts still pass it",
}
"""Options of commands that their functions lack, and why."""


def commands() -> dict[str, typer.models.CommandInfo]:
    return {each.callback.__name__: each for each in app.registered_commands}


def options_of(command: str) -> set[str]:
    return set(inspect.signature(commands()[command].callback).parameters)


def test_all_commands_are_compared():
    assert set(commands()) == set(FUNCTIONS)


@pytest.mark.parametrize("command", FUNCTIONS)
def test_what_the_library_can_the_command_can(command):
    wanted = {
        OTHER_NAMES.get(name, name)
        for function in FUNCTIONS[command]
        for name in inspect.signature(function).parameters
        if name not in NOT_IN_THE_SHELL
    }
    if command == "demo":
        wanted.discard("input")
    assert wanted - options_of(command) == set()


@pytest.mark.parametrize("command", FUNCTIONS)
def test_commands_have_no_options_of_their_own(command):
    known = {
        OTHER_NAMES.get(name, name)
        for function in FUNCTIONS[command]
        for name in inspect.signature(function).parameters
    }
    assert options_of(command) - known - set(OF_THE_SHELL) == set()


def test_an_option_means_the_same_in_all_commands():
    """Same name, same type and same default, and the same words but where a command guesses."""
    kinds: dict[str, set[object]] = {}
    for name in FUNCTIONS:
        function = commands()[name].callback
        for option in inspect.signature(function, eval_str=True).parameters.values():
            kind = option.annotation
            kinds.setdefault(option.name, set()).add(getattr(kind, "__origin__", kind))
    several = {name for name, found in kinds.items() if len(found) > 1}
    # Of scores it is never absent; of comparisons it depends on what is compared. A page has its
    # name by default; crosstalk takes a seed only to say that it needs none.
    assert several == {"method", "seed"}


def test_what_messages_name_is_there(repository: Path):
    """`option("...")` in the library becomes `--...` in the shell, where it must exist."""
    there = set().union(*(options_of(name) for name in FUNCTIONS))
    named = {}
    for path in (repository / "tmeatlas").rglob("*.py"):
        for name in re.findall(r'\boption\(\s*"(\w+)"', path.read_text()):
            named.setdefault(OTHER_NAMES.get(name, name), path.name)
    missing = {name: file for name, file in named.items() if name not in there}
    assert {name: file for name, file in missing.items() if name not in NOT_IN_THE_SHELL} == {}


def test_every_option_says_what_it_is():
    for name in FUNCTIONS:
        for option in inspect.signature(
            commands()[name].callback, eval_str=True
        ).parameters.values():
            about = option.annotation.__metadata__[0]
            assert about.hidden or len(about.help or "") > 10, (name, option.name)
        typed = name.replace("_", "-")
        assert commands()[name].epilog.startswith(f"Example: tmeatlas {typed}")
