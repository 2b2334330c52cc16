"""The workflow tests what pyproject promises."""

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
def matrix(repository):
    workflow = repository / ".github" / "workflows" / "tests.yml"
    jobs = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]
    return jobs["tests"]["strategy"]["matrix"]["include"]


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
