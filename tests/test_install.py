"""The signatures travel with every kind of installation."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.install

PROGRAM = """
import pathlib, sys, tmeatlas as tme
print(pathlib.Path(tme.__file__).resolve().parent)
print(len(tme.sig.load("caf_pan")["caf_pan"].genes))
"""


def run(*command: str, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def new_environment(tmp_path) -> Path:
    """The Python of a new environment that sees our dependencies, but no tmeatlas."""
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    packages = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    here = sysconfig.get_path("purelib")
    (Path(packages) / "dependencies.pth").write_text(f"{here}\n")
    return python


def pip(python: Path, *arguments: str, cwd: Path) -> None:
    run(
        *(str(python), "-m", "pip", *arguments),
        *("--no-deps", "--no-build-isolation", "--quiet", "--disable-pip-version-check"),
        cwd=cwd,
    )


def test_the_wheel_carries_the_signatures(new_environment, tmp_path, repository):
    pip(Path(sys.executable), "wheel", str(repository), "-w", str(tmp_path), cwd=tmp_path)
    (wheel,) = tmp_path.glob("tmeatlas-*.whl")
    pip(new_environment, "install", "--ignore-installed", str(wheel), cwd=tmp_path)
    where, n_genes = run(str(new_environment), "-c", PROGRAM, cwd=tmp_path).split()
    assert Path(where).is_relative_to(new_environment.parents[1])
    assert int(n_genes) == 8


def test_an_editable_install_finds_the_signatures(new_environment, tmp_path, repository):
    pip(new_environment, "install", "--ignore-installed", "-e", str(repository), cwd=tmp_path)
    where, n_genes = run(str(new_environment), "-c", PROGRAM, cwd=tmp_path).split()
    assert Path(where) == repository / "tmeatlas"
    assert int(n_genes) == 8
