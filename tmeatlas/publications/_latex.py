"""Text as LaTeX reads it.

By hand: a library for this (pylatexenc) would be a dependency for the few letters of names, and
BibTeX counts braces even where LaTeX would not, which no such library minds.
"""

from __future__ import annotations

import unicodedata

SPECIAL = {
    "\\": r"\textbackslash{}",
    # BibTeX counts a brace behind a backslash, too, and would not find the end of the field.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: rf"\{sign}" for sign in "&%$#_"},
    **{"–": "--", "—": "---", "‐": "-", "‑": "-", "−": "-", "’": "'", "‘": "`"},
    **{"“": "``", "”": "''", "…": r"\ldots{}", "\N{NO-BREAK SPACE}": "~"},
    **{"ß": r"{\ss}", "ø": r"{\o}", "Ø": r"{\O}", "æ": r"{\ae}", "Æ": r"{\AE}", "œ": r"{\oe}"},
    **{"Œ": r"{\OE}", "ł": r"{\l}", "Ł": r"{\L}", "ı": r"{\i}"},
}
ACCENTS = {
    **{"\N{COMBINING GRAVE ACCENT}": "`", "\N{COMBINING ACUTE ACCENT}": "'"},
    **{"\N{COMBINING CIRCUMFLEX ACCENT}": "^", "\N{COMBINING TILDE}": "~"},
    **{"\N{COMBINING DIAERESIS}": '"', "\N{COMBINING MACRON}": "="},
    **{"\N{COMBINING BREVE}": "u ", "\N{COMBINING DOT ABOVE}": "."},
    **{"\N{COMBINING RING ABOVE}": "r ", "\N{COMBINING CARON}": "v "},
    **{"\N{COMBINING DOUBLE ACUTE ACCENT}": "H ", "\N{COMBINING CEDILLA}": "c "},
    "\N{COMBINING OGONEK}": "k ",
}
GREEK = "GREEK SMALL LETTER ", "GREEK CAPITAL LETTER "
AS_LATIN = "ΑΒΕΖΗΙΚΜΝΟΡΤΧ"
"""Greek capitals that LaTeX has no command for: they look like Latin ones."""


def latex(text: str) -> str:
    """`text` with what LaTeX takes for commands escaped, and letters that it knows as commands.

    Other letters (Chinese, say) stay as they are: BibTeX files are read as UTF-8.
    """
    return "".join(map(_sign, unicodedata.normalize("NFC", " ".join(text.split()))))


def _sign(sign: str) -> str:
    if sign.isascii() or sign in SPECIAL:
        return SPECIAL.get(sign, sign)
    return _accented(sign) or _greek(sign) or sign


def _accented(sign: str) -> str:
    """A Latin letter with one accent, such as é."""
    letter, *accents = list(unicodedata.normalize("NFD", sign))
    if len(accents) != 1 or accents[0] not in ACCENTS or not letter.isascii():
        return ""
    return rf"{{\{ACCENTS[accents[0]]}{letter}}}"


def _greek(sign: str) -> str:
    """A Greek letter, as mathematics has it."""
    name = unicodedata.name("μ" if sign == "µ" else sign, "")
    small, capital = GREEK
    if name.startswith(small) and " " not in name.removeprefix(small):
        word = name.removeprefix(small).lower().replace("lamda", "lambda")
        return f"$\\{word}$" if word not in ("omicron", "final") else ""
    if name.startswith(capital) and " " not in name.removeprefix(capital):
        word = name.removeprefix(capital).capitalize().replace("Lamda", "Lambda")
        return f"$\\{word}$" if sign not in AS_LATIN else ""
    return ""
