from __future__ import annotations

import re
from posixpath import dirname, join, normpath

import pytest

from tmeatlas.atlas.bundle import (
    IMPORT,
    BundleError,
    bundle,
    loader_script,
    page_script,
    scripts,
)
from tmeatlas.atlas.panels import all_panels

MODULES = scripts()


def test_modules_come_after_those_they_need():
    script = bundle(
        {
            "boot.js": 'import { two as three } from "./b.js";\nthree();\n',
            "b.js": 'import { one } from "./a.js";\nexport function two() {\n  return one;\n}\n',
            "a.js": "export const one = 1;\n",
        },
        "boot.js",
    )
    assert script.index("modules['a.js'] =") < script.index("modules['b.js'] =")
    assert "const { two: three } = modules['b.js'];" in script
    assert "return { one };" in script
    assert not re.search(r"^\s*(import|export)\b", script, re.M)


def test_module_that_nothing_needs_is_left_out():
    modules = {"boot.js": "start();", "unused.js": "export const a = 1;"}
    assert "unused" not in bundle(modules, "boot.js")


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;",
        "export { a };",
        "export let a = 1;",
        "export class A {}",
        'import a from "./a.js";',
        'import * as a from "./a.js";',
        "import { a } from './a.js';",
        'import "./a.js";',
        'const a = await import("./a.js");',
        "const a = import.meta.url;",
    ],
)
def test_forms_that_are_not_understood_are_refused(line):
    with pytest.raises(BundleError, match=r"boot\.js"):
        bundle({"boot.js": f"const b = 1;\n{line}\n", "a.js": "export const a = 1;\n"}, "boot.js")


def test_circle_and_missing_module_are_refused():
    with pytest.raises(BundleError, match="circle"):
        bundle(
            {
                "boot.js": 'import { a } from "./a.js";\nexport const b = a;\n',
                "a.js": 'import { b } from "./boot.js";\nexport const a = b;\n',
            },
            "boot.js",
        )
    with pytest.raises(BundleError, match="does not exist"):
        bundle({"boot.js": 'import { a } from "./a.js";\n'}, "boot.js")


@pytest.mark.parametrize("text", ["const a = '</script>';", "const a = '<!--';"])
def test_text_that_would_end_the_script_is_refused(text):
    with pytest.raises(BundleError, match="ends or hides"):
        bundle({"boot.js": text}, "boot.js")


def test_modules_of_other_folders_are_found_by_their_place():
    script = bundle(
        {
            "panels/one/panel.js": (
                'import { a } from "../../base/a.js";\nimport { b } from "./b.js";\n'
                "export const c = [a, b];\n"
            ),
            "panels/one/b.js": 'import { a } from "../../base/a.js";\nexport const b = a;\n',
            "base/a.js": "export const a = 1;\n",
        },
        "panels/one/panel.js",
    )
    assert script.count("const { a } = modules['base/a.js'];") == 2
    assert "const { b } = modules['panels/one/b.js'];" in script


def test_every_module_is_in_the_page_once():
    page, loader = (
        {name: script.count(f"modules['{name}'] = (") for name in MODULES}
        for script in (page_script(), loader_script())
    )
    in_loader = {"loader.js", "decode.js", "dom.js"}
    assert {name for name, n in page.items() if n == 1} == {*MODULES} - {"assets/js/loader.js"}
    assert {name for name, n in loader.items() if n} == {f"assets/js/{name}" for name in in_loader}
    assert max(page.values()) == 1


def test_page_starts_with_every_panel_in_order():
    lines = page_script().splitlines()
    looked_up = [re.search(r"modules\['panels/(\w+)/panel\.js'\];", line) for line in lines]
    assert [found[1] for found in looked_up if found] == [panel.id for panel in all_panels()]


@pytest.mark.parametrize("name", MODULES)
def test_module_exports_what_others_import_from_it(name):
    exported = set(
        re.findall(r"^export (?:async )?(?:function\*?|const) (\w+)", MODULES[name], re.M)
    )
    wanted = set()
    for importer, text in MODULES.items():
        for names, source in IMPORT.findall(text):
            if normpath(join(dirname(importer), source)) == name:
                wanted |= {
                    part.split(" as ")[0].strip() for part in names.split(",") if part.strip()
                }
    assert wanted <= exported


@pytest.mark.parametrize("name", MODULES)
def test_modules_are_short_and_never_write_markup(name):
    text = MODULES[name]
    assert text.count("\n") < 250
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert word not in text
    assert not re.search(r"\bnew Function\b|\bfetch\(|XMLHttpRequest|https?://", text)
    assert text.startswith("/**"), "a module begins with what it is for"
