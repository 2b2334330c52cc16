"""What the package says of itself: one version, one address, and files that are there."""

from __future__ import annotations

import importlib.util
import re
import tomllib

import pytest
import yaml

import tmeatlas as tme

ADDRESS = re.compile(r"https://(?:github\.com/[\w-]+/tmeatlas|[\w-]+\.github\.io/tmeatlas)\b")
DOI = re.compile(r"10\.\d{4,9}/\S+")
DOCUMENTS = (
    *("CITATION.cff", "CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE", "SECURITY.md"),
    *("SUPPORT.md", "docs/checklist.md", "docs/install.md", "docs/support.md"),
)
NAMED = re.compile(r"`((?:\.?[\w-]+/)+[\w.-]*|\.?[\w-]+\.(?:md|py|cff|toml|yaml|yml))`")
"""Files and folders as pages name them."""
NOT_OURS = re.compile(r"packages/tmeatlas/|dist/")


@pytest.fixture(scope="module")
def project(repository):
    return tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def citation(repository):
    return yaml.safe_load((repository / "CITATION.cff").read_text("utf-8"))


@pytest.fixture(scope="module")
def entry(repository):
    """The entry for scverse's list."""
    text = (repository / ".github" / "ecosystem" / "meta.yaml").read_text("utf-8")
    return yaml.safe_load(text)


def test_the_version_is_stated_in_one_place(project, citation, entry, repository):
    assert "version" not in citation
    assert "version" not in entry
    assert "__version__ =" not in (repository / "tmeatlas" / "__init__.py").read_text("utf-8")
    assert re.fullmatch(r"\d+\.\d+.*", tme.__version__)


def test_the_address_is_the_same_everywhere(project, citation, entry, repository):
    urls = project["urls"]
    assert citation["repository-code"] == entry["project_home"] == urls["Source"]
    assert citation["url"] == entry["documentation_home"] == urls["Documentation"]
    ours = {match for url in urls.values() for match in ADDRESS.findall(url)}
    pages = [*repository.glob("*.md"), *(repository / "docs").glob("*.md")]
    pages += [path for path in (repository / ".github").rglob("*.*") if path.is_file()]
    for page in pages:
        assert set(ADDRESS.findall(page.read_text("utf-8"))) <= ours, page


def test_the_citation_has_what_its_format_asks_for(citation, project):
    assert {"cff-version", "message", "title", "authors", "doi", "url"} <= set(citation)
    assert citation["title"] == project["name"]
    assert citation["license"] == project["license"]
    assert [author["name"] for author in citation["authors"]] == [
        author["name"] for author in project["authors"]
    ]
    assert DOI.fullmatch(citation["doi"])


def test_the_entry_has_what_the_list_of_scverse_asks_for(entry, project):
    required = {
        *("name", "description", "project_home", "documentation_home", "install", "license"),
        *("tags", "primary_category", "language", "contact", "category"),
    }
    assert required <= set(entry)
    assert entry["name"] == entry["install"]["pypi"] == project["name"]
    assert entry["license"] == project["license"]
    assert (entry["category"], entry["language"]) == ("ecosystem", "Python")
    assert len(entry["tags"]) == len(set(entry["tags"]))
    assert entry["contact"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_a_page_names_are_there(name, repository):
    text = (repository / name).read_text("utf-8")
    named = [path for path in NAMED.findall(text) if not NOT_OURS.match(path)]
    starts = (repository, repository / "tmeatlas", repository / "tmeatlas" / "atlas")
    missing = [path for path in named if not any((start / path).exists() for start in starts)]
    assert missing == []


def test_templates_of_issues_ask_for_what_helps(repository):
    forms = [
        yaml.safe_load(path.read_text("utf-8"))
        for path in sorted((repository / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
    ]
    assert {form["name"] for form in forms} == {
        *("Question", "Signature, axis or drug", "Something is wrong", "Wish"),
    }
    support = (repository / "docs" / "support.md").read_text("utf-8")
    for form in forms:
        ids = [part["id"] for part in form["body"]]
        assert len(ids) == len(set(ids))
        assert any(part.get("validations", {}).get("required") for part in form["body"])
        assert form["name"] == "Wish" or f'"{form["name"]}"' in support


@pytest.fixture(scope="module")
def release_ready(repository):
    path = repository / ".ci" / "release_ready.py"
    spec = importlib.util.spec_from_file_location("release_ready", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def ready(release_ready, tmp_path):
    """A folder with the files of a release that nothing keeps back."""
    for name in release_ready.WITH_ADDRESSES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("https://github.com/us/tmeatlas")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## 1.2.0 (2030-01-01)\n")
    return tmp_path


def test_a_release_that_is_ready(release_ready, ready):
    assert release_ready.hindrances("v1.2.0", ready) == []


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("pyproject.toml", '[project]\nversion = "1.3.0"\n', "The tag is 'v1.2.0'"),
        ("CHANGELOG.md", "## Unreleased\n", "no section '## 1.2.0'"),
        ("CITATION.cff", "doi: 10.0000/tmeatlas", "CITATION.cff still has"),
        (".github/ecosystem/meta.yaml", "contact: [OWNER]", "meta.yaml still has"),
    ],
)
def test_what_keeps_a_release_back(release_ready, ready, file, text, said):
    (ready / file).write_text(text)
    assert any(said in each for each in release_ready.hindrances("v1.2.0", ready))


def test_hooks_run_what_is_installed_for_development(repository, project):
    hooks = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    programs = {hook["entry"].split()[0] for repo in hooks for hook in repo["hooks"]}
    dev = {re.match(r"[\w-]+", needed)[0] for needed in project["optional-dependencies"]["dev"]}
    assert programs - dev == {"python"}
