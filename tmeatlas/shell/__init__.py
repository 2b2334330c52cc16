"""The command line: each command is the public function of its name, in a file of its own."""

from tmeatlas.shell import (
    _annotate,
    _atlas,
    _cite,
    _compare,
    _crosstalk,
    _drivers,
    _drug_targets,
    _niches,
    _phenotype,
    _quality,
    _score,
    _signatures,
)
from tmeatlas.shell._app import app, main

COMMANDS = (
    *(_atlas, _annotate, _score, _crosstalk, _drivers, _drug_targets, _niches, _phenotype),
    *(_quality, _compare, _cite, _signatures),
)
"""What has registered its commands with the program."""
ORDER = (
    *("demo", "atlas", "annotate", "quality", "score", "crosstalk", "drivers", "drug_targets"),
    *("niches", "phenotype", "compare", "cite", "signatures"),
)
"""Of the commands in the help: that of somebody who comes with cells."""
app.registered_commands.sort(key=lambda each: ORDER.index(getattr(each.callback, "__name__", "")))

__all__ = ["app", "main"]
