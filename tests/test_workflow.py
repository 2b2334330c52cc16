"""The workflows test, build, show and release what pyproject promises."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest
import yaml

PYTHON = "Programming Language :: Python :: 3."


@pytest.fixture(scope="module")
def project(repository):
    return tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def workflows(repository):
    """By name, each workflow."""
    folder = repository / ".github" / "workflows"
    return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in folder.glob("*.yml")}


@pytest.fixture(scope="module")
def matrix(workflows):
    return workflows["tests"]["jobs"]["tests"]["strategy"]["matrix"]["include"]


@pytest.fixture(scope="module")
def promised(project):
    """The versions of Python that the classifiers name, oldest first."""
    minors = [int(c.removeprefix(PYTHON)) for c in project["classifiers"] if c.startswith(PYTHON)]
    return [f"3.{minor}" for minor in sorted(minors)]


def test_every_promised_python_is_tested(project, matrix, promised):
    assert {job["python"] for job in matrix} == set(promised)
    assert project["requires-python"] == f">={promised[0]}"


def test_the_lower_bounds_are_tested_on_the_oldest_python(matrix, promised):
    (job,) = [job for job in matrix if "lower_bounds" in job["packages"]]
    assert job["python"] == promised[0]


def test_every_extra_that_is_installed_is_there(project, matrix):
    extras = {
        extra
        for job in matrix
        for extra in job["packages"].partition("[")[2].partition("]")[0].split(",")
    }
    assert extras <= set(project["optional-dependencies"])
    assert extras >= {"liana", "static"}


def test_each_lower_bound_is_a_constraint(repository, project):
    program = [sys.executable, str(repository / ".ci" / "lower_bounds.py")]
    found = subprocess.run(program, capture_output=True, text=True, check=True).stdout.split()
    bounded = [needed for needed in project["dependencies"] if ">=" in needed]
    assert found == [needed.replace(">=", "==") for needed in bounded]
    assert "typer==0.15.4" in found


def commands(job):
    return [step["run"] for step in job["steps"] if "run" in step]


def test_the_wheel_is_tried_on_every_promised_python(workflows, promised, repository):
    jobs = workflows["build"]["jobs"]
    assert jobs["installed"]["strategy"]["matrix"]["python"] == promised
    assert commands(jobs["build"])[1:] == ["python -m build", "twine check --strict dist/*"]
    (tried,) = commands(jobs["installed"])
    program = repository / tried.split()[0]
    assert program.stat().st_mode & 0o111
    for part in ("pip check", "tmeatlas demo", "try_readme.py"):
        assert part in program.read_text("utf-8")


def test_a_warning_fails_the_site(workflows):
    assert "sphinx-build -W -b html docs docs/_build/html" in commands(
        workflows["docs"]["jobs"]["build"]
    )


def test_a_release_is_checked_and_built_first_and_needs_no_password(workflows):
    jobs = workflows["release"]["jobs"]
    assert (jobs["publish"]["needs"], jobs["build"]["needs"]) == ("build", "ready")
    assert jobs["build"]["uses"] == "./.github/workflows/build.yml"
    assert "workflow_call" in workflows["build"][True]  # YAML reads the key `on` as true
    allowed = {name for name, job in jobs.items() if "id-token" in job.get("permissions", {})}
    assert allowed == {"publish"}
    assert "secrets." not in str(workflows)


def test_the_site_is_built_with_what_is_promised(repository, project, promised):
    read = yaml.safe_load((repository / ".readthedocs.yaml").read_text("utf-8"))
    assert read["build"]["tools"]["python"] in promised
    assert read["sphinx"]["fail_on_warning"]
