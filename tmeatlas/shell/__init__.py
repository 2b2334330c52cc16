"""The command line: each command is the public function of its name, in a file of its own."""

from tmeatlas.shell import _atlas, _crosstalk, _score, _signatures
from tmeatlas.shell._app import main

COMMANDS = (_atlas, _score, _crosstalk, _signatures)
"""What has registered its commands with the program."""

__all__ = ["main"]
