"""What is needed travels with every kind of installation: signatures, types, licence, metadata."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from email import message_from_bytes
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


@pytest.fixture(scope="module")
def wheel(tmp_path_factory, repository) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip(Path(sys.executable), "wheel", str(repository), "-w", str(folder), cwd=folder)
    (path,) = folder.glob("tmeatlas-*.whl")
    return path


def test_the_wheel_carries_all_files_and_nothing_else(wheel, repository):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    outside = {name for name in names if not name.startswith(("tmeatlas/", "tmeatlas-"))}
    assert outside == set()
    assert {name.partition(".dist-info/")[2] for name in names} >= {"licenses/LICENSE"}
    assert "tmeatlas/py.typed" in names
    for path in (repository / "signatures").iterdir():
        assert f"tmeatlas/_signatures/{path.name}" in names
    for path in (repository / "tmeatlas").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(repository).as_posix() in names


def test_the_wheel_says_what_it_is(wheel, repository):
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
        said = message_from_bytes(archive.read(name))
    assert (said["Name"], said["Version"]) == (project["name"], project["version"])
    assert said["License-Expression"] == project["license"]
    assert said["Requires-Python"] == project["requires-python"]
    assert said["Description-Content-Type"] == "text/markdown"
    assert {url.partition(", ")[0] for url in said.get_all("Project-URL")} == set(project["urls"])
    assert said.get_all("Classifier") == project["classifiers"]


def test_the_source_distribution_carries_what_its_tests_read(tmp_path, repository):
    run(
        *(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)),
        cwd=repository,
    )
    (path,) = tmp_path.glob("tmeatlas-*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= {
        *("pyproject.toml", "LICENSE", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"),
        *("CITATION.cff", "SECURITY.md", "signatures/axes.yaml", "tmeatlas/py.typed"),
        *(".ci/lower_bounds.py", ".github/workflows/tests.yml", "tests/conftest.py"),
    }
    assert not [name for name in names if "__pycache__" in name or "node_modules" in name]


def test_the_wheel_carries_the_signatures(wheel, new_environment, tmp_path):
    pip(new_environment, "install", "--ignore-installed", str(wheel), cwd=tmp_path)
    where, n_genes = run(str(new_environment), "-c", PROGRAM, cwd=tmp_path).split()
    assert Path(where).is_relative_to(new_environment.parents[1])
    assert int(n_genes) == 8


def test_an_editable_install_finds_the_signatures(new_environment, tmp_path, repository):
    pip(new_environment, "install", "--ignore-installed", "-e", str(repository), cwd=tmp_path)
    where, n_genes = run(str(new_environment), "-c", PROGRAM, cwd=tmp_path).split()
    assert Path(where) == repository / "tmeatlas"
    assert int(n_genes) == 8
