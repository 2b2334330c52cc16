"""One page for each public name, out of what the package itself offers in `__all__`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import tmeatlas as tme
from tmeatlas import _errors

MOST_PAGES = 6
"""Pages of the guide that a name points at."""
ERRORS = "errors.rst"
INTRODUCTION = """
Every function has its parameters, what it writes, its formula and an example that runs. What
belongs together is told in :doc:`/api`. After ``import tmeatlas as tme`` each name is
``tme.…``; the functions of :mod:`tmeatlas.tl`, :mod:`tmeatlas.pl`, :mod:`tmeatlas.get` and
:mod:`tmeatlas.pp` are methods of an AnnData as well (``adata.tme.score()``)."""


@cache
def public_names() -> dict[str, object]:
    """Every public name with what it is, as ``tmeatlas.tl.score``."""
    found = {}
    for name in tme.__all__:
        thing = getattr(tme, name)
        found[f"tmeatlas.{name}"] = thing
        if isinstance(thing, ModuleType):
            found |= {f"tmeatlas.{name}.{of}": getattr(thing, of) for of in thing.__all__}
    return found


def page_of(name: str, thing: object) -> str:
    """The file of a public name. Classes differ from functions by more than a capital letter."""
    if inspect.isclass(thing) and issubclass(thing, Exception):
        return ERRORS
    ending = ".class" if inspect.isclass(thing) else ""
    return f"{name.removeprefix('tmeatlas.')}{ending}.rst"


def reference_pages(docs: Path) -> dict[str, str]:
    """All pages of the reference by file."""
    names = public_names()
    guide = {path.stem: path.read_text(encoding="utf-8") for path in sorted(docs.glob("*.md"))}
    pages = {"index.rst": _index(names), ERRORS: _errors_page(names)}
    for name, thing in names.items():
        file = page_of(name, thing)
        if isinstance(thing, ModuleType):
            pages[file] = _room(name, thing)
        elif file != ERRORS:
            pages[file] = _page(name, thing, guide)
    return pages


def first_sentence(thing: object) -> str:
    """What the docstring begins with."""
    told = (inspect.getdoc(thing) or "").split("\n\n")[0]
    return " ".join(told.split())


def _index(names: dict[str, object]) -> str:
    rooms = {name: thing for name, thing in names.items() if isinstance(thing, ModuleType)}
    own = {
        name: thing for name, thing in names.items() if name.count(".") == 1 and name not in rooms
    }
    listed = [*_headed("The package", "-"), *_table(own)]
    for name, room in rooms.items():
        title = f":doc:`{name} <{Path(page_of(name, room)).stem}>`"
        listed += [*_headed(title, "-"), first_sentence(room), "", *_table(_of_room(name, room))]
    files = [Path(page_of(name, thing)).stem for name, thing in {**own, **rooms}.items()]
    return _joined(_headed("Reference", "="), [INTRODUCTION, ""], listed, _contents(files))


def _room(name: str, room: ModuleType) -> str:
    names = _of_room(name, room)
    files = [Path(page_of(of, thing)).stem for of, thing in names.items()]
    told = [f".. py:module:: {name}", "", first_sentence(room), ""]
    return _joined(_headed(name, "="), told, _table(names), _contents(files))


def _page(name: str, thing: object, guide: dict[str, str]) -> str:
    # Directives by hand have whole names, which a current module would be put before.
    module = [f".. py:currentmodule:: {name.rpartition('.')[0]}", ""] if callable(thing) else []
    lines = [*module, *_documented(name, thing)]
    pages = _told_in(name, guide)
    if pages:
        lines += ["", ".. rubric:: In the guide", "", ", ".join(f":doc:`/{p}`" for p in pages)]
    return _joined(_headed(name, "="), lines)


def _documented(name: str, thing: object) -> list[str]:
    if inspect.isclass(thing):
        return [f".. autoclass:: {name}", "   :members:", "   :show-inheritance:"]
    if callable(thing):
        return [f".. autofunction:: {name}"]
    if isinstance(thing, str):
        return [f".. py:data:: {name}", "   :type: str", "", "   The version that is installed."]
    described = ["", f"   {first_sentence(type(thing))}", ""]
    properties = [of for of in dir(type(thing)) if not of.startswith("_")]
    lines = [f".. py:data:: {name}", *described]
    for of in properties:
        told = inspect.getdoc(getattr(type(thing), of)) or ""
        lines += [f"   .. py:attribute:: {name}.{of}", ""]
        lines += [f"      {line}".rstrip() for line in told.splitlines()] + [""]
    return lines


def _errors_page(names: dict[str, object]) -> str:
    """What is raised and warned with; those that are public by name come first."""
    public = {name for name, thing in names.items() if page_of(name, thing) == ERRORS}
    told = (_errors.TMEError, _errors.TMEWarning)
    classes = [
        thing
        for thing in vars(_errors).values()
        if inspect.isclass(thing) and issubclass(thing, told)
    ]
    others = [f"tmeatlas._errors.{thing.__name__}" for thing in classes]
    shown = {name.rpartition(".")[2] for name in public}
    listed = sorted(public) + [of for of in others if of.rpartition(".")[2] not in shown]
    lines = [
        "All errors are a ``tme.TMEError``, which catches them; each is also the error of Python "
        "that says the same, such as ``ValueError``.",
        "",
    ]
    for name in listed:
        lines += [f".. autoexception:: {name}", "   :show-inheritance:", ""]
    return _joined(_headed("Errors and warnings", "="), lines)


def _told_in(name: str, guide: dict[str, str]) -> list[str]:
    """Pages of the guide that name it, those that do so most first."""
    short = name.replace("tmeatlas.", "tme.", 1)
    counts = {page: _mentions(short, text) for page, text in guide.items() if page != "api"}
    ranked = sorted((page for page in counts if counts[page]), key=lambda page: -counts[page])
    return ranked[:MOST_PAGES]


def _mentions(name: str, text: str) -> int:
    return sum(not (after[:1].isalnum() or after[:1] in ("_", ".")) for after in _after(name, text))


def _after(name: str, text: str) -> Iterator[str]:
    start = text.find(name)
    while start >= 0:
        yield text[start + len(name) : start + len(name) + 1]
        start = text.find(name, start + 1)


def _of_room(name: str, room: ModuleType) -> dict[str, object]:
    return {f"{name}.{of}": getattr(room, of) for of in room.__all__}


def _table(names: dict[str, object]) -> list[str]:
    lines = [".. list-table::", "   :widths: 30 70", "   :class: names", ""]
    for name, thing in names.items():
        told = "The version that is installed." if isinstance(thing, str) else first_sentence(thing)
        if not inspect.isclass(thing) and not callable(thing) and not isinstance(thing, str):
            told = first_sentence(type(thing))
        short = name.rpartition(".")[2]
        lines += [f"   * - :py:obj:`{short} <{name}>`", f"     - {told}"]
    return [*lines, ""]


def _headed(title: str, line: str) -> list[str]:
    return [title, line * len(title), ""]


def _contents(files: list[str]) -> list[str]:
    return [".. toctree::", "   :hidden:", "", *(f"   {file}" for file in dict.fromkeys(files)), ""]


def _joined(*parts: list[str]) -> str:
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"
