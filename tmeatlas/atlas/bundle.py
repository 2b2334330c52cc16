"""The page's script: small ES modules in one file, without a build step.

A page opened from disk cannot load modules, and its security policy allows
only scripts whose hash it names. So the modules are put one after the other,
each in a function of its own, and `import` and `export` become look-ups. Only
these forms are understood, and anything else is an error::

    import { one, two as other } from "./module.js";   (or "../folder/module.js")
    export function name(...) {        export async function name(...) {
    export const name = ...
"""

from __future__ import annotations

import re
from functools import cache, partial
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from posixpath import dirname, join, normpath

from tmeatlas.atlas.panels import all_panels

IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.{1,2}/[\w./-]+\.js)";$', re.MULTILINE)
EXPORT = re.compile(r"^export ((?:async )?function\*? |const )(\w+)", re.MULTILINE)
LEFT_OVER = re.compile(r"^\s*(?:import|export)\b|\bimport\s*\(|\bimport\.meta\b", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*(?:/\*\*?(?:(?!\*/).)*\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
"""Comments that have lines of their own: a fifth of the script, for those who read its source."""
LOADER = "assets/js/loader.js"
BOOT = "assets/js/boot.js"
PAGE = "page.js"
"""The module that starts the page: made here, so that no file lists the panels."""


class BundleError(Exception):
    """A module of the page is written in a way that cannot be bundled."""


@cache
def read_file(*path: str) -> str:
    """The text of a file of the page, by its place in this folder."""
    return files("tmeatlas.atlas").joinpath(*path).read_text(encoding="utf-8")


@cache
def scripts() -> dict[str, str]:
    """All modules by their place in this folder: those of the page, then those of the panels."""
    root = files("tmeatlas.atlas")
    panels = root.joinpath("panels")
    folders = [("assets", "js"), *(("panels", folder.name) for folder in panels.iterdir())]
    names = sorted(
        "/".join((*folder, item.name))
        for folder in folders
        if root.joinpath(*folder).is_dir()
        for item in root.joinpath(*folder).iterdir()
        if item.name.endswith(".js")
    )
    return {name: read_file(*name.split("/")) for name in names}


@cache
def loader_script() -> str:
    """The script that unpacks that of the page."""
    return bundle(scripts(), LOADER)


@cache
def page_script() -> str:
    """The script of the page: starts it with all panels, in their order."""
    panels = all_panels()
    imports = [
        f'import {{ panel as panel{i} }} from "./panels/{panel.id}/panel.js";'
        for i, panel in enumerate(panels)
    ]
    names = ", ".join(f"panel{i}" for i in range(len(panels)))
    entry = [f'import {{ start }} from "./{BOOT}";', *imports, f"start([{names}]);"]
    return bundle({**scripts(), PAGE: "\n".join(entry)}, PAGE)


def bundle(modules: dict[str, str], entry: str) -> str:
    """One script from ES modules by file name; that named `entry` starts it."""
    needs = {
        name: [_resolved(match[1], name) for match in IMPORT.findall(text)]
        for name, text in modules.items()
    }
    for name, imported in needs.items():
        strangers = [other for other in imported if other not in modules]
        if strangers:
            raise BundleError(f"{name} imports {strangers[0]}, which does not exist")
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise BundleError(f"modules import each other in a circle: {error.args[1]}") from error
    body = "\n".join(_wrapped(name, modules[name]) for name in order if _needed(name, needs, entry))
    # In a block, so that two such scripts in a page do not share their modules.
    script = f'"use strict";\n{{\nconst modules = Object.create(null);\n{body}\n}}\n'
    if "</script" in script.lower() or "<!--" in script:
        raise BundleError("the script must not hold what ends or hides a script in HTML")
    return script


def _resolved(path: str, importer: str) -> str:
    """The name of the module that `importer` calls `path`."""
    return normpath(join(dirname(importer), path))


def _needed(name: str, needs: dict[str, list[str]], entry: str) -> bool:
    """Whether the entry imports `name`, directly or not."""
    reached, waiting = {entry}, [entry]
    while waiting:
        for other in needs[waiting.pop()]:
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return name in reached


def _wrapped(name: str, text: str) -> str:
    """One module as a function that is called at once and returns what it exports."""
    exported = [match[1] for match in EXPORT.findall(text)]
    body = EXPORT.sub(r"\1\2", IMPORT.sub(partial(_look_up, importer=name), text))
    left = LEFT_OVER.search(body)
    if left:
        line = body[: left.start()].count("\n") + 1
        raise BundleError(f"{name}, line {line}: this form of import or export is not understood")
    return (
        f"modules[{name!r}] = (() => {{\n{COMMENT.sub('', body).strip()}\n"
        f"return {{ {', '.join(exported)} }};\n}})();"
    )


def _look_up(match: re.Match[str], importer: str) -> str:
    names = " ".join(match[1].split()).replace(" as ", ": ")
    return f"const {{ {names} }} = modules[{_resolved(match[2], importer)!r}];"
