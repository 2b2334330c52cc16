"""Tests that need something skip with a reason where it is lacking, and fail where it must be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LACKING = {
    "browser": "tests/browser/test_page.py::test_no_webgl",
    "node": "tests/test_scripts.py::test_scripts_of_the_page",
    "data": "tests/test_matrix.py::test_real_tumours_are_told_apart",
}
"""By what is required, a test that needs it."""
NOTHING_IS_THERE = {"PATH": "/nowhere", "TMEATLAS_CHROMIUM": "", "TMEATLAS_SHARED": "/nowhere"}


def report(*arguments: str, cwd: Path, **environment: str) -> str:
    """What pytest says of the tests in `arguments`."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rsfE", "-p", "no:cacheprovider", *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.fixture(scope="module", params=["", " ".join(f"another {name}" for name in LACKING)])
def without_all(request, repository):
    """What is required, and the report of these tests where nothing of it is there."""
    options = {"cwd": repository, **NOTHING_IS_THERE, "TMEATLAS_REQUIRE": request.param}
    return request.param, report(*LACKING.values(), **options)


@pytest.mark.parametrize("name", LACKING)
def test_a_skip_is_a_failure_where_it_must_not_be(name, without_all):
    required, said = without_all
    file = LACKING[name].partition("::")[0]
    words = {line.split()[0] for line in said.splitlines() if f" {file}:" in line}
    assert words in (({"ERROR"}, {"FAILED"}) if required else ({"SKIPPED"},)), said


def test_packages_by_name(repository, tmp_path):
    for package in ("absent_package", "other_package"):
        program = "import pytest\ndef test_it():\n    pytest.importorskip('{}.part')\n"
        (tmp_path / f"test_{package}.py").write_text(program.format(package))
    options = {"cwd": tmp_path, "PYTHONPATH": str(repository / "tests")}
    said = report("-p", "conftest", **options, TMEATLAS_REQUIRE="absent other_package")
    assert said.splitlines()[-1].startswith("1 failed, 1 skipped")
    assert "FAILED test_other_package.py::test_it" in said
