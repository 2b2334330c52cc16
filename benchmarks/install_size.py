"""What each required package takes of a disk, and what nobody else brings.

    uv venv clean && uv pip install --python clean dist/tmeatlas-*.whl
    clean/bin/python benchmarks/install_size.py                           # prints the table
    clean/bin/python benchmarks/install_size.py --write docs/install.md   # and puts it there

It reads the environment that it runs in, which should hold tmeatlas and nothing besides. Sizes are
those of the files that packages list as theirs, without compiled Python (`__pycache__`). What a
package alone brings would go if tmeatlas did not require it, and nobody else needs it.
"""

from __future__ import annotations

import argparse
import platform
import re
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

US, BASE = "tmeatlas", "scanpy"
BEGIN, END = "<!-- benchmarks/install_size.py -->", "<!-- end -->"
NAME = re.compile(r"[\w.-]+")

Graph = Mapping[str, set[str]]
"""By package, what it needs that is installed."""


def normal(name: str) -> str:
    """A name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def needs(package: Distribution, installed: Iterable[str]) -> set[str]:
    """What a package needs, its extras left out."""
    asked = [line for line in package.requires or () if "extra ==" not in line]
    return {normal(NAME.match(line)[0]) for line in asked} & set(installed)


def reached(graph: Graph, start: str, without: str = "") -> set[str]:
    """All that `start` needs, directly or not, were `without` not required by it."""
    found: set[str] = set()
    ahead = [name for name in graph[start] if name != without]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += graph[name]
    return found


def brought(graph: Graph, package: str) -> set[str]:
    """The package and what it alone brings; nothing where others need it as well."""
    return reached(graph, US) - reached(graph, US, package)


def size(package: Distribution) -> int:
    """Bytes of the files that a package lists as its own."""
    paths = [Path(str(file.locate())) for file in package.files or ()]
    return sum(path.stat().st_size for path in paths if path.suffix != ".pyc" and path.is_file())


def megabytes(n: int) -> str:
    return f"{n / 1e6:,.1f}"


def table(graph: Graph, sizes: Mapping[str, int]) -> list[str]:
    """The lines of the table, the largest first, and a sentence on the whole."""

    def largest_first(names: Iterable[str]) -> list[str]:
        return sorted(names, key=lambda name: (-sizes[name], name))

    lines = ["| package | MB | it alone brings | MB with these |", "|---|---|---|---|"]
    for name in largest_first(graph[US]):
        gone = brought(graph, name)
        others = ", ".join(largest_first(gone - {name})) or "nothing"
        alone = others if gone else "others need it as well"
        together = megabytes(sum(sizes[each] for each in gone)) if gone else ""
        lines.append(f"| {name} | {megabytes(sizes[name])} | {alone} | {together} |")
    everything, of_base = reached(graph, US), {BASE} | reached(graph, BASE)
    total, base = (megabytes(sum(sizes[each] for each in which)) for which in (everything, of_base))
    return [
        *lines,
        "",
        f"All in all {len(everything)} packages with {total} MB, of which {len(of_base)} with "
        f"{base} MB are {BASE} and what it needs; tmeatlas itself has {megabytes(sizes[US])} MB "
        f"(Python {platform.python_version()}, {platform.system()} {platform.machine()}).",
    ]


def main() -> None:
    """Print the table, and put it into a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path)
    page = parser.parse_args().write
    distribution(US)  # a clear error where it is not installed
    found = {normal(each.metadata["Name"]): each for each in distributions()}
    graph = {name: needs(each, found) for name, each in found.items()}
    text = "\n".join(table(graph, {name: size(each) for name, each in found.items()}))
    print(text)
    if page:
        before, _, rest = page.read_text("utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
