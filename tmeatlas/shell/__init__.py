"""The command line: each command is the public function of its name, in a file of its own."""

from tmeatlas.shell import (
    _annotate,
    _atlas,
    _compare,
    _crosstalk,
    _phenotype,
    _score,
    _signatures,
)
from tmeatlas.shell._app import main

COMMANDS = (_atlas, _annotate, _score, _crosstalk, _phenotype, _compare, _signatures)
"""What has registered its commands with the program."""

__all__ = ["main"]
