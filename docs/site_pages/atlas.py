"""The atlas on the first page: what `tmeatlas demo` makes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PAGE = "tme_demo.html"


def write(folder: Path) -> None:
    """Make the page once for each build from scratch; it takes a quarter of a minute."""
    page = folder / "root" / PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    if not page.is_file():
        program = "from tmeatlas.shell._app import main; main()"
        command = [sys.executable, "-c", program, "demo", "--output", str(page)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"tmeatlas demo failed: {done.stderr}")
