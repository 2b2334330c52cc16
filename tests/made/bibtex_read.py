"""A small strict reader of BibTeX: what it does not take, no program needs to take."""

from __future__ import annotations

import re

HEAD = re.compile(r"@(article|misc)\{([A-Za-z0-9]+),\n")
FIELD = re.compile(r"  ([a-z]+) = \{")
COMMANDS = re.compile(
    r"\\(?:text(?:backslash|brace(?:left|right)|ascii(?:tilde|circum))\{\}|ldots\{\}|[&%$#_]"
    r"|[`'^~\"=.][A-Za-z]|[urvHck] [A-Za-z]|(?:ss|o|O|ae|AE|oe|OE|l|L|i)\b|[A-Za-z]+(?=\$))"
)


def read_bibtex(text: str) -> dict[str, dict[str, str]]:
    """Entries by key, each its fields; AssertionError where the text is not BibTeX."""
    entries: dict[str, dict[str, str]] = {}
    place = 0
    while place < len(text):
        head = HEAD.match(text, place)
        assert head, text[place : place + 80]
        kind, key = head.groups()
        assert key not in entries, key
        place, fields = head.end(), {"type": kind}
        while not text.startswith("}\n", place):
            field = FIELD.match(text, place)
            assert field, text[place : place + 80]
            name, start = field[1], field.end()
            place = closing(text, start)
            assert name not in fields, name
            fields[name] = text[start:place]
            assert text.startswith("},\n", place), fields
            place += 3
            if name not in ("doi", "url"):
                check_latex(fields[name])
        entries[key] = fields
        place += 2
        if place < len(text):
            assert text[place] == "\n", text[place : place + 20]
            place += 1
    return entries


def closing(text: str, start: int) -> int:
    """The place of the brace that ends a value, as BibTeX counts: a backslash hides none."""
    depth, place = 1, start
    while True:
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
        place += 1


def check_latex(value: str) -> None:
    """No sign that LaTeX takes for a command stands for itself, and mathematics is closed."""
    assert value.replace(r"\$", "").count("$") % 2 == 0, value
    rest = COMMANDS.sub("", value)
    rest = rest.replace("$", "")
    assert not re.search(r"[\\&%#_^]", rest), value
