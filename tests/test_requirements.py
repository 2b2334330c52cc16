"""Tests that need something skip with a reason where it is lacking, and fail where it must be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LACKING = {
    "browser": (
        "tests/browser/test_page.py::test_no_webgl",
        {"PATH": "/nowhere", "TMEATLAS_CHROMIUM": ""},
    ),
    "node": ("tests/test_scripts.py", {"PATH": "/nowhere"}),
    "data": ("tests/test_matrix.py", {"TMEATLAS_SHARED": "/nowhere"}),
}


def last_line(*arguments: str, cwd: Path, **environment: str) -> str:
    """What pytest says last of the tests in `arguments`."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("name", LACKING)
def test_a_skip_is_a_failure_where_it_must_not_be(name, repository):
    where, environment = LACKING[name]
    assert "skipped" in last_line(where, cwd=repository, **environment, TMEATLAS_REQUIRE="")
    required = f"another {name}"
    last = last_line(where, cwd=repository, **environment, TMEATLAS_REQUIRE=required)
    assert "skipped" not in last
    assert "error" in last or "failed" in last


def test_packages_by_name(repository, tmp_path):
    program = "import pytest\ndef test_it():\n    pytest.importorskip('absent_package.part')\n"
    (tmp_path / "test_it.py").write_text(program)
    options = {"cwd": tmp_path, "PYTHONPATH": str(repository / "tests")}
    assert "1 skipped" in last_line("-p", "conftest", **options, TMEATLAS_REQUIRE="absent")
    assert "1 failed" in last_line("-p", "conftest", **options, TMEATLAS_REQUIRE="absent_package")
