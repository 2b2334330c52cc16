"""The documentation site has a page for every public name, and one place for every page."""

from __future__ import annotations

import re
from importlib import import_module
from types import ModuleType

import pytest

import tmeatlas as tme


@pytest.fixture
def site(repository, monkeypatch):
    """Loads a part of what makes the site, by its name."""
    monkeypatch.syspath_prepend(str(repository / "docs"))
    return lambda part: import_module(f"site_pages.{part}")


def offered() -> list[str]:
    """What `__all__` of the package and of its parts offers."""
    parts = {
        name: part for name in tme.__all__ if isinstance(part := getattr(tme, name), ModuleType)
    }
    of_parts = [f"tmeatlas.{name}.{of}" for name, part in parts.items() for of in part.__all__]
    return [f"tmeatlas.{name}" for name in tme.__all__] + of_parts


def test_every_public_name_has_a_page_that_documents_it(site, repository):
    pages = site("reference").reference_pages(repository / "docs")
    documented = re.findall(
        r"^\.\. (?:auto\w+|py:data|py:module):: (\S+)$", "\n".join(pages.values()), re.M
    )
    assert len(offered()) > 100
    assert set(offered()) - set(documented) == set()
    assert len(documented) == len(set(documented))


def test_every_page_of_the_reference_is_reached(site, repository):
    pages = site("reference").reference_pages(repository / "docs")
    below = {
        line.strip()
        for text in pages.values()
        for contents in text.split(".. toctree::")[1:]
        for line in contents.splitlines()
        if line.startswith("   ") and ":" not in line
    }
    assert {f"{name}.rst" for name in below} == set(pages) - {"index.rst"}


def test_names_differ_by_more_than_case(site, repository):
    """Else one page would take the place of another, where file systems do not tell them apart."""
    pages = site("reference").reference_pages(repository / "docs")
    assert len({name.lower() for name in pages}) == len(pages)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("tme.tl.score", "tmeatlas.tl.score"),
        ("tme.tl.score(adata)", "tmeatlas.tl.score"),
        ("tme.analyse(adata, ...)", "tmeatlas.analyse"),
        ("tme.tl.scores", None),
        ("score", None),
        ('tme.pl.atlas(adata).write_html("a.html")', "tmeatlas.pl.atlas"),
    ],
)
def test_code_that_names_a_function_leads_to_it(site, code, name):
    assert site("names").named(code) == name


def test_every_page_has_one_place(site, repository):
    docs = repository / "docs"
    placed = [page for pages in site("navigation").sections(docs).values() for page in pages]
    written = {path.stem for path in docs.glob("*.md")} - {"index"}
    tutorials = {f"tutorials/{path.stem}" for path in (docs / "tutorials").glob("*.md")}
    made = {page for page in placed if page.startswith(("catalogue/", "reference/"))}
    assert set(placed) == written | tutorials | made
    assert len(placed) == len(set(placed))


def test_a_page_that_no_section_names_comes_last(site, tmp_path):
    (tmp_path / "tutorials").mkdir()
    for name in ("index.md", "news.md", "scoring.md", "tutorials/mine.md"):
        (tmp_path / name).touch()
    *_, last = site("navigation").sections(tmp_path).values()
    assert last == ["news", "tutorials/mine"]


def test_catalogues_hold_every_signature_axis_and_drug(site):
    signatures = "\n".join(site("catalogue_signatures").signature_pages().values())
    assert set(re.findall(r"^\(signature-(\w+)\)=$", signatures, re.M)) == set(tme.sig.load())
    unweighted = [one for one in tme.sig.load().values() if not one.weights]
    assert all(f"genes**: {', '.join(one.genes)}\n" in signatures for one in unweighted)
    axes = site("catalogue_axes").axis_pages()
    interactions = tme.sig.interactions("tme").to_frame()
    assert {f"axis_{axis}.md" for axis in interactions["axis"]} == set(axes) - {"axes.md"}
    drugs = site("catalogue_drugs").drug_pages()["drug_targets.md"]
    table = tme.sig.drug_targets()
    assert {gene.lower() or "none" for gene in table["drug_target"]} == set(
        re.findall(r"^\(target-(\S+)\)=$", drugs, re.M)
    )
    assert "Research context, never advice" in drugs


def test_text_of_data_is_no_markup(site):
    plain = site("writing").plain
    assert plain("a_b <i> [x](y) $5") == r"a\_b \<i\> \[x\]\(y\) \$5"
    assert plain(" two\nlines ") == "two lines"


def test_pages_that_are_made_no_more_are_removed(site, tmp_path):
    write = site("writing").write_pages
    write(tmp_path / "made", {"a.md": "one", "b.md": "two"})
    before = (tmp_path / "made" / "a.md").stat().st_mtime_ns
    write(tmp_path / "made", {"a.md": "one", "c.md": "three"})
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == ["a.md", "c.md"]
    assert (tmp_path / "made" / "a.md").stat().st_mtime_ns == before


def test_tutorials_run_and_say_what_not_to_conclude(repository):
    for path in sorted((repository / "docs" / "tutorials").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if path.stem != "faq":
            assert text.startswith("---\nfile_format: mystnb\n"), path.name
            assert "```{code-cell} ipython3\n" in text, path.name
            assert "\n## What to conclude, and what not\n" in text, path.name
