"""The scripts of the page that need no browser, under node's own test runner."""

from __future__ import annotations

import shutil
import subprocess

import pytest


def test_scripts_of_the_page(repository):
    """`npm test` in tests/scripts shows the same."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no node on this machine")
    done = subprocess.run(
        [node, "--import", "./as_modules.mjs", "--test"],
        cwd=repository / "tests" / "scripts",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    passed = [line for line in done.stdout.splitlines() if line.startswith(("# pass", "ℹ pass"))]
    assert passed, done.stdout
    assert int(passed[0].split()[-1]) >= 40
