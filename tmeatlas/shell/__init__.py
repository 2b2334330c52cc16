"""The command line: each command is the public function of its name."""

from tmeatlas.shell._app import main

__all__ = ["main"]
