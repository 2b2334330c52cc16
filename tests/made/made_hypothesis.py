"""How long a search for counterexamples takes, and what it makes of good files.

Where nothing is said each test tries the same few examples in every run. ``TMEATLAS_SEARCH=20``
tries twenty times as many, others each time: pytest prints the seed of what fails.
"""

from __future__ import annotations

import gzip
import os
import re
import warnings
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tmeatlas._errors import TMEError, TMEWarning

TIMES = int(os.environ.get("TMEATLAS_SEARCH", "1"))


def examples(n: int) -> Callable[[Any], Any]:
    """Try `n` examples, or as many times more as is asked for."""
    return settings(
        max_examples=n * TIMES,
        derandomize=TIMES == 1,
        deadline=None,
        database=None,
        report_multiple_bugs=TIMES > 1,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )


def answered(function: Callable[..., Any], *given: Any, **options: Any) -> tuple[Any, str]:
    """What a function gives, or None and why it refuses; no other error, and no warning but ours.

    The guard stands aside in tests: what is not ours leaves as it is.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.filterwarnings("ignore", category=kind, module="(?!tmeatlas)")
        warnings.simplefilter("ignore", TMEWarning)
        try:
            return function(*given, **options), ""
        except TMEError as refusal:
            reason = str(refusal)
    assert len(reason) > 20, reason
    return None, reason


ODD_TEXTS = (
    *(
        "",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\r",
        ",",
        ";",
        "|",
        "_",
        "+",
        "-",
        ":",
        "/",
        ".",
        "#",
        "'",
        '"',
    ),
    *(
        "\0",
        "\ufeff",
        "\x1b[31m",
        "\u202e",
        "\u2028",
        "\xa0",
        "🧬",
        "ß",
        "İ",
        "e\u0301",
        "ΑΒΓ",
        "אבג",
    ),
    *(
        "NaN",
        "nan",
        "NA",
        "<NA>",
        "None",
        "null",
        "inf",
        "-inf",
        "1e999",
        "1e308",
        "-1",
        "0",
        "1.0",
    ),
    *("9" * 400, "0x10", "007", "1,5", "TRUE", "no", "2024-01-01", "1-Mar", "=1+1", "@SUM(A1)"),
    *("<script>alert(1)</script>", "</script>", "&amp;", "{{ 7*7 }}", "%s%n", "$(id)", "../../x"),
    *(
        "{",
        "}",
        "[",
        "]",
        "{}",
        "[]",
        "*a",
        "&a",
        "<<: *a",
        "!!python/object:os.system x",
        "? x",
        "|-",
    ),
    *(
        "A" * 5000,
        "COL1A1",
        "col1a1",
        "COL1A1.1",
        "ENSG00000108821",
        "ENSG00000108821.14",
        "Col1a1",
    ),
)
"""Texts over which readers stumble."""

odd = st.sampled_from(ODD_TEXTS)
any_text = st.text(max_size=12)
cells_of_tables = odd | any_text | st.integers().map(str) | st.floats().map(str)


@st.composite
def damaged(draw: Any, good: str) -> bytes:
    """A good file after some accidents, in some encoding."""
    text = good
    for _ in range(draw(st.integers(1, 5))):
        text = draw(st.sampled_from(ACCIDENTS))(draw, text)
    encoding = draw(st.sampled_from(["utf-8"] * 6 + ["utf-16", "utf-32", "utf-8-sig", "cp1252"]))
    content = text.encode(encoding, "replace" if encoding == "cp1252" else "surrogatepass")
    if draw(st.integers(0, 9)) == 0:
        content = gzip.compress(content, 1, mtime=0)
    if draw(st.integers(0, 9)) == 0:
        content = content[: draw(st.integers(0, len(content)))]
    if draw(st.integers(0, 9)) == 0:
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.binary(max_size=4)) + content[at:]
    return content


def _insert(draw: Any, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(cells_of_tables) + text[at:]


def _lose(draw: Any, text: str) -> str:
    at = draw(st.integers(0, len(text)))
    return text[:at] + text[at + draw(st.integers(1, 20)) :]


def _replace_word(draw: Any, text: str) -> str:
    words = list(re.finditer(r"[^\s,;\t\[\]{}:\"]+", text))
    if not words:
        return text
    word = draw(st.sampled_from(words))
    return text[: word.start()] + draw(cells_of_tables) + text[word.end() :]


def _repeat_line(draw: Any, text: str) -> str:
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    return "\n".join([*lines[:at], *[lines[at]] * draw(st.integers(2, 4)), *lines[at + 1 :]])


def _lose_line(draw: Any, text: str) -> str:
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    return "\n".join(lines[:at] + lines[at + 1 :])


def _shuffle_lines(draw: Any, text: str) -> str:
    return "\n".join(draw(st.permutations(text.split("\n"))))


def _other_sign(draw: Any, text: str) -> str:
    signs = st.sampled_from("\t,;| \n:-\"'[]{}")
    return text.replace(draw(signs), draw(signs | st.just("")))


ACCIDENTS = (
    *(_insert, _lose, _replace_word, _replace_word, _repeat_line, _lose_line),
    *(_shuffle_lines, _other_sign),
)
